// Figures against their plain definitions, looked at millisecond by millisecond.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { lanesOf } from '../../../web/viewer/lanes.js';
import * as figures from '../../../web/viewer/statistics.js';
import { makeState } from '../../../web/viewer/turns.js';
import { below, randomFrom } from './random.mjs';

const MS = 1000;

/** Turns at whole milliseconds within ten seconds. */
function randomState(random) {
  const speakers = Array.from({ length: 1 + below(random, 4) }, (_, i) => ({ name: `S${i}` }));
  const turns = Array.from({ length: below(random, 25) }, () => {
    const start = below(random, 9000);
    return { start: start * MS, end: (start + 1 + below(random, 1000)) * MS, speaker: below(random, speakers.length), confidence: below(random, 3) ? random() : null, channel: 1 };
  });
  return makeState(speakers, turns);
}
const DURATION = 10000 * MS;

/** Who speaks in each millisecond. */
const bySample = (state) =>
  Array.from({ length: 10000 }, (_, ms) => {
    const at = ms * MS + 500;
    return [...new Set(state.turns.filter((turn) => turn.start <= at && at < turn.end).map((turn) => turn.speaker))].sort((a, b) => a - b);
  });

test('speech, silence, overlap and each speaker’s time', () => {
  for (let seed = 1; seed <= 30; seed++) {
    const state = randomState(randomFrom(seed));
    const samples = bySample(state);
    const found = figures.statistics(state, DURATION);
    const count = (condition) => samples.filter(condition).length * MS;
    assert.equal(found.speech, count((s) => s.length > 0));
    assert.equal(found.silence, count((s) => s.length === 0));
    assert.equal(found.overlap, count((s) => s.length > 1));
    const spoken = samples.reduce((sum, s) => sum + s.length, 0) * MS;
    for (const figure of found.speakers) {
      assert.equal(figure.time, count((s) => s.includes(figure.id)));
      assert.equal(figure.together, count((s) => s.includes(figure.id) && s.length > 1));
      assert.equal(figure.share, spoken ? figure.time / spoken : 0);
      assert.equal(figure.turns, state.turns.filter((turn) => turn.speaker === figure.id).length);
      const parts = found.overTime.get(figure.id).reduce((sum, value) => sum + value, 0);
      assert.ok(Math.abs(parts - figure.time) < 1);
    }
    let runs = 0;
    samples.forEach((s, i) => (runs += s.length > 1 && !(i > 0 && samples[i - 1].length > 1) ? 1 : 0));
    assert.equal(found.overlaps, runs);
    // Pieces cover the recording without a hole, and say who speaks.
    let at = 0;
    for (const piece of found.parts) {
      assert.equal(piece.start, at);
      assert.deepEqual(piece.speakers, samples[piece.start / MS]);
      at = piece.end;
    }
    assert.equal(at, DURATION);
  }
});

test('interruptions: who begins while another speaks and is still speaking when the other has stopped', () => {
  for (let seed = 31; seed <= 60; seed++) {
    const state = randomState(randomFrom(seed));
    const expected = [];
    for (const b of state.turns) {
      for (const a of state.turns) {
        if (a.speaker !== b.speaker && a.start < b.start && b.start < a.end && b.end > a.end) expected.push(`${b.speaker} ${a.speaker} ${b.start}`);
      }
    }
    const found = figures.interruptions(state.turns).map(({ by, of, at }) => `${by} ${of} ${at}`);
    assert.deepEqual(found.sort(), expected.sort());
  }
});

test('a monologue goes over breaths, and ends where somebody else speaks or it is quiet for long', () => {
  const turn = (start, end, speaker) => ({ start: start * 1e6, end: end * 1e6, speaker, confidence: null, channel: 1 });
  const state = makeState([{ name: 'A' }, { name: 'B' }], [turn(0, 10, 0), turn(11, 20, 0), turn(20.5, 21, 1), turn(22, 30, 0), turn(33, 34, 0)]);
  const found = figures.statistics(state, 40e6);
  assert.deepEqual(found.monologue, { start: 0, end: 20e6, speaker: 0 });
  assert.deepEqual(found.speakers[1].monologue, { start: 20.5e6, end: 21e6, speaker: 1 });
  assert.equal(found.silences, 4);
  assert.deepEqual([found.longestSilence.start, found.longestSilence.end], [34e6, 40e6]);
  assert.equal(figures.monologues(found.parts).length, 4);
});

test('of nothing', () => {
  const found = figures.statistics(makeState([], []), 5e6);
  assert.deepEqual([found.turns, found.speech, found.silence, found.monologue], [0, 0, 5e6, null]);
  assert.equal(figures.statistics(makeState([], []), 0).parts.length, 0);
});

test('lanes find the turns of a window, the one at a time, and neighbours', () => {
  for (let seed = 61; seed <= 90; seed++) {
    const random = randomFrom(seed);
    const state = randomState(random);
    for (const [speaker, lane] of lanesOf(state)) {
      const own = state.turns.filter((turn) => turn.speaker === speaker);
      for (let i = 0; i < 50; i++) {
        const start = below(random, 10000) * MS;
        const end = start + below(random, 2000) * MS + 1;
        const [from, until] = lane.within(start, end);
        const inside = own.filter((turn) => turn.end > start && turn.start < end);
        for (const turn of inside) assert.ok(own.indexOf(turn) >= from && own.indexOf(turn) < until);
        const at = own.filter((turn) => turn.start <= start && start < turn.end);
        const found = lane.at(start);
        assert.equal(found === null, at.length === 0);
        if (found) assert.equal(found.end - found.start, Math.min(...at.map((turn) => turn.end - turn.start)));
        const before = own.filter((turn) => turn.start < start);
        assert.equal(lane.before(start), before[before.length - 1] || null);
        assert.equal(lane.after(start), own.find((turn) => turn.start > start) || null);
      }
    }
  }
});
