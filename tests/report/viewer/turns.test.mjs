// Edits of turns: what each does, what it refuses, and that undo brings back exactly what was.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { History } from '../../../web/viewer/history.js';
import * as edit from '../../../web/viewer/turns.js';
import { below, randomDocument, randomFrom } from './random.mjs';

const SECOND = 1e6;
const turn = (start, end, speaker, confidence = 0.5) => ({ start: start * SECOND, end: end * SECOND, speaker, confidence, channel: 1 });
const small = () =>
  edit.makeState([{ name: 'Ann' }, { name: 'Bela' }], [turn(0, 2, 0), turn(1, 4, 1, 0.8), turn(5, 6, 0), turn(8, 9, 1)]);
const DURATION = 10 * SECOND;
const times = (state, speaker) => edit.turnsOf(state, speaker).map(({ start, end }) => [start / SECOND, end / SECOND]);
const refuses = (what, pattern) => assert.throws(what, (error) => error instanceof edit.EditError && pattern.test(error.message));

test('rename', () => {
  const before = small();
  const after = edit.renameSpeaker(before, 0, '  Anna ');
  assert.equal(edit.speakerOf(after, 0).name, 'Anna');
  assert.equal(edit.speakerOf(before, 0).name, 'Ann');
  assert.equal(edit.renameSpeaker(before, 0, 'Ann').speakers[0].name, 'Ann');
  refuses(() => edit.renameSpeaker(before, 0, 'Bela'), /already/);
  refuses(() => edit.renameSpeaker(before, 0, ' \t'), /needs a name/);
});

test('merge unites turns that overlap, and remembers who became whom', () => {
  const after = edit.mergeSpeakers(small(), 1, 0);
  assert.deepEqual(times(after, 0), [[0, 4], [5, 6], [8, 9]]);
  assert.equal(after.turns[0].confidence, (0.5 * 2 + 0.8 * 3) / 5);
  assert.equal(after.speakers.length, 1);
  assert.equal(edit.currentSpeaker(after, 1), 0);
  refuses(() => edit.mergeSpeakers(small(), 1, 1), /himself/);
});

test('merges in a row lead to the last one', () => {
  let state = edit.makeState([{ name: 'A' }, { name: 'B' }, { name: 'C' }], [turn(0, 1, 0), turn(1, 2, 1), turn(2, 3, 2)]);
  state = edit.mergeSpeakers(edit.mergeSpeakers(state, 0, 1), 1, 2);
  assert.equal(edit.currentSpeaker(state, 0), 2);
});

test('split gives some turns to a new speaker', () => {
  const before = small();
  const after = edit.splitSpeaker(before, 0, new Set([2, 1]), 'Cleo');
  assert.deepEqual(times(after, 2), [[5, 6]]);
  assert.deepEqual(times(after, 0), [[0, 2]]);
  assert.deepEqual(times(after, 1), times(before, 1));
  refuses(() => edit.splitSpeaker(before, 0, new Set([0, 2]), 'Cleo'), /Rename/);
  refuses(() => edit.splitSpeaker(before, 0, new Set([1]), 'Cleo'), /None/);
  refuses(() => edit.splitSpeaker(before, 0, new Set([0]), 'Bela'), /already/);
});

test('a boundary moves as far as the recording and the shortest length let it', () => {
  const move = (id, change) => edit.turnOf(edit.moveBoundary(small(), id, change, DURATION), id);
  assert.equal(move(2, { start: 4.5 * SECOND }).start, 4.5 * SECOND);
  assert.equal(move(2, { start: -3 }).start, 0);
  assert.equal(move(2, { start: 7 * SECOND }).start, 6 * SECOND - edit.SHORTEST);
  assert.equal(move(2, { end: 70 * SECOND }).end, DURATION);
  assert.equal(move(2, { end: 0 }).end, 5 * SECOND + edit.SHORTEST);
  assert.deepEqual(Object.values(move(2, { start: DURATION, end: DURATION })).slice(1, 3), [DURATION - edit.SHORTEST, DURATION]);
  assert.equal(move(2, { start: 4.5 * SECOND }).confidence, 0.5);
});

test('add, delete, split and join turns', () => {
  const [added, id] = edit.addTurn(small(), { start: 6.5 * SECOND, end: 7 * SECOND, speaker: 1 }, DURATION);
  assert.deepEqual(times(added, 1), [[1, 4], [6.5, 7], [8, 9]]);
  assert.equal(edit.turnOf(added, id).confidence, null);
  assert.deepEqual(times(edit.deleteTurns(added, new Set([id, 3])), 1), [[1, 4]]);
  const [cut, second] = edit.splitTurn(small(), 1, 3 * SECOND);
  assert.deepEqual(times(cut, 1), [[1, 3], [3, 4], [8, 9]]);
  assert.equal(edit.turnOf(cut, second).start, 3 * SECOND);
  refuses(() => edit.splitTurn(small(), 1, 1 * SECOND), /play head/);
  assert.deepEqual(times(edit.joinWithNext(small(), 1), 1), [[1, 9]]);
  refuses(() => edit.joinWithNext(small(), 3), /no later/);
});

test('a turn that is given to somebody else loses its confidence', () => {
  const after = edit.assignTurns(small(), new Set([0, 1]), 0);
  assert.equal(edit.turnOf(after, 1).speaker, 0);
  assert.equal(edit.turnOf(after, 1).confidence, null);
  assert.equal(edit.turnOf(after, 0).confidence, 0.5);
});

test('a speaker goes with his turns', () => {
  const after = edit.deleteSpeaker(small(), 0);
  assert.deepEqual(after.speakers.map((speaker) => speaker.name), ['Bela']);
  assert.equal(after.turns.length, 2);
});

/** What must be true of every state. */
function checkState(state, duration) {
  const ids = new Set(state.speakers.map((speaker) => speaker.id));
  assert.equal(ids.size, state.speakers.length);
  assert.equal(new Set(state.speakers.map((speaker) => speaker.name)).size, state.speakers.length);
  assert.equal(new Set(state.turns.map((each) => each.id)).size, state.turns.length);
  let last = 0;
  for (const each of state.turns) {
    assert.ok(ids.has(each.speaker));
    assert.ok(Number.isInteger(each.start) && Number.isInteger(each.end));
    assert.ok(each.start >= last && each.end > each.start && each.end <= duration, JSON.stringify(each));
    assert.ok(each.confidence === null || (each.confidence >= 0 && each.confidence <= 1));
    last = each.start;
  }
}

function randomEdit(state, random, duration) {
  const speaker = () => state.speakers[below(random, state.speakers.length)].id;
  const one = () => state.turns[below(random, state.turns.length)].id;
  const some = () => new Set(state.turns.filter(() => random() < 0.3).map((each) => each.id));
  const time = () => Math.floor(random() * duration * 1.2 - duration * 0.1);
  const all = [
    () => edit.renameSpeaker(state, speaker(), `name ${below(random, 9)}`),
    () => edit.mergeSpeakers(state, speaker(), speaker()),
    () => edit.splitSpeaker(state, speaker(), some(), edit.freeName(state)),
    () => edit.assignTurns(state, some(), speaker()),
    () => edit.moveBoundary(state, one(), { [random() < 0.5 ? 'start' : 'end']: time() }, duration),
    () => edit.moveBoundary(state, one(), { start: time(), end: time() }, duration),
    () => edit.addTurn(state, { start: time(), end: time(), speaker: speaker() }, duration)[0],
    () => edit.splitTurn(state, one(), time())[0],
    () => edit.joinWithNext(state, one()),
    () => (state.turns.length > 3 ? edit.deleteTurns(state, new Set([one()])) : state),
    () => (state.speakers.length > 2 && random() < 0.2 ? edit.deleteSpeaker(state, speaker()) : state),
  ];
  return all[below(random, all.length)]();
}

test('whatever is done, the turns stay turns, and undo and redo walk the same way back and forth', () => {
  for (let seed = 1; seed <= 40; seed++) {
    const random = randomFrom(seed);
    const document = randomDocument(random);
    const duration = document.duration + 1000000;
    const turns = document.turns.map(({ id, ...rest }) => ({ ...rest, end: Math.max(rest.end, rest.start + edit.SHORTEST) }));
    const history = new History(edit.makeState([...document.speakers, { name: 'one more' }], [...turns, turn(0, 1, 0)]));
    const texts = [JSON.stringify(history.state)];
    for (let i = 0; i < 60 && history.state.turns.length; i++) {
      try {
        const next = randomEdit(history.state, random, duration);
        if (next === history.state) continue;
        history.apply(next, 'did something');
        texts.push(JSON.stringify(history.state));
      } catch (error) {
        if (!(error instanceof edit.EditError)) throw error;
      }
      checkState(history.state, Math.max(duration, ...history.state.turns.map((each) => each.end)));
    }
    assert.ok(texts.length > 20);
    for (let i = texts.length - 1; i >= 0; i--) {
      assert.equal(JSON.stringify(history.state), texts[i]);
      history.undo();
    }
    for (let i = 0; i < texts.length; i++) {
      assert.equal(JSON.stringify(history.state), texts[i]);
      history.redo();
    }
  }
});

test('history knows what is changed and what is saved', () => {
  const first = small();
  const history = new History(first);
  assert.deepEqual([history.changed, history.unsaved, history.canUndo], [false, false, false]);
  const second = edit.renameSpeaker(first, 0, 'Anna');
  history.apply(second, 'renamed');
  assert.deepEqual([history.changed, history.unsaved, history.canUndo], [true, true, true]);
  history.markSaved();
  assert.deepEqual([history.changed, history.unsaved], [true, false]);
  assert.equal(history.undo(), 'renamed');
  assert.deepEqual([history.changed, history.unsaved, history.canRedo], [false, true, true]);
  history.redo();
  history.reset();
  assert.equal(history.state, first);
  assert.equal(history.undo(), 'went back to the turns of the file');
  assert.equal(history.state, second);
  // An edit ends what could be done again.
  history.undo();
  history.apply(edit.renameSpeaker(first, 1, 'Bob'), 'renamed Bela');
  assert.equal(history.canRedo, false);
  const later = new History(first, { state: second, saved: true });
  assert.deepEqual([later.changed, later.unsaved, later.canUndo], [true, false, true]);
});
