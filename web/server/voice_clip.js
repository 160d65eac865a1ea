// A recording of one voice, cut out of one of several: what a server learns a voice by where it has no job of it.
import { sixteenBits, wavOf } from './recording.js';

/** More teaches nothing new (docs/guide/voices.md: a voice is known by what half a minute says of it). */
const MOST_US = 120e6;
/** Shorter stretches are mostly begin and end of words. */
const LEAST_US = 500000;

/** Stretches in which the speaker speaks alone, the longest first until there is enough, then in order of time. */
export function soloStretches(parts, speaker) {
  const alone = parts.filter((part) => part.speakers.length === 1 && part.speakers[0] === speaker && part.end - part.start >= LEAST_US);
  const chosen = [];
  let left = MOST_US;
  for (const part of [...alone].sort((a, b) => b.end - b.start - (a.end - a.start))) {
    if (left <= 0) break;
    const end = Math.min(part.end, part.start + left);
    chosen.push({ start: part.start, end });
    left -= end - part.start;
  }
  return chosen.sort((a, b) => a.start - b.start);
}

/** A WAV of them, as a Blob. Throws an Error with a sentence for people. */
export async function clipOf(app, speaker) {
  if (!app.player.ready) throw new Error('A voice is learnt from the recording: choose it first.');
  const stretches = soloStretches(app.figures.parts, speaker);
  if (!stretches.length) throw new Error(`${app.nameOf(speaker)} never speaks alone for long enough to be known again.`);
  const source = await app.samples();
  const blocks = [];
  let samples = 0;
  for (const { start, end } of stretches) {
    const [from, until] = [start, end].map((us) => Math.round((us * source.rate) / 1e6));
    const block = sixteenBits(await source.read(from, until - from));
    blocks.push(block);
    samples += block.length;
  }
  return wavOf(blocks, samples, source.rate);
}
