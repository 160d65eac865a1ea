// Turns as files, byte for byte as `diarist convert` writes them (src/formats/ says why each is as it is): RTTM, JSON
// and Praat's TextGrid.
//
// A document is {recording, duration, speakers, turns, notices} with the speakers and turns of a state.

const ticksOf = (us, perTick) => Math.floor((us + perTick / 2) / perTick);

/** A turn in ticks of `perTick` microseconds: within the recording, and at least one long. */
function turnTicks(turn, duration, perTick) {
  let start = ticksOf(turn.start, perTick);
  let end = ticksOf(turn.end, perTick);
  if (duration >= turn.end) end = Math.min(end, Math.floor(duration / perTick));
  if (end <= start) start = Math.max(0, end - 1);
  if (end <= start) end = start + 1;
  return [start, end];
}

const seconds = (ticks, decimals) => {
  const scale = 10 ** decimals;
  return `${Math.floor(ticks / scale)}.${String(ticks % scale).padStart(decimals, '0')}`;
};

/** Speakers in the order of their first turns, and turns that name them by their place in it. */
function inOrder({ speakers, turns }) {
  const sorted = [...turns].sort((a, b) => a.start - b.start || a.end - b.end);
  const place = new Map();
  for (const turn of sorted) {
    if (!place.has(turn.speaker)) place.set(turn.speaker, place.size);
  }
  const ordered = [...place.keys()].map((id) => speakers.find((speaker) => speaker.id === id));
  const placed = sorted.map((turn) => ({ ...turn, speaker: place.get(turn.speaker) }));
  placed.sort((a, b) => a.start - b.start || a.end - b.end || a.speaker - b.speaker);
  return { speakers: ordered, turns: placed };
}

/** What Unicode calls white space, and control characters: readers of RTTM split at them. */
const SPACES = /[\u0000-\u0020\u007f\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/g;

/** A name as a column of RTTM holds it. */
export const columnName = (name) => (name === '' ? '_' : name.replace(SPACES, '_'));

export function toRttm(document) {
  const { speakers, turns } = inOrder(document);
  const recording = columnName(document.recording);
  return turns
    .map((turn) => {
      const [start, end] = turnTicks(turn, document.duration, 1000);
      const name = columnName(speakers[turn.speaker].name);
      return (
        `SPEAKER ${recording} ${turn.channel} ${seconds(start, 3)} ${seconds(end - start, 3)}` +
        ` <NA> <NA> ${name} <NA> <NA>\n`
      );
    })
    .join('');
}

/** Floating-point numbers keep their point, as in the files of the program: 7.0. */
const decimal = (value) => (Number.isInteger(value) ? value.toFixed(1) : String(value));

export function toJson(document) {
  const { speakers, turns } = inOrder(document);
  const totals = speakers.map(() => 0);
  const text = JSON.stringify;
  const turnLines = turns.map((turn) => {
    totals[turn.speaker] += turn.end - turn.start;
    const confidence = turn.confidence === null ? 'null' : decimal(Math.round(turn.confidence * 1e4) / 1e4);
    return (
      `{"start":${decimal(turn.start / 1e6)},"end":${decimal(turn.end / 1e6)},` +
      `"speaker":${text(speakers[turn.speaker].name)},"confidence":${confidence},"channel":${turn.channel}}`
    );
  });
  const speakerLines = speakers.map(
    (speaker, i) =>
      `{"name":${text(speaker.name)},"total":${decimal(totals[i] / 1e6)},` +
      `"channel":${turns.find((turn) => turn.speaker === i).channel},"centroid":null}`,
  );
  const list = (name, lines) =>
    `,\n  "${name}": [` + lines.map((line, i) => (i ? ',\n    ' : '\n    ') + line).join('') + (lines.length ? '\n  ]' : ']');
  return (
    '{\n  "schema": "diarist.diarization",\n  "version": 1,\n' +
    `  "recording": ${text(document.recording)},\n  "duration": ${decimal(document.duration / 1e6)}` +
    list('turns', turnLines) +
    list('speakers', speakerLines) +
    list('notices', document.notices.map((notice) => text(notice))) +
    '\n}\n'
  );
}

/** Turns of one speaker laid on as few tiers as hold them without overlap; each goes where it was free for longest. */
function tiersOf(turns) {
  const tiers = [];
  for (const turn of turns) {
    let best = null;
    for (const tier of tiers) {
      if (!best || tier.freeFrom < best.freeFrom) best = tier;
    }
    if (!best || best.freeFrom > turn.start) {
      best = { turns: [] };
      tiers.push(best);
    }
    best.turns.push(turn);
    best.freeFrom = turn.end;
  }
  return tiers;
}

/** Control characters but tab and newline become blanks; quotes are doubled. */
const praatQuotes = (name) => `"${name.replace(/[\u0000-\u001f\u007f]/g, ' ').replace(/"/g, '""')}"`;

export function toTextGrid(document) {
  const { speakers, turns } = inOrder(document);
  const placed = turns.map((turn) => {
    const [start, end] = turnTicks(turn, document.duration, 1);
    return { ...turn, start, end };
  });
  const end = placed.reduce((most, turn) => Math.max(most, turn.end), document.duration);
  const tiers = speakers.flatMap((speaker, i) =>
    tiersOf(placed.filter((turn) => turn.speaker === i)).map((tier) => ({ name: speaker.name, turns: tier.turns })),
  );
  if (tiers.length === 0) tiers.push({ name: 'speaker', turns: [] });
  const lines = [
    'File type = "ooTextFile"', 'Object class = "TextGrid"', '', 'xmin = 0.000000', `xmax = ${seconds(end, 6)}`,
    'tiers? <exists>', `size = ${tiers.length}`, 'item []:',
  ];
  tiers.forEach((tier, i) => {
    const intervals = [];
    let at = 0;
    const label = /^[ \t\r\v\f]*$/.test(tier.name) ? '"_"' : praatQuotes(tier.name);
    for (const turn of tier.turns) {
      if (turn.start > at) intervals.push([at, turn.start, '""']);
      intervals.push([turn.start, turn.end, label]);
      at = turn.end;
    }
    if (at < end || intervals.length === 0) intervals.push([at, end, '""']);
    lines.push(
      `    item [${i + 1}]:`, '        class = "IntervalTier"', `        name = ${praatQuotes(tier.name)}`,
      '        xmin = 0.000000', `        xmax = ${seconds(end, 6)}`, `        intervals: size = ${intervals.length}`,
    );
    intervals.forEach(([from, to, text], j) => {
      lines.push(
        `        intervals [${j + 1}]:`, `            xmin = ${seconds(from, 6)}`,
        `            xmax = ${seconds(to, 6)}`, `            text = ${text}`,
      );
    });
  });
  return lines.join('\n') + '\n';
}
