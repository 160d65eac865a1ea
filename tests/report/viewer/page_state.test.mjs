// Times, the window, what is kept in the browser, and what the data block is made of.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { lengthBins } from '../../../web/viewer/charts.js';
import { Memory } from '../../../web/viewer/memory.js';
import { bytesOfBase64, columnsOf, digest, parseReport, reportText, stateOf } from '../../../web/viewer/report_data.js';
import { clock, lengthText, parseClock, percent } from '../../../web/viewer/time.js';
import { speakerOfSegment, wordsOf } from '../../../web/viewer/transcript.js';
import { lanesOf } from '../../../web/viewer/lanes.js';
import { mergeSpeakers, makeState, renameSpeaker, splitSpeaker, assignTurns } from '../../../web/viewer/turns.js';
import { View, rulerMarks } from '../../../web/viewer/view.js';
import { below, randomDocument, randomFrom } from './random.mjs';

test('times as people read them', () => {
  assert.equal(clock(0), '0:00');
  assert.equal(clock(59.96e6, 1), '1:00.0');
  assert.equal(clock(3723.25e6, 2), '1:02:03.25');
  assert.equal(clock(-5), '0:00');
  assert.equal(lengthText(0), '0 s');
  assert.equal(lengthText(4.24e6), '4.2 s');
  assert.equal(lengthText(192e6), '3 min 12 s');
  assert.equal(lengthText(7980e6), '2 h 13 min');
  assert.equal(percent(0.123), '12 %');
  assert.equal(percent(0.0213), '2.1 %');
});

test('times as people write them', () => {
  const all = { '1:02:03.5': 3723.5, '62:03': 3723, 90: 90, '90.25': 90.25, '.5': 0.5, '1h 2m 3.5s': 3723.5, '2 min': 120, '1h': 3600, '0:06,7': 6.7, ' 12 s ': 12, '1h2m': 3720 };
  for (const [text, seconds] of Object.entries(all)) assert.equal(parseClock(text), Math.round(seconds * 1e6), text);
  for (const text of ['', ' ', 'x', '1:2:3:4', '-3', '1;2', '1:x', '12 apples', 'NaN', '9'.repeat(40)]) assert.equal(parseClock(text), null, text);
  const random = randomFrom(1);
  for (let i = 0; i < 200; i++) {
    const us = below(random, 40000000) * 1000;
    assert.equal(parseClock(clock(us, 3)), us);
  }
});

test('the window stays within the recording, and a zoom keeps its place', () => {
  const random = randomFrom(2);
  const view = new View(3600e6);
  for (let i = 0; i < 1000; i++) {
    const at = view.start + view.span * random();
    const place = (at - view.start) / view.span;
    const [start, span] = [view.start, view.span];
    if (random() < 0.5) view.pan((random() - 0.5) * 500e6);
    else view.zoom(Math.exp(random() * 4 - 2), at);
    assert.ok(view.start >= 0 && view.end <= 3600e6 + 1e-3 && view.span >= view.narrowest);
    const free = view.start > 0 && view.end < 3600e6 && view.span !== span && view.span > view.narrowest;
    if (free) assert.ok(Math.abs((at - view.start) / view.span - place) < 1e-6 || start === view.start);
  }
  view.all();
  assert.deepEqual([view.start, view.span], [0, 3600e6]);
  view.set(10e6, 10e6);
  view.reveal(15e6, 16e6);
  assert.equal(view.start, 10e6);
  view.reveal(25e6);
  assert.ok(view.start > 15e6 && view.end > 25e6);
  const short = new View(1000);
  short.zoom(0.1);
  assert.equal(short.span, 1000);
});

test('a ruler has round marks, not too many', () => {
  for (const span of [0.3e6, 5e6, 61e6, 3600e6, 86400e6]) {
    const { marks, step } = rulerMarks(span / 3, span / 3 + span, span / 10);
    assert.ok(marks.length >= 2 && marks.length <= 12, String(span));
    for (const mark of marks) assert.ok(Math.abs(mark / step - Math.round(mark / step)) < 1e-9);
  }
});

test('state to columns and back', () => {
  for (let seed = 1; seed <= 50; seed++) {
    const { speakers, turns } = randomDocument(randomFrom(seed));
    const state = makeState(speakers, turns.map(({ id, ...turn }) => turn));
    assert.deepEqual(stateOf(columnsOf(state)), state);
  }
});

test('a data block cannot be left by its text', () => {
  const report = { schema: 'diarist.report', version: 1, title: '</script><!--<script>' };
  assert.ok(!reportText(report).includes('<'));
  assert.deepEqual(parseReport(reportText(report)), report);
  assert.throws(() => parseReport('{"schema": "diarist.report", "version": 2}'), /expected diarist.report 1/);
});

test('digests differ where texts do', () => {
  const random = randomFrom(5);
  const seen = new Set();
  for (let i = 0; i < 20000; i++) seen.add(digest(`${i} ${'x'.repeat(below(random, 5))}`));
  assert.equal(seen.size, 20000);
  assert.equal(digest('abc'), digest('abc'));
  assert.notEqual(digest('ab'), digest('ba'));
});

test('base64, in pieces', () => {
  const random = randomFrom(6);
  for (const size of [0, 1, 2, 3, 1000, 1 << 20, (1 << 20) + 1]) {
    const bytes = Uint8Array.from({ length: size }, () => below(random, 256));
    assert.deepEqual(bytesOfBase64(Buffer.from(bytes).toString('base64')), bytes);
  }
});

class Storage {
  constructor() {
    this.items = new Map();
  }
  getItem(key) {
    return this.items.has(key) ? this.items.get(key) : null;
  }
  setItem(key, value) {
    this.items.set(key, value);
  }
  removeItem(key) {
    this.items.delete(key);
  }
}

test('edits are remembered for the data that they were made on', () => {
  const storage = new Storage();
  const memory = new Memory('one', () => storage);
  assert.equal(memory.recall(), null);
  const turn = (start, speaker) => ({ start, end: start + 5000, speaker, confidence: 0.25, channel: 1 });
  let state = makeState([{ name: 'A' }, { name: 'B' }, { name: 'C' }], [turn(0, 0), turn(9000, 1), turn(20000, 2), turn(30000, 2)]);
  state = splitSpeaker(mergeSpeakers(state, 0, 1), 2, new Set([3]), 'D');
  assert.ok(memory.keep(state, 'now', true));
  const kept = new Memory('one', () => storage).recall();
  assert.deepEqual([kept.at, kept.saved], ['now', true]);
  assert.deepEqual(kept.state.speakers, state.speakers);
  assert.deepEqual(kept.state.turns.map(({ id, ...rest }) => rest), state.turns.map(({ id, ...rest }) => rest));
  assert.deepEqual(kept.state.merged, { 0: 1 });
  assert.equal(kept.state.nextSpeaker, 4);
  assert.equal(new Memory('two', () => storage).recall(), null);
  memory.keep(null, 'later', false);
  assert.equal(memory.recall(), null);
});

test('a browser that keeps nothing is no error', () => {
  const refusing = () => {
    throw new Error('denied');
  };
  const memory = new Memory('one', refusing);
  assert.equal(memory.recall(), null);
  assert.equal(memory.keep(makeState([], []), 'now', false), false);
  const broken = new Storage();
  broken.setItem('diarist.report.one', '{"turns": 3');
  assert.equal(new Memory('one', () => broken).recall(), null);
});

test('a segment is said by whom the file names, until nobody of that name speaks there', () => {
  const turn = (start, end, speaker) => ({ start, end, speaker, confidence: 1, channel: 1 });
  const state = makeState([{ name: 'A' }, { name: 'B' }], [turn(0, 1000, 0), turn(500, 3000, 1)]);
  const names = new Map([['A', 0], ['B', 1]]);
  const segment = { start: 0, end: 2000, speaker: 'A' };
  const of = (now) => speakerOfSegment(segment, now, lanesOf(now), names);
  assert.equal(of(state), 0);
  assert.equal(of(renameSpeaker(state, 0, 'Z')), 0);
  assert.equal(of(mergeSpeakers(state, 0, 1)), 1);
  assert.equal(of(assignTurns(state, new Set([0]), 1)), 1);
  assert.equal(speakerOfSegment({ ...segment, speaker: null }, state, lanesOf(state), names), 1);
  assert.equal(speakerOfSegment({ start: 9000, end: 9001, speaker: 'X' }, state, lanesOf(state), names), null);
});

test('words of a segment, and bins of lengths', () => {
  assert.deepEqual(wordsOf({ start: 1000000, words: ['a'], at_ms: [250], for_ms: [50] }), [{ text: 'a', start: 1250000, end: 1300000 }]);
  assert.deepEqual(wordsOf({ start: 0, words: [], at_ms: [], for_ms: [] }), []);
  assert.deepEqual(lengthBins([0.4e6, 0.5e6, 61e6]).map((bin) => bin.count), [1, 1, 0, 0, 0, 0, 0, 1]);
});
