// The turns and speakers of one recording, and every edit of them. A state is never changed: an edit gives a new one
// that shares what stayed, so that undo is a list of states.
//
// state: {speakers: [{id, name, channel}], turns: [{id, start, end, speaker, confidence, channel}], nextTurn,
// nextSpeaker, merged}
// Times are microseconds; `speaker` is a speaker's id; `confidence` is 0 to 1 or null where nobody knows; turns are
// sorted by start and end; `merged` says which speaker a former one became.

/** No turn is shorter: a millisecond, which is what RTTM can hold. */
export const SHORTEST = 1000;

export class EditError extends Error {}

const byTime = (a, b) => a.start - b.start || a.end - b.end || a.speaker - b.speaker || a.id - b.id;

export function makeState(speakers, turns) {
  return {
    speakers: speakers.map((speaker, id) => ({ id, name: speaker.name, channel: speaker.channel || 1 })),
    turns: turns.map((turn, id) => ({ id, ...turn })).sort(byTime),
    nextTurn: turns.length,
    nextSpeaker: speakers.length,
    merged: {},
  };
}

export const speakerOf = (state, id) => state.speakers.find((speaker) => speaker.id === id);
export const turnOf = (state, id) => state.turns.find((turn) => turn.id === id);
export const turnsOf = (state, speaker) => state.turns.filter((turn) => turn.speaker === speaker);

/** What a former speaker is now called by id: himself, or whom he was merged into. */
export function currentSpeaker(state, id) {
  let at = id;
  while (state.merged[at] !== undefined) at = state.merged[at];
  return at;
}

const withTurns = (state, turns) => ({ ...state, turns: turns.sort(byTime) });

function checkName(state, name, except) {
  const wanted = name.trim();
  if (!wanted) throw new EditError('A speaker needs a name.');
  if (state.speakers.some((speaker) => speaker.id !== except && speaker.name === wanted)) {
    throw new EditError(`There is a speaker “${wanted}” already. Merge the two instead.`);
  }
  return wanted;
}

export function renameSpeaker(state, id, name) {
  const wanted = checkName(state, name, id);
  return { ...state, speakers: state.speakers.map((each) => (each.id === id ? { ...each, name: wanted } : each)) };
}

/** Turns of one speaker that overlap become one, whose confidence is their mean by length. */
function united(turns) {
  const result = [];
  for (const turn of [...turns].sort(byTime)) {
    const last = result[result.length - 1];
    if (!last || turn.start >= last.end || turn.channel !== last.channel) {
      result.push(turn);
      continue;
    }
    const [a, b] = [last.end - last.start, turn.end - turn.start];
    const known = last.confidence !== null && turn.confidence !== null;
    result[result.length - 1] = {
      ...last,
      end: Math.max(last.end, turn.end),
      confidence: known ? (last.confidence * a + turn.confidence * b) / (a + b) : null,
    };
  }
  return result;
}

/** All turns of `from` become turns of `into`; `from` is gone. */
export function mergeSpeakers(state, from, into) {
  if (from === into) throw new EditError('A speaker cannot be merged with himself.');
  const own = united(
    state.turns
      .filter((turn) => turn.speaker === from || turn.speaker === into)
      .map((turn) => (turn.speaker === from ? { ...turn, speaker: into } : turn)),
  );
  const others = state.turns.filter((turn) => turn.speaker !== from && turn.speaker !== into);
  const speakers = state.speakers.filter((speaker) => speaker.id !== from);
  return withTurns({ ...state, speakers, merged: { ...state.merged, [from]: into } }, [...others, ...own]);
}

/** A new speaker; gives [state, id]. */
export function addSpeaker(state, name, channel = 1) {
  const id = state.nextSpeaker;
  const speaker = { id, name: checkName(state, name), channel };
  return [{ ...state, speakers: [...state.speakers, speaker], nextSpeaker: id + 1 }, id];
}

/** A name that nobody has yet. */
export function freeName(state) {
  for (let number = state.speakers.length; ; number++) {
    const name = `SPEAKER_${String(number).padStart(2, '0')}`;
    if (!state.speakers.some((speaker) => speaker.name === name)) return name;
  }
}

/** Gives turns (a set of ids) to a speaker. How sure the machine was of another speaker says nothing any more. */
export function assignTurns(state, ids, speaker) {
  return withTurns(
    state,
    state.turns.map((turn) =>
      ids.has(turn.id) && turn.speaker !== speaker ? { ...turn, speaker, confidence: null } : turn,
    ),
  );
}

/** Splits a speaker: those of his turns become a new one's, who is called `name`. */
export function splitSpeaker(state, speaker, ids, name) {
  const own = new Set(turnsOf(state, speaker).map((turn) => turn.id));
  const moved = new Set([...ids].filter((id) => own.has(id)));
  if (moved.size === 0) throw new EditError('None of the speaker’s turns would go to the new one.');
  if (moved.size === own.size) throw new EditError('All of the speaker’s turns would go. Rename the speaker instead.');
  const [next, id] = addSpeaker(state, name, speakerOf(state, speaker).channel);
  return withTurns(
    next,
    next.turns.map((turn) => (moved.has(turn.id) ? { ...turn, speaker: id } : turn)),
  );
}

export function deleteSpeaker(state, id) {
  const speakers = state.speakers.filter((speaker) => speaker.id !== id);
  return { ...state, speakers, turns: state.turns.filter((turn) => turn.speaker !== id) };
}

/** Moves a turn's start, end or both, as far as the recording and the shortest length let it. */
export function moveBoundary(state, id, { start, end }, duration) {
  return withTurns(
    state,
    state.turns.map((turn) => {
      if (turn.id !== id) return turn;
      const moved = { ...turn };
      if (end !== undefined) moved.end = Math.round(Math.min(duration, end));
      if (start !== undefined) moved.start = Math.round(Math.max(0, Math.min(start, duration - SHORTEST)));
      if (start !== undefined && end === undefined) moved.start = Math.min(moved.start, turn.end - SHORTEST);
      moved.end = Math.max(moved.end, moved.start + SHORTEST);
      return moved;
    }),
  );
}

export function deleteTurns(state, ids) {
  return { ...state, turns: state.turns.filter((turn) => !ids.has(turn.id)) };
}

/** A new turn; gives [state, id]. */
export function addTurn(state, { start, end, speaker }, duration) {
  const from = Math.round(Math.max(0, Math.min(start, duration - SHORTEST)));
  const to = Math.round(Math.min(duration, Math.max(end, from + SHORTEST)));
  const id = state.nextTurn;
  const channel = speakerOf(state, speaker).channel;
  const turn = { id, start: from, end: to, speaker, confidence: null, channel };
  return [withTurns({ ...state, nextTurn: id + 1 }, [...state.turns, turn]), id];
}

/** Cuts a turn in two at `at`, which must lie inside; gives [state, id of the second half]. */
export function splitTurn(state, id, at) {
  const turn = turnOf(state, id);
  const cut = Math.round(at);
  if (cut < turn.start + SHORTEST || cut > turn.end - SHORTEST) {
    throw new EditError('The play head is not inside of the turn.');
  }
  const second = state.nextTurn;
  const turns = state.turns.map((each) => (each.id === id ? { ...each, end: cut } : each));
  turns.push({ ...turn, id: second, start: cut });
  return [withTurns({ ...state, nextTurn: second + 1 }, turns), second];
}

/** One turn of this one and the speaker's next. */
export function joinWithNext(state, id) {
  const turn = turnOf(state, id);
  const own = turnsOf(state, turn.speaker);
  const next = own[own.indexOf(turn) + 1];
  if (!next) throw new EditError('The speaker has no later turn to join with.');
  const [a, b] = [turn.end - turn.start, next.end - next.start];
  const known = turn.confidence !== null && next.confidence !== null;
  const joined = {
    ...turn,
    end: Math.max(turn.end, next.end),
    confidence: known ? (turn.confidence * a + next.confidence * b) / (a + b) : null,
  };
  return withTurns(
    state,
    state.turns.filter((each) => each !== next).map((each) => (each === turn ? joined : each)),
  );
}
