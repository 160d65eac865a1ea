// The figures of a recording: who speaks how much, together with whom, and who begins while another one speaks.
// Pure functions of turns; times in microseconds.
import { SECOND } from './time.js';

/** A pause that people notice, and that is counted as a silence. */
export const SILENCE = SECOND;
/** A monologue goes on over pauses up to this long. */
export const BREATH = 2 * SECOND;
/** Into so many parts a recording is cut to show how shares change. */
export const PARTS = 48;

/**
 * The recording from 0 to `duration`, cut wherever somebody starts or stops: [{start, end, speakers}], without holes;
 * `speakers` are the ids of those who speak, in ascending order.
 */
export function pieces(turns, duration) {
  const events = [];
  for (const turn of turns) {
    events.push([turn.start, 1, turn.speaker], [turn.end, -1, turn.speaker]);
  }
  events.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const counts = new Map();
  const result = [];
  let since = 0;
  let speakers = [];
  const close = (until) => {
    if (until <= since) return;
    const last = result[result.length - 1];
    const same = last && last.speakers.length === speakers.length && last.speakers.every((id, i) => id === speakers[i]);
    if (same) last.end = until;
    else result.push({ start: since, end: until, speakers });
    since = until;
  };
  for (const [time, change, speaker] of events) {
    close(Math.min(time, duration));
    const count = (counts.get(speaker) || 0) + change;
    if (count > 0) counts.set(speaker, count);
    else counts.delete(speaker);
    speakers = [...counts.keys()].sort((a, b) => a - b);
  }
  close(duration);
  return result;
}

/** The longest of the stretches, or null. */
const longest = (stretches) =>
  stretches.reduce((best, each) => (!best || each.end - each.start > best.end - best.start ? each : best), null);

/**
 * Stretches [{start, end, speaker}] in which nobody else speaks, and the speaker pauses for no longer than BREATH.
 */
export function monologues(parts) {
  const result = [];
  let current = null;
  for (const part of parts) {
    if (part.speakers.length === 0) {
      if (current && part.end - part.start > BREATH) current = null;
    } else if (part.speakers.length > 1) {
      current = null;
    } else if (current && current.speaker === part.speakers[0]) {
      current.end = part.end;
    } else {
      current = { start: part.start, end: part.end, speaker: part.speakers[0] };
      result.push(current);
    }
  }
  return result;
}

/**
 * Who begins while somebody else speaks, and still speaks when the other has stopped: [{by, of, at}]. A short word
 * inside of another's turn ("yes", "right") is none.
 */
export function interruptions(turns) {
  const result = [];
  let speaking = [];
  for (const turn of turns) {
    speaking = speaking.filter((other) => other.end > turn.start);
    for (const other of speaking) {
      if (other.speaker !== turn.speaker && other.start < turn.start && turn.end > other.end) {
        result.push({ by: turn.speaker, of: other.speaker, at: turn.start });
      }
    }
    speaking.push(turn);
  }
  return result;
}

/** Stretches with at least `least` speakers at once, those that touch as one. */
export function overlaps(parts, least = 2) {
  const result = [];
  for (const part of parts) {
    if (part.speakers.length < least) continue;
    const last = result[result.length - 1];
    if (last && last.end === part.start) last.end = part.end;
    else result.push({ start: part.start, end: part.end });
  }
  return result;
}

/** The place of the first of sorted stretches that ends after `time`. */
export function placeAfter(stretches, time) {
  let low = 0;
  let high = stretches.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (stretches[middle].end <= time) low = middle + 1;
    else high = middle;
  }
  return low;
}

const total = (stretches) => stretches.reduce((sum, each) => sum + each.end - each.start, 0);

/** How long each speaker speaks in each of PARTS equal parts: a Map from id to times. */
function overTime(parts, speakers, duration) {
  const width = duration / PARTS;
  const shares = new Map(speakers.map((speaker) => [speaker.id, new Array(PARTS).fill(0)]));
  for (const part of parts) {
    if (part.speakers.length === 0) continue;
    for (let i = Math.floor(part.start / width); i < PARTS && i * width < part.end; i++) {
      const inside = Math.min(part.end, (i + 1) * width) - Math.max(part.start, i * width);
      for (const id of part.speakers) shares.get(id)[i] += Math.max(0, inside);
    }
  }
  return shares;
}

function speakerFigures(state, parts, found) {
  const figures = new Map();
  for (const { id } of state.speakers) {
    figures.set(id, { id, time: 0, together: 0, turns: 0, sure: 0, sureTime: 0, by: 0, of: 0, monologue: null });
  }
  for (const part of parts) {
    for (const id of part.speakers) {
      figures.get(id).time += part.end - part.start;
      if (part.speakers.length > 1) figures.get(id).together += part.end - part.start;
    }
  }
  for (const turn of state.turns) {
    const figure = figures.get(turn.speaker);
    figure.turns++;
    if (turn.confidence === null) continue;
    figure.sure += turn.confidence * (turn.end - turn.start);
    figure.sureTime += turn.end - turn.start;
  }
  for (const { by, of } of found.interruptions) {
    figures.get(by).by++;
    figures.get(of).of++;
  }
  for (const each of found.monologues) {
    const figure = figures.get(each.speaker);
    figure.monologue = longest([figure.monologue, each].filter(Boolean));
  }
  const spoken = [...figures.values()].reduce((sum, each) => sum + each.time, 0);
  return [...figures.values()].map((each) => ({
    ...each,
    share: spoken ? each.time / spoken : 0,
    mean: each.turns ? each.time / each.turns : 0,
    confidence: each.sureTime ? each.sure / each.sureTime : null,
  }));
}

/** All figures of a state. */
export function statistics(state, duration) {
  const parts = pieces(state.turns, duration);
  const found = { interruptions: interruptions(state.turns), monologues: monologues(parts) };
  const quiet = parts.filter((part) => part.speakers.length === 0);
  const shared = parts.filter((part) => part.speakers.length > 1);
  const together = overlaps(parts);
  const pauses = quiet.filter((part) => part.end - part.start >= SILENCE);
  return {
    parts,
    shared,
    turns: state.turns.length,
    speech: duration - total(quiet),
    silence: total(quiet),
    silences: pauses.length,
    longestSilence: longest(quiet),
    overlap: total(together),
    overlaps: together.length,
    interruptions: found.interruptions,
    monologue: longest(found.monologues),
    speakers: speakerFigures(state, parts, found),
    overTime: overTime(parts, state.speakers, duration),
  };
}
