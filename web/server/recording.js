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

export class Recording {
  constructor(rateHz) {
    this.rateHz = rateHz;
    this.blocks = [];
    this.samples = 0;
    /** The loudest sample of each block, 0 to 1. */
    this.peaks = [];
    this.complete = false;
  }
  /** Gets an Int16Array of samples, little-endian as all that browsers run on. */
  add(block) {
    let loudest = 0;
    for (const sample of block) loudest = Math.max(loudest, Math.abs(sample));
    this.blocks.push(block);
    this.peaks.push(loudest / 32768);
    this.samples += block.length;
  }
  get durationUs() {
    return Math.round((this.samples * 1e6) / this.rateHz);
  }
  wav() {
    return wavOf(this.blocks, this.samples, this.rateHz);
  }
}

/** The waveform of a recording that grows, as the drawing asks for it (peaks.js of the viewer). */
export class GrowingPeaks {
  constructor(recording) {
    this.recording = recording;
  }
  levelFor() {
    return 0;
  }
  loudest(start, end) {
    const { peaks, blocks, rateHz } = this.recording;
    if (!blocks.length) return 0;
    const blockUs = (blocks[0].length * 1e6) / rateHz;
    const until = Math.min(peaks.length, Math.ceil(end / blockUs));
    let most = 0;
    for (let i = Math.max(0, Math.floor(start / blockUs)); i < until; i++) most = Math.max(most, peaks[i]);
    // Speech fills a third of what a microphone can give.
    return Math.min(1, 3 * most);
  }
}
