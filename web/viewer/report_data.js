// What a report's file holds (docs/guide/report.md), to and from what the viewer works on.
//
// In the file, turns are columns of numbers: {start: [...], end: [...], speaker: [...], confidence: [...], channel:
// [...]}, times in microseconds, confidences in ten-thousandths or null, speakers as places in the list of speakers.
import { makeState } from './turns.js';

export const SCHEMA = 'diarist.report';
export const VERSION = 1;
const CONFIDENCE_SCALE = 10000;

/** The rows of such columns. */
export function rowsOf(columns) {
  return columns.start.map((start, i) => ({
    start,
    end: columns.end[i],
    speaker: columns.speaker[i],
    confidence: columns.confidence && columns.confidence[i] !== null ? columns.confidence[i] / CONFIDENCE_SCALE : null,
    channel: columns.channel ? columns.channel[i] : 1,
  }));
}

/** The state as lists of speakers and columns of turns, in the order of the state. */
export function columnsOf(state) {
  const place = new Map(state.speakers.map((speaker, i) => [speaker.id, i]));
  return {
    speakers: state.speakers.map(({ name, channel }) => ({ name, channel })),
    turns: {
      start: state.turns.map((turn) => turn.start),
      end: state.turns.map((turn) => turn.end),
      speaker: state.turns.map((turn) => place.get(turn.speaker)),
      confidence: state.turns.map((turn) =>
        turn.confidence === null ? null : Math.round(turn.confidence * CONFIDENCE_SCALE),
      ),
      channel: state.turns.map((turn) => turn.channel),
    },
  };
}

export const stateOf = ({ speakers, turns }) => makeState(speakers, rowsOf(turns));

/** The text of the data block as an object. Throws where it is of another schema or version. */
export function parseReport(text) {
  const report = JSON.parse(text);
  if (report.schema !== SCHEMA || report.version !== VERSION) {
    throw new Error(`The page holds ${report.schema} ${report.version}, expected ${SCHEMA} ${VERSION}.`);
  }
  return report;
}

/** The data as the text of a block: nothing in it can end the block. */
export const reportText = (report) => JSON.stringify(report).replace(/</g, '\\u003c');

/** A short name for a text: what is the same has the same one. FNV-1a over its UTF-16 in two lanes of 32 bits. */
export function digest(text) {
  let a = 0x811c9dc5;
  let b = 0x1b873593;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    a = Math.imul(a ^ unit, 0x01000193);
    b = Math.imul(b ^ unit ^ (i & 0xff), 0x01000193);
  }
  return [a, b].map((lane) => (lane >>> 0).toString(16).padStart(8, '0')).join('');
}

/** Bytes of base64, in pieces: a long recording is not held twice. */
export function bytesOfBase64(text) {
  const chunk = 1 << 20;
  const size = Math.floor((text.length * 3) / 4) - (text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0);
  const bytes = new Uint8Array(size);
  let at = 0;
  for (let i = 0; i < text.length; i += chunk) {
    const binary = atob(text.slice(i, i + chunk));
    for (let j = 0; j < binary.length; j++) bytes[at++] = binary.charCodeAt(j);
  }
  return bytes;
}
