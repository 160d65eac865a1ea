// Waveform, transform, WAV and Ogg by stretches, each against its plain definition.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { OggOpusSamples, opusPages } from '../../../web/viewer/ogg.js';
import { Peaks, peaksOf } from '../../../web/viewer/peaks.js';
import { Analyser, BANDS, Fft, colourOf, frequencyAt, heightOf } from '../../../web/viewer/spectrogram.js';
import { WavSamples, wavFormat } from '../../../web/viewer/wav.js';
import { below, randomFrom } from './random.mjs';

test('peaks at any scale are the loudest of their bins', () => {
  const random = randomFrom(1);
  const bins = Uint8Array.from({ length: 10007 }, () => below(random, 256));
  const peaks = new Peaks(bins, 100);
  for (let i = 0; i < 500; i++) {
    const span = 10000 * 4 ** below(random, 6);
    const level = peaks.levelFor(span);
    const size = 4 ** level;
    const bin = below(random, Math.ceil(bins.length / size));
    const start = bin * size * 10000;
    const expected = Math.max(...bins.subarray(bin * size, (bin + 1) * size));
    assert.equal(peaks.loudest(start, start + size * 10000, level), (expected / 255) ** 2);
    assert.ok(10000 * size <= span);
  }
  assert.equal(new Peaks(new Uint8Array(0), 100).loudest(0, 1000), 0);
});

test('peaks of samples, in pieces', async () => {
  const random = randomFrom(2);
  const samples = Float32Array.from({ length: 16000 * 45 + 77 }, () => random() * 1.6 - 0.8);
  const source = { rate: 16000, length: samples.length, read: async (from, count) => samples.subarray(from, from + count) };
  const peaks = await peaksOf(source, () => false);
  const loudest = samples.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  assert.equal(peaks.levels[0].length, Math.ceil(samples.length / 320));
  for (const bin of [0, 999, 1000, peaks.levels[0].length - 1]) {
    const own = samples.subarray(bin * 320, (bin + 1) * 320).reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    assert.equal(peaks.levels[0][bin], Math.round(255 * Math.sqrt(own / loudest)));
  }
  assert.equal(await peaksOf(source, () => true), null);
});

test('the fast transform is the plain one', () => {
  const random = randomFrom(3);
  for (const size of [2, 8, 64, 256]) {
    const real = Float64Array.from({ length: size }, () => random() - 0.5);
    const imaginary = Float64Array.from({ length: size }, () => random() - 0.5);
    const [re, im] = [real.slice(), imaginary.slice()];
    new Fft(size).run(re, im);
    for (let k = 0; k < size; k++) {
      let [a, b] = [0, 0];
      for (let n = 0; n < size; n++) {
        const angle = (-2 * Math.PI * k * n) / size;
        a += real[n] * Math.cos(angle) - imaginary[n] * Math.sin(angle);
        b += real[n] * Math.sin(angle) + imaginary[n] * Math.cos(angle);
      }
      assert.ok(Math.abs(a - re[k]) < 1e-9 && Math.abs(b - im[k]) < 1e-9);
    }
  }
});

test('a tone is loudest in its own band', () => {
  for (const rate of [8000, 16000, 44100, 48000]) {
    const analyser = new Analyser(rate);
    for (const hz of [300, 1000, 3000]) {
      const tone = Float32Array.from({ length: analyser.size }, (_, i) => Math.sin((2 * Math.PI * hz * i) / rate));
      const levels = analyser.levels(tone);
      const band = levels.indexOf(Math.max(...levels));
      const width = rate / analyser.size;
      assert.ok(frequencyAt(band / BANDS) - width <= hz && hz <= frequencyAt((band + 1) / BANDS) + width, `${rate} ${hz} ${band}`);
    }
  }
  assert.ok(Math.abs(frequencyAt(heightOf(1234)) - 1234) < 1e-6);
  assert.deepEqual(colourOf(-1), [0, 0, 4]);
});

/** A WAV of one sample value a channel. */
function wav({ kind = 1, bits, channels, rate = 8000, frames, write, extensible = false }) {
  const bytes = bits / 8;
  const extra = extensible ? 24 : 0;
  const data = new DataView(new ArrayBuffer(54 + extra + frames * channels * bytes));
  const text = (at, word) => [...word].forEach((c, i) => data.setUint8(at + i, c.charCodeAt(0)));
  text(0, 'RIFF');
  text(8, 'WAVE');
  // A chunk of an odd length that is passed over.
  text(12, 'note');
  data.setUint32(16, 1, true);
  text(22, 'fmt ');
  data.setUint32(26, 16 + extra, true);
  data.setUint16(30, extensible ? 0xfffe : kind, true);
  data.setUint16(32, channels, true);
  data.setUint32(34, rate, true);
  data.setUint16(44, bits, true);
  if (extensible) data.setUint16(54, kind, true);
  text(46 + extra, 'data');
  data.setUint32(50 + extra, frames * channels * bytes, true);
  for (let i = 0; i < frames * channels; i++) write(data, 54 + extra + i * bytes, i);
  return data.buffer;
}

test('WAV of every kind, read from the middle', async () => {
  const value = (i) => Math.sin(i / 3) * 0.9;
  const kinds = [
    { bits: 8, write: (d, at, i) => d.setUint8(at, Math.round(value(i) * 127 + 128)), within: 0.02 },
    { bits: 16, write: (d, at, i) => d.setInt16(at, Math.round(value(i) * 32767), true), within: 1e-4 },
    { bits: 24, write: (d, at, i) => [0, 8, 16].forEach((s, b) => d.setUint8(at + b, (Math.round(value(i) * 8388607) >> s) & 255)), within: 1e-6 },
    { bits: 32, write: (d, at, i) => d.setInt32(at, Math.round(value(i) * 2147483647), true), within: 1e-6 },
    { kind: 3, bits: 32, write: (d, at, i) => d.setFloat32(at, value(i), true), within: 1e-6 },
  ];
  for (const { within, ...kind } of kinds) {
    for (const channels of [1, 2]) {
      for (const extensible of [false, true]) {
        const buffer = wav({ ...kind, channels, frames: 1000, extensible });
        const format = wavFormat(buffer, buffer.byteLength);
        assert.equal(format.frames, 1000);
        const samples = await new WavSamples(new Blob([buffer]), format).read(500, 2000);
        assert.equal(samples.length, 500);
        samples.forEach((sample, i) => {
          const at = (500 + i) * channels;
          const expected = channels === 1 ? value(at) : (value(at) + value(at + 1)) / 2;
          assert.ok(Math.abs(sample - expected) < within, `${kind.bits} ${channels} ${i}`);
        });
      }
    }
  }
  // A file that was cut, a coding that is none of ours, and what is no WAV.
  const whole = wav({ bits: 16, channels: 1, frames: 1000, write: () => {} });
  assert.equal(wavFormat(whole, whole.byteLength - 1000).frames, 500);
  assert.equal(wavFormat(wav({ kind: 85, bits: 16, channels: 1, frames: 1, write: () => {} }), 100), null);
  assert.equal(wavFormat(new ArrayBuffer(3), 3), null);
  assert.equal(wavFormat(new TextEncoder().encode('OggS and so on, and on').buffer, 20), null);
});

test('Ogg Opus in slices that are files of their own', async () => {
  assert.ok(process.env.OGG_OPUS, 'set OGG_OPUS to a file');
  const bytes = new Uint8Array(readFileSync(process.env.OGG_OPUS));
  const found = opusPages(bytes);
  assert.ok(found.pages.length > 10);
  let slices = 0;
  // Stands for a decoder: checks the slice, and tells which samples it would have.
  const decode = async (buffer) => {
    slices++;
    const slice = opusPages(new Uint8Array(buffer));
    assert.ok(slice, 'a slice is Ogg Opus');
    assert.equal(slice.preSkip, found.preSkip);
    const granules = slice.pages.slice(slice.first).map((page) => page.granule);
    assert.ok(granules.every((granule, i) => granule > (i ? granules[i - 1] : 0)));
    const length = granules[granules.length - 1] - slice.preSkip;
    const base = source.lastBase;
    return Float32Array.from({ length }, (_, i) => base + i);
  };
  const source = new OggOpusSamples(bytes, found, decode);
  const slice = source.slice.bind(source);
  source.slice = (from, until, base) => {
    source.lastBase = base;
    return slice(from, until, base);
  };
  assert.ok(Math.abs(source.length - 30 * 48000) < 1000);
  for (const start of [0, 100, 47000, 48000, 480000, 700001, source.length - 500]) {
    const samples = await source.read(start, 400);
    assert.equal(samples.length, 400);
    assert.equal(samples[0], start);
    assert.equal(samples[399], start + 399);
  }
  const before = slices;
  await source.read(source.length - 400, 100);
  assert.equal(slices, before, 'a slice that is there is not decoded again');
  assert.equal((await source.read(source.length - 10, 400)).length, 10);
  assert.equal(opusPages(new Uint8Array(100)), null);
});

test('the checksums of slices are those of the standard', () => {
  const bytes = new Uint8Array(readFileSync(process.env.OGG_OPUS));
  const found = opusPages(bytes);
  const source = new OggOpusSamples(bytes, found, null);
  // All pages from the first on: but for what marks an end, the file itself.
  const whole = new Uint8Array(source.slice(found.first, found.pages.length, 0));
  const differing = whole.filter((byte, i) => byte !== bytes[i]).length;
  assert.equal(whole.length, bytes.length);
  assert.equal(differing, 0);
});
