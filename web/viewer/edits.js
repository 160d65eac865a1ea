// The edits that keys, buttons and dialogs offer, each in words.
import { MINUTE, clock } from './time.js';
import {
  addTurn, assignTurns, deleteSpeaker, deleteTurns, freeName, addSpeaker, joinWithNext, mergeSpeakers, moveBoundary,
  renameSpeaker, speakerOf, splitSpeaker, splitTurn,
} from './turns.js';

/** How far a key moves a boundary: about the step of the network's frames. */
export const NUDGE = 20000;
/** What a turn that is added by a key lasts, at most. */
const NEW_TURN = 2 * 1000000;

const many = (count) => (count === 1 ? 'a turn' : `${count} turns`);

/** The one turn that is selected, or null with a notice. */
export function onlySelected(app) {
  const turns = app.selected;
  if (turns.length === 1) return turns[0];
  app.notice(turns.length ? 'Select one turn for this.' : 'Select a turn first.');
  return null;
}

export function setBoundary(app, turn, change) {
  const sides = Object.keys(change).join(' and ');
  const what = `moved the ${sides} of ${app.nameOf(turn.speaker)}’s turn`;
  return app.edit(what, (state) => moveBoundary(state, turn.id, change, app.duration));
}

export function nudge(app, side, us) {
  const turn = onlySelected(app);
  if (turn) setBoundary(app, turn, { [side]: turn[side] + us });
}

export function assign(app, speaker) {
  if (!app.selection.size) return app.notice('Select a turn first.');
  const ids = new Set(app.selection);
  return app.edit(`gave ${many(ids.size)} to ${app.nameOf(speaker)}`, (state) => assignTurns(state, ids, speaker));
}

/** Gives the selected turns to a speaker who is new. */
export function assignToNew(app, name = freeName(app.state)) {
  const ids = new Set(app.selection);
  return app.edit(`gave ${many(ids.size)} to ${name}, who is new`, (state) => {
    const [next, id] = addSpeaker(state, name);
    return assignTurns(next, ids, id);
  });
}

export function removeSelected(app) {
  if (!app.selection.size) return app.notice('Select a turn first.');
  const ids = new Set(app.selection);
  return app.edit(`deleted ${many(ids.size)}`, (state) => deleteTurns(state, ids));
}

/** At the play head, for the speaker of the selection or else the first one. */
export function addAtPlayhead(app) {
  const { state } = app;
  const chosen = app.selected[0];
  if (!state.speakers.length) {
    return app.edit('added a speaker with a turn', (before) => {
      const [next, speaker] = addSpeaker(before, freeName(before));
      return addTurn(next, { start: app.playhead, end: app.playhead + NEW_TURN, speaker }, app.duration);
    });
  }
  const speaker = chosen ? chosen.speaker : state.speakers[0].id;
  const after = app.lanes.get(speaker).after(app.playhead);
  const end = Math.min(app.playhead + NEW_TURN, after ? Math.max(after.start, app.playhead) : Infinity);
  return app.edit(`added a turn of ${app.nameOf(speaker)}`, (before) =>
    addTurn(before, { start: app.playhead, end, speaker }, app.duration),
  );
}

export function splitAtPlayhead(app) {
  const turn = onlySelected(app);
  if (turn) app.edit(`split a turn at ${clock(app.playhead, 2)}`, (state) => splitTurn(state, turn.id, app.playhead));
}

export function join(app) {
  const turn = onlySelected(app);
  if (turn) app.edit(`joined two turns of ${app.nameOf(turn.speaker)}`, (state) => joinWithNext(state, turn.id));
}

export const rename = (app, id, name) =>
  app.edit(`renamed ${app.nameOf(id)} to ${name.trim()}`, (state) => renameSpeaker(state, id, name));

export const merge = (app, from, into) =>
  app.edit(`merged ${app.nameOf(from)} into ${app.nameOf(into)}`, (state) => mergeSpeakers(state, from, into));

export const split = (app, id, ids, name) =>
  app.edit(`split ${app.nameOf(id)}: ${many(ids.size)} went to ${name.trim()}`, (state) => splitSpeaker(state, id, ids, name));

export const removeSpeaker = (app, id) =>
  app.edit(`deleted ${app.nameOf(id)} and all turns of that name`, (state) => deleteSpeaker(state, id));

/** From turn to turn in order of time, whoever speaks; from the selected one or else the play head. */
export function stepTurn(app, by) {
  const { turns } = app.state;
  if (!turns.length) return;
  const current = app.selected[0];
  let at = current ? turns.indexOf(current) + by : -1;
  if (!current) {
    at = turns.findIndex((turn) => turn.start > app.playhead);
    if (by < 0) at = (at < 0 ? turns.length : at) - 1;
    else if (at < 0) at = turns.length - 1;
  }
  const turn = turns[Math.min(turns.length - 1, Math.max(0, at))];
  app.goToTurn(turn);
  app.notice(describeTurn(app, turn));
}

/** From lane to lane: the turn of the next speaker that is nearest in time. */
export function stepLane(app, by) {
  const { speakers } = app.state;
  const current = app.selected[0];
  const from = current ? speakers.indexOf(speakerOf(app.state, current.speaker)) : by > 0 ? -1 : speakers.length;
  for (let i = from + by; i >= 0 && i < speakers.length; i += by) {
    const lane = app.lanes.get(speakers[i].id);
    const time = current ? current.start : app.playhead;
    const candidates = [lane.at(time), lane.before(time + 1), lane.after(time)].filter(Boolean);
    if (!candidates.length) continue;
    const distance = (turn) => Math.max(0, turn.start - time, time - turn.end);
    const nearest = candidates.reduce((best, each) => (distance(each) < distance(best) ? each : best));
    app.goToTurn(nearest);
    app.notice(describeTurn(app, nearest));
    return;
  }
}

export function describeTurn(app, turn) {
  const precise = app.duration < 10 * MINUTE ? 2 : 1;
  const sure = turn.confidence === null ? '' : `, confidence ${Math.round(100 * turn.confidence)} per cent`;
  return `${app.nameOf(turn.speaker)}, ${clock(turn.start, precise)} to ${clock(turn.end, precise)}${sure}`;
}
