// Ogg Opus by pages (RFC 3533, RFC 7845): any stretch of a long recording as a small file of its own, which the browser
// decodes at once. A whole recording of three hours would take gigabytes.

/** Opus counts in this rate, whatever it was made of. */
export const OPUS_RATE_HZ = 48000;
const HEADER = 27;
const CAPTURE = 0x5367674f; // "OggS", little-endian.

const CRC = new Uint32Array(256).map((_, i) => {
  let crc = i << 24;
  for (let bit = 0; bit < 8; bit++) crc = crc & 0x80000000 ? (crc << 1) ^ 0x04c11db7 : crc << 1;
  return crc >>> 0;
});

function checksum(bytes) {
  let crc = 0;
  for (const byte of bytes) crc = ((crc << 8) ^ CRC[((crc >>> 24) ^ byte) & 0xff]) >>> 0;
  return crc;
}

/** The pages [{at, size, granule}] of one stream, or null where the bytes are no Ogg Opus. */
export function opusPages(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const pages = [];
  let at = 0;
  while (at + HEADER <= bytes.length) {
    if (view.getUint32(at, true) !== CAPTURE) return null;
    const segments = bytes[at + 26];
    let size = HEADER + segments;
    for (let i = 0; i < segments; i++) size += bytes[at + HEADER + i];
    const granule = view.getUint32(at + 6, true) + view.getInt32(at + 10, true) * 2 ** 32;
    pages.push({ at, size, granule });
    at += size;
  }
  if (pages.length < 3) return null;
  const head = pages[0].at + HEADER + bytes[26];
  if (String.fromCharCode(...bytes.subarray(head, head + 8)) !== 'OpusHead') return null;
  // Tags may take several pages, which have no time of their own.
  const first = pages.findIndex((page, i) => i > 0 && page.granule > 0);
  return first < 1 ? null : { pages, first, preSkip: view.getUint16(head + 10, true) };
}

/** Reads an Ogg Opus file by stretches. */
export class OggOpusSamples {
  /** `decode` takes an ArrayBuffer and gives mono samples at 48 kHz. */
  constructor(bytes, found, decode) {
    this.bytes = bytes;
    this.pages = found.pages;
    this.first = found.first;
    this.preSkip = found.preSkip;
    this.decode = decode;
    this.rate = OPUS_RATE_HZ;
    this.length = Math.max(0, this.pages[this.pages.length - 1].granule - this.preSkip);
    this.last = null;
  }

  /** Samples from the `start`th on, as many as there are up to `count`. */
  async read(start, count) {
    const wanted = this.pageOf(start);
    // A page before the one that is wanted: the decoder needs 80 ms to find its feet.
    const from = Math.max(this.first, wanted - 1);
    const until = Math.min(this.pages.length, this.pageOf(start + count - 1) + 1);
    const base = from > this.first ? this.pages[from - 1].granule : 0;
    const key = `${from} ${until}`;
    if (!this.last || this.last.key !== key) {
      this.last = { key, samples: await this.decode(this.slice(from, until, base)) };
    }
    // Whoever decodes drops the first preSkip samples, of this slice too.
    const offset = start - base;
    return this.last.samples.subarray(Math.max(0, offset), Math.max(0, offset + count));
  }

  /** The page in which a sample ends, the last one for what lies behind. */
  pageOf(sample) {
    let low = this.first;
    let high = this.pages.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.pages[middle].granule - this.preSkip > sample) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** Pages [from, until) with the headers before them, as a file that begins at time 0. */
  slice(from, until, base) {
    const chosen = [...this.pages.slice(0, this.first), ...this.pages.slice(from, until)];
    const file = new Uint8Array(chosen.reduce((sum, page) => sum + page.size, 0));
    const view = new DataView(file.buffer);
    let at = 0;
    chosen.forEach((page, i) => {
      file.set(this.bytes.subarray(page.at, page.at + page.size), at);
      const audio = i >= this.first;
      const granule = audio ? page.granule - base : 0;
      view.setUint32(at + 6, granule >>> 0, true);
      view.setUint32(at + 10, Math.floor(granule / 2 ** 32), true);
      view.setUint32(at + 18, i, true);
      if (i === chosen.length - 1) file[at + 5] |= 4;
      view.setUint32(at + 22, 0, true);
      view.setUint32(at + 22, checksum(file.subarray(at, at + page.size)), true);
      at += page.size;
    });
    return file.buffer;
  }
}
