// The spectrogram of the part that is shown, made on demand from the audio that the page has: column by column, a few
// milliseconds at a time, so that the page stays fluid. Finished tiles are kept.

/** Heights of a picture: bands equally wide on the mel scale, which is how far apart tones sound. */
export const BANDS = 96;
const LOWEST_HZ = 50;
const HIGHEST_HZ = 8000;
/** Seconds of audio that a column hears: the usual compromise for speech between time and pitch. */
const WINDOW_S = 0.032;
const COLUMNS = 256;
const MOST_TILES = 60;
/** What one slice of work may take before the page gets its turn. */
const SLICE_MS = 6;
/** From the loudest down, what is shown. */
const RANGE_DB = 70;

/** Discrete Fourier transform of a power of two, in place (Cooley and Tukey 1965). */
export class Fft {
  constructor(size) {
    this.size = size;
    this.cos = Float64Array.from({ length: size / 2 }, (_, i) => Math.cos((2 * Math.PI * i) / size));
    this.sin = Float64Array.from({ length: size / 2 }, (_, i) => -Math.sin((2 * Math.PI * i) / size));
  }
  run(real, imaginary) {
    const n = this.size;
    for (let i = 1, j = 0; i < n; i++) {
      let bit = n >> 1;
      for (; j & bit; bit >>= 1) j ^= bit;
      j ^= bit;
      if (i < j) {
        [real[i], real[j]] = [real[j], real[i]];
        [imaginary[i], imaginary[j]] = [imaginary[j], imaginary[i]];
      }
    }
    for (let half = 1; half < n; half *= 2) {
      const stride = n / (2 * half);
      for (let i = 0; i < n; i += 2 * half) {
        for (let k = 0; k < half; k++) {
          const [c, s] = [this.cos[k * stride], this.sin[k * stride]];
          const [a, b] = [i + k, i + k + half];
          const re = real[b] * c - imaginary[b] * s;
          const im = real[b] * s + imaginary[b] * c;
          real[b] = real[a] - re;
          imaginary[b] = imaginary[a] - im;
          real[a] += re;
          imaginary[a] += im;
        }
      }
    }
  }
}

const mel = (hz) => 1127 * Math.log(1 + hz / 700);
const hzOfMel = (value) => 700 * (Math.exp(value / 1127) - 1);

/** The frequency at a height from 0 (bottom) to 1 (top). */
export const frequencyAt = (height) => hzOfMel(mel(LOWEST_HZ) + height * (mel(HIGHEST_HZ) - mel(LOWEST_HZ)));
export const heightOf = (hz) => (mel(hz) - mel(LOWEST_HZ)) / (mel(HIGHEST_HZ) - mel(LOWEST_HZ));

/** Decibels in each band of a stretch of samples. */
export class Analyser {
  constructor(rate) {
    this.size = 2 ** Math.round(Math.log2(WINDOW_S * rate));
    this.fft = new Fft(this.size);
    this.window = Float64Array.from({ length: this.size }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / this.size));
    this.real = new Float64Array(this.size);
    this.imaginary = new Float64Array(this.size);
    const bin = (hz) => (hz * this.size) / rate;
    this.bands = Array.from({ length: BANDS }, (_, i) => {
      const from = Math.round(bin(frequencyAt(i / BANDS)));
      return [from, Math.max(from + 1, Math.round(bin(frequencyAt((i + 1) / BANDS))))];
    });
  }
  /** `samples` may be shorter than the window; what is missing is silence. */
  levels(samples) {
    for (let i = 0; i < this.size; i++) this.real[i] = (samples[i] || 0) * this.window[i];
    this.imaginary.fill(0);
    this.fft.run(this.real, this.imaginary);
    return this.bands.map(([from, until]) => {
      let power = 1e-12;
      for (let i = from; i < until && i <= this.size / 2; i++) {
        power = Math.max(power, this.real[i] ** 2 + this.imaginary[i] ** 2);
      }
      return 10 * Math.log10(power);
    });
  }
}

/** Dark to bright through violet and orange, equally far apart to the eye; after matplotlib's "inferno" (CC0). */
const COLOURS = [
  [0, 0, 4], [31, 12, 72], [85, 15, 109], [136, 34, 106], [186, 54, 85], [227, 89, 51], [249, 140, 10], [249, 201, 50], [252, 255, 164],
];

export function colourOf(level) {
  const at = Math.min(0.9999, Math.max(0, level)) * (COLOURS.length - 1);
  const [low, high] = [COLOURS[Math.floor(at)], COLOURS[Math.floor(at) + 1]];
  return low.map((value, i) => value + (high[i] - value) * (at % 1));
}

export class Spectrogram {
  /** `source` gives samples (samples.js); `ready` is called when more can be drawn. */
  constructor(source, ready) {
    this.source = source;
    this.ready = ready;
    this.analyser = new Analyser(source.rate);
    this.tiles = new Map();
    this.queue = [];
    this.working = false;
    // A full scale sine has (size / 4)^2; speech stays about 20 dB below.
    this.loudest = 20 * Math.log10(this.analyser.size / 4) - 12;
  }

  /** The tiles of a window with `width` columns, those that are there; missing ones are begun. */
  visible(start, end, width) {
    const level = Math.ceil(Math.log2(Math.max(2000, (end - start) / width)));
    const columnUs = 2 ** level;
    const tileUs = columnUs * COLUMNS;
    const durationUs = (this.source.length / this.source.rate) * 1e6;
    const shown = [];
    const wanted = [];
    for (let i = Math.floor(start / tileUs); i * tileUs < Math.min(end, durationUs); i++) {
      const key = `${level} ${i}`;
      const tile = this.tiles.get(key) || { key, start: i * tileUs, columnUs, tileUs, done: 0, canvas: null };
      this.tiles.delete(key);
      this.tiles.set(key, tile);
      if (tile.done < COLUMNS) wanted.push(tile);
      shown.push(tile);
    }
    this.queue = wanted;
    for (const key of this.tiles.keys()) {
      if (this.tiles.size <= Math.max(MOST_TILES, shown.length)) break;
      this.tiles.delete(key);
    }
    if (wanted.length && !this.working) this.work();
    return shown;
  }

  async work() {
    this.working = true;
    try {
      while (this.queue.length) {
        const tile = this.queue[0];
        await this.columns(tile);
        if (tile.done >= COLUMNS) this.queue = this.queue.filter((each) => each !== tile);
        this.ready();
        await new Promise((resolve) => setTimeout(resolve));
      }
    } finally {
      this.working = false;
    }
  }

  /** Computes columns of a tile until its slice of time is over. */
  async columns(tile) {
    if (!tile.canvas) {
      tile.canvas = Object.assign(document.createElement('canvas'), { width: COLUMNS, height: BANDS });
      tile.context = tile.canvas.getContext('2d');
    }
    const { rate } = this.source;
    const sampleOf = (column) => Math.round(((tile.start + (column + 0.5) * tile.columnUs) / 1e6) * rate);
    const half = this.analyser.size / 2;
    // Neighbouring columns in one reading, unless they are far apart.
    const step = (tile.columnUs / 1e6) * rate;
    const together = step < 4 * this.analyser.size ? Math.min(COLUMNS - tile.done, 64) : 1;
    const from = Math.max(0, sampleOf(tile.done) - half);
    const samples = await this.source.read(from, Math.ceil(step * (together - 1)) + this.analyser.size);
    const picture = tile.context.createImageData(together, BANDS);
    const began = performance.now();
    let column = 0;
    for (; column < together; column++) {
      const at = sampleOf(tile.done + column) - half - from;
      const levels = this.analyser.levels(at >= 0 ? samples.subarray(at) : samples);
      levels.forEach((decibels, band) => {
        const place = 4 * ((BANDS - 1 - band) * together + column);
        const [red, green, blue] = colourOf(1 + (decibels - this.loudest) / RANGE_DB);
        picture.data.set([red, green, blue, 255], place);
      });
      if (performance.now() - began > SLICE_MS) {
        column++;
        break;
      }
    }
    tile.context.putImageData(picture, tile.done, 0, 0, 0, column, BANDS);
    tile.done += column;
  }
}
