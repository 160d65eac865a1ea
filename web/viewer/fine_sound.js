// The waveform nearer than the file's own bins show it, out of the audio that the page has: what a boundary is set by.

const TILE_US = 4000000;
const BIN_US = 1000;
const MOST_TILES = 40;

export class FineSound {
  /** `source` gives samples (samples.js), `peak` is the recording's loudest one; `ready` is called when more is there. */
  constructor(source, peak, ready) {
    this.source = source;
    this.peak = peak;
    this.ready = ready;
    this.tiles = new Map();
    this.working = false;
  }

  /** Begins what is missing of a window. */
  want(start, end) {
    this.wanted = [];
    for (let i = Math.floor(start / TILE_US); i * TILE_US < end; i++) if (!this.tiles.has(i)) this.wanted.push(i);
    if (this.wanted.length && !this.working) this.work();
  }

  async work() {
    this.working = true;
    try {
      while (this.wanted.length) {
        const i = this.wanted.shift();
        this.tiles.set(i, await this.tile(i));
        for (const key of this.tiles.keys()) if (this.tiles.size > MOST_TILES) this.tiles.delete(key);
        this.ready();
      }
    } finally {
      this.working = false;
    }
  }

  async tile(i) {
    const perBin = (this.source.rate * BIN_US) / 1e6;
    const from = Math.round((i * TILE_US * this.source.rate) / 1e6);
    const samples = await this.source.read(from, Math.ceil((TILE_US * this.source.rate) / 1e6));
    const bins = new Float32Array(TILE_US / BIN_US);
    for (let j = 0; j < samples.length; j++) {
      const bin = Math.min(bins.length - 1, Math.floor(j / perBin));
      bins[bin] = Math.max(bins[bin], Math.abs(samples[j]) / this.peak);
    }
    return bins;
  }

  /** The loudest sample from `start` to `end`, 0 to 1 of the recording's loudest; null where it is not there yet. */
  loudest(start, end) {
    let most = 0;
    for (let at = Math.floor(start / BIN_US); at * BIN_US < end; at++) {
      const tile = this.tiles.get(Math.floor((at * BIN_US) / TILE_US));
      if (!tile) return null;
      most = Math.max(most, tile[at % (TILE_US / BIN_US)]);
    }
    return Math.min(1, most);
  }
}
