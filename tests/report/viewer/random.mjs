// Numbers that are the same each time, and recordings made of them.

/** mulberry32: a number from 0 to 1 at each call. */
export function randomFrom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export const below = (random, limit) => Math.floor(random() * limit);

/** Names that trouble one format or another. */
export const ODD_NAMES = [
  'SPEAKER_00', 'Ann', 'two words', ' blanks at ends ', 'tab\there', 'line\nbreak', 'carriage\rreturn', '"quoted" ""twice""',
  '<b>&amp;</b>', '\u05d3\u05d5\u05d3 \u05db\u05d4\u05df', '\u202eturned', 'J\u00fcrgen \u5c71\u7530 \u{1f600}', '</script>', '\u0001\u007f control',
  'no\u00a0break\u2009thin\u3000wide', '\ufeffmark', '   ', 'a_b', "'single'", '`${x}`',
];

/** {recording, duration, speakers, turns, notices} in microseconds, as formats.js takes it. */
export function randomDocument(random) {
  const names = [...ODD_NAMES].sort(() => random() - 0.5).slice(0, 1 + below(random, 5));
  const speakers = names.map((name, id) => ({ id, name, channel: 1 }));
  const turns = [];
  let last = 0;
  for (let id = below(random, 20); id > 0; id--) {
    const start = below(random, 4000000) * (below(random, 8) === 0 ? 1000 : 1);
    const end = start + 1 + below(random, below(random, 2) === 0 ? 10 : 5000000);
    const confidence = below(random, 3) === 0 ? null : below(random, 10001) / 10000;
    turns.push({ id, start, end, speaker: below(random, speakers.length), confidence, channel: 1 + below(random, 2) });
    last = Math.max(last, end);
  }
  const duration = last + (below(random, 2) === 0 ? 0 : below(random, 2000000));
  turns.sort((a, b) => a.start - b.start || a.end - b.end);
  return { recording: 'talk', duration, speakers, turns, notices: ['one "quoted"', 'two'] };
}
