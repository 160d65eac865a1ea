// Samples of whatever audio the page has, by stretches where the format lets us, whole where it does not.
//
// A source is {rate, length, read(start, count), whole}: mono, in samples, as a promise; `whole` where all are in memory.
import { OPUS_RATE_HZ, OggOpusSamples, opusPages } from './ogg.js';
import { WavSamples, wavFormat } from './wav.js';

/** What is decoded whole takes 4 bytes a sample: two hours at 16 kHz are 460 MB. */
export const LONGEST_WHOLE_S = 7200;
const WHOLE_RATE_HZ = 16000;

/** Decodes a file with the browser's decoder, to mono at `rate`. */
async function decoded(buffer, rate) {
  const audio = await new OfflineAudioContext(1, 1, rate).decodeAudioData(buffer);
  const samples = audio.getChannelData(0).slice();
  for (let channel = 1; channel < audio.numberOfChannels; channel++) {
    const more = audio.getChannelData(channel);
    for (let i = 0; i < samples.length; i++) samples[i] += more[i];
  }
  if (audio.numberOfChannels > 1) for (let i = 0; i < samples.length; i++) samples[i] /= audio.numberOfChannels;
  return samples;
}

/** A source over a file. Throws an Error with a sentence for people where there can be none. */
export async function openSamples(blob, durationS) {
  const format = wavFormat(await blob.slice(0, 1 << 16).arrayBuffer(), blob.size);
  if (format) return new WavSamples(blob, format);
  const start = new Uint8Array(await blob.slice(0, 4).arrayBuffer());
  if (String.fromCharCode(...start) === 'OggS') {
    const bytes = new Uint8Array(await blob.arrayBuffer());
    const found = opusPages(bytes);
    if (found) return new OggOpusSamples(bytes, found, (slice) => decoded(slice, OPUS_RATE_HZ));
  }
  if (durationS > LONGEST_WHOLE_S) {
    throw new Error('This recording is too long to be decoded whole. WAV and Ogg Opus are read in pieces, at any length.');
  }
  let samples;
  try {
    samples = await decoded(await blob.arrayBuffer(), WHOLE_RATE_HZ);
  } catch {
    throw new Error('This browser cannot decode the recording. WAV works everywhere.');
  }
  return {
    whole: true,
    rate: WHOLE_RATE_HZ,
    length: samples.length,
    read: async (from, count) => samples.subarray(from, from + count),
  };
}
