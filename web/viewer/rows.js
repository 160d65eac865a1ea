// What lies where in the timeline, from top to bottom: ruler, sound, a lane for each speaker, overlap, and the reference
// with its errors where there is one. Heights in CSS pixels.

const RULER = 24;
const SOUND = 92;
const GAP = 6;
const OVERLAP = 14;
const REFERENCE_LANE = 18;
const ERRORS = 16;

/** The more lanes there are, the thinner they get. */
const laneHeight = (lanes) => (lanes <= 6 ? 34 : lanes <= 12 ? 28 : lanes <= 24 ? 22 : 18);

/** [{kind, top, height, ...}]; `sounds` are the channels whose waveform there is, `reference` its lanes or null. */
export function layoutRows(state, sounds, reference) {
  const rows = [];
  let top = 0;
  const add = (kind, height, more = {}, gap = 0) => {
    rows.push({ kind, top, height, ...more });
    top += height + gap;
  };
  add('ruler', RULER);
  const soundHeight = sounds.length > 1 ? Math.max(28, Math.min(SOUND, 160 / sounds.length)) : SOUND;
  sounds.forEach((sound, i) => add('sound', soundHeight, { sound }, i + 1 === sounds.length ? GAP : 2));
  const height = laneHeight(state.speakers.length);
  for (const speaker of state.speakers) add('lane', height, { speaker }, 2);
  top += GAP - 2;
  add('overlap', OVERLAP, {}, reference ? GAP : 0);
  if (reference) {
    for (const lane of reference.lanes) add('reference', REFERENCE_LANE, { lane }, 2);
    add('errors', ERRORS);
  }
  return { rows, height: top + 2 };
}

export const rowAt = (rows, y) => rows.find((row) => y >= row.top && y < row.top + row.height) || null;
