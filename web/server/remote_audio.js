// The recording of a job, read by pieces where it is: what the viewer takes for a Blob.

export class RemoteAudio {
  /** `size` in bytes. */
  constructor(api, path, size) {
    Object.assign(this, { api, path, size });
  }
  slice(start, end) {
    const until = Math.min(end, this.size);
    return { arrayBuffer: () => (until > start ? this.read(`bytes=${start}-${until - 1}`) : Promise.resolve(new ArrayBuffer(0))) };
  }
  arrayBuffer() {
    return this.read(`bytes=0-${this.size - 1}`);
  }
  async read(range) {
    return (await this.api.request(this.path, { headers: { Range: range } })).arrayBuffer();
  }
}

/**
 * What gives the viewer's player a job's recording. The browser fetches it as it plays; where a token is wanted, which
 * it cannot send, it is fetched whole.
 */
export function soundOf(api, path, { name, audio }) {
  return (player) => {
    const whole = async () => {
      const blob = await (await api.request(path)).blob();
      player.load(blob, name);
    };
    if (api.token) return whole();
    player.open(path, new RemoteAudio(api, path, audio.bytes), name);
    return null;
  };
}
