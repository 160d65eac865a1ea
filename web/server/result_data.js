// A result of the server (docs/json-schema.md) as the viewer takes it (report_data.js).
import { SCHEMA, VERSION } from '../viewer/report_data.js';

const us = (seconds) => Math.round(seconds * 1e6);
const CONFIDENCE_SCALE = 10000;

/** `file` is what the recording is called where it has to be chosen, or null. */
export function reportOf(result, file = null) {
  const { turns } = result;
  const speakers = result.speakers.map(({ name, channel }) => ({ name, channel }));
  const place = new Map(speakers.map(({ name }, i) => [name, i]));
  const start = turns.map((turn) => us(turn.start));
  const end = turns.map((turn, i) => Math.max(start[i] + 1, us(turn.end)));
  return {
    schema: SCHEMA,
    version: VERSION,
    title: result.recording,
    recording: result.recording,
    duration: end.reduce((most, each) => Math.max(most, each), us(result.duration)),
    notices: result.notices,
    file,
    speakers,
    turns: {
      start,
      end,
      speaker: turns.map((turn) => place.get(turn.speaker)),
      confidence: turns.map((turn) => (turn.confidence === null ? null : Math.round(turn.confidence * CONFIDENCE_SCALE))),
      channel: turns.map((turn) => turn.channel),
    },
  };
}

/** A report's page (as `format=html` gives it) with other data inside. */
export function withData(page, data) {
  const block = /(<script type="application\/json" id="report-data">)[^<]*(<\/script>)/;
  if (!block.test(page)) throw new Error('The page that the server gave has no place for the turns.');
  return page.replace(block, (all, before, after) => before + data + after);
}
