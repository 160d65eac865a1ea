// The waveform as the file holds it: for each channel a byte per bin, the root of the loudest sample there, so that
// quiet speech keeps its detail. Coarser scales are made here, each of four bins of the one before: a picture of any
// part of the recording takes a handful of bins a column.

const FACTOR = 4;

export class Peaks {
  /** `bins` are bytes, `binsPerSecond` of them each second. */
  constructor(bins, binsPerSecond) {
    this.levels = [bins];
    this.binUs = 1e6 / binsPerSecond;
    while (this.levels[this.levels.length - 1].length > FACTOR) {
      const finer = this.levels[this.levels.length - 1];
      const coarser = new Uint8Array(Math.ceil(finer.length / FACTOR));
      for (let i = 0; i < finer.length; i++) {
        const at = Math.floor(i / FACTOR);
        if (finer[i] > coarser[at]) coarser[at] = finer[i];
      }
      this.levels.push(coarser);
    }
  }

  /** The scale whose bins are no longer than `us`, the coarsest of them. */
  levelFor(us) {
    let level = 0;
    while (level + 1 < this.levels.length && this.binUs * FACTOR ** (level + 1) <= us) level++;
    return level;
  }

  /** The loudest sample from `start` to `end`, 0 to 1 of the recording's loudest. */
  loudest(start, end, level = this.levelFor(end - start)) {
    const bins = this.levels[level];
    const binUs = this.binUs * FACTOR ** level;
    const from = Math.max(0, Math.floor(start / binUs));
    const until = Math.min(bins.length, Math.max(from + 1, Math.ceil(end / binUs)));
    let most = 0;
    for (let i = from; i < until; i++) if (bins[i] > most) most = bins[i];
    return (most / 255) ** 2;
  }
}

/** Bins a second for a recording of which the file has no waveform. */
const OWN_BINS_PER_SECOND = 50;
/** Samples at a time, so that the page stays fluid. */
const CHUNK_S = 20;

/** The same out of a source of samples (samples.js); null where `cancelled()` says so before it is done. */
export async function peaksOf(source, cancelled) {
  const perBin = Math.max(1, Math.round(source.rate / OWN_BINS_PER_SECOND));
  const loudest = new Float32Array(Math.ceil(source.length / perBin));
  const chunk = Math.max(1, Math.floor((CHUNK_S * source.rate) / perBin)) * perBin;
  for (let start = 0; start < source.length; start += chunk) {
    const samples = await source.read(start, chunk);
    if (cancelled()) return null;
    for (let i = 0; i < samples.length; i++) {
      const bin = Math.floor((start + i) / perBin);
      loudest[bin] = Math.max(loudest[bin], Math.abs(samples[i]));
    }
  }
  const peak = loudest.reduce((most, value) => Math.max(most, value), 0);
  const bins = Uint8Array.from(loudest, (value) => (peak > 0 ? Math.round(255 * Math.sqrt(value / peak)) : 0));
  return new Peaks(bins, source.rate / perBin);
}
