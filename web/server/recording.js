// What a microphone gave, kept in the page as 16-bit samples in blocks of one size: sent, sent again where the server
// went away, heard in the viewer, and saved.

const BYTES = 2;
const HEADER = 44;

/** The header of a WAV of 16 bits, one channel. */
export function wavHeader(samples, rateHz) {
  const view = new DataView(new ArrayBuffer(HEADER));
  const tag = (at, text) => [...text].forEach((letter, i) => view.setUint8(at + i, letter.charCodeAt(0)));
  const data = samples * BYTES;
  tag(0, 'RIFF');
  view.setUint32(4, HEADER - 8 + data, true);
  tag(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, rateHz, true);
  view.setUint32(28, rateHz * BYTES, true);
  view.setUint16(32, BYTES, true);
  view.setUint16(34, 8 * BYTES, true);
  tag(36, 'data');
  view.setUint32(40, data, true);
  return view.buffer;
}

export const wavOf = (blocks, samples, rateHz) => new Blob([wavHeader(samples, rateHz), ...blocks], { type: 'audio/wav' });

/** -1 to 1, beyond which it is cut off, to 16 bits. */
export function sixteenBits(samples) {
  const result = new Int16Array(samples.length);
  for (let i = 0; i < samples.length; i++) {
    result[i] = Math.max(-32768, Math.min(32767, Math.round(samples[i] * 32768)));
  }
  return result;
}

/** Bins of the waveform a second, as the viewer's own are (peaks.js). */
const BINS_PER_SECOND = 50;
/** Silence is not blown up to fill the picture: a tenth of what a microphone can give. */
const LEAST_PEAK = 0.1;

export class Recording {
  constructor(rateHz) {
    this.rateHz = rateHz;
    this.blocks = [];
    this.samples = 0;
    this.complete = false;
    this.perBin = Math.round(rateHz / BINS_PER_SECOND);
    /** The loudest sample of each bin, and of all, 0 to 1. */
    this.peaks = [];
    this.peak = 0;
  }
  /** Gets an Int16Array of samples, little-endian as all that browsers run on. */
  add(block) {
    for (let i = 0; i < block.length; i++) {
      const bin = Math.floor((this.samples + i) / this.perBin);
      const loud = Math.abs(block[i]) / 32768;
      if (!(this.peaks[bin] >= loud)) this.peaks[bin] = loud;
      if (loud > this.peak) this.peak = loud;
    }
    this.blocks.push(block);
    this.samples += block.length;
  }
  get durationUs() {
    return Math.round((this.samples * 1e6) / this.rateHz);
  }
  wav() {
    return wavOf(this.blocks, this.samples, this.rateHz);
  }
}

/** The waveform of a recording that grows, as the drawing asks for it (Peaks of the viewer). */
export class GrowingPeaks {
  constructor(recording) {
    this.recording = recording;
  }
  levelFor() {
    return 0;
  }
  loudest(start, end) {
    const { peaks, peak, perBin, rateHz } = this.recording;
    const binUs = (perBin * 1e6) / rateHz;
    const from = Math.max(0, Math.floor(start / binUs));
    const until = Math.min(peaks.length, Math.max(from + 1, Math.ceil(end / binUs)));
    let most = 0;
    for (let i = from; i < until; i++) if (peaks[i] > most) most = peaks[i];
    return most / Math.max(peak, LEAST_PEAK);
  }
}
