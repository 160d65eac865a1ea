// WAV by stretches, out of a file that stays on the disk: a recording of hours is never read whole.

const TAG = (view, at) => String.fromCharCode(...[0, 1, 2, 3].map((i) => view.getUint8(at + i)));
const PCM = 1;
const FLOAT = 3;
const EXTENSIBLE = 0xfffe;

/** What the header says, or null where this is no WAV of a kind that we read. `head` are the file's first bytes. */
export function wavFormat(head, fileSize) {
  const view = new DataView(head);
  if (view.byteLength < 12 || TAG(view, 0) !== 'RIFF' || TAG(view, 8) !== 'WAVE') return null;
  let format = null;
  for (let at = 12; at + 8 <= view.byteLength; ) {
    const size = view.getUint32(at + 4, true);
    if (TAG(view, at) === 'fmt ' && at + 24 <= view.byteLength) {
      let kind = view.getUint16(at + 8, true);
      if (kind === EXTENSIBLE && at + 34 <= view.byteLength) kind = view.getUint16(at + 32, true);
      format = {
        kind,
        channels: view.getUint16(at + 10, true),
        rate: view.getUint32(at + 12, true),
        bits: view.getUint16(at + 22, true),
      };
    } else if (TAG(view, at) === 'data' && format) {
      const bytes = format.bits / 8;
      const known = (format.kind === PCM && [8, 16, 24, 32].includes(format.bits)) || (format.kind === FLOAT && bytes === 4);
      if (!known || format.channels < 1 || format.rate < 1) return null;
      const start = at + 8;
      const frames = Math.floor(Math.min(size, fileSize - start) / (bytes * format.channels));
      return { ...format, bytes, start, frames };
    }
    at += 8 + size + (size % 2);
  }
  return null;
}

/** One sample of each kind, -1 to 1. */
function reader(view, format) {
  if (format.kind === FLOAT) return (at) => view.getFloat32(at, true);
  if (format.bits === 8) return (at) => (view.getUint8(at) - 128) / 128;
  if (format.bits === 16) return (at) => view.getInt16(at, true) / 32768;
  if (format.bits === 24) return (at) => (view.getUint8(at) | (view.getInt16(at + 1, true) << 8)) / 8388608;
  return (at) => view.getInt32(at, true) / 2147483648;
}

export class WavSamples {
  constructor(blob, format) {
    this.blob = blob;
    this.format = format;
    this.rate = format.rate;
    this.length = format.frames;
  }

  /** The mean of all channels, from the `start`th sample on, as many as there are up to `count`. */
  async read(start, count) {
    const { channels, bytes, start: data } = this.format;
    const frame = channels * bytes;
    const until = Math.min(this.length, start + count);
    const view = new DataView(await this.blob.slice(data + start * frame, data + until * frame).arrayBuffer());
    const sampleAt = reader(view, this.format);
    const samples = new Float32Array(Math.max(0, until - start));
    for (let i = 0; i < samples.length; i++) {
      let sum = 0;
      for (let channel = 0; channel < channels; channel++) sum += sampleAt(i * frame + channel * bytes);
      samples[i] = sum / channels;
    }
    return samples;
  }
}
