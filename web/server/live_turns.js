// Turns as they become known: the events of a live stream, put into a state that the viewer's modules take. Pure: an
// event makes a new state.
//
// state: {speakers: [name], turns: Map of number to {start, end, speaker, confidence, ended}}, times in microseconds.
import { makeState } from '../viewer/turns.js';

export const NO_TURNS = { speakers: [], turns: new Map() };

const us = (seconds) => Math.round(seconds * 1e6);

/** Somebody is known by name now: the same person in the same place. */
function renamed({ speakers, turns }, before, name) {
  const called = (speaker) => (speaker === before ? name : speaker);
  return {
    speakers: speakers.map(called),
    turns: new Map([...turns].map(([number, turn]) => [number, { ...turn, speaker: called(turn.speaker) }])),
  };
}

/** The state after a message of /v1/live of the types speaker, begun, extended, ended, revised and identified. */
export function withEvent(state, message) {
  if (message.type === 'identified') return renamed(state, message.previous_speaker, message.speaker);
  const speakers = state.speakers.includes(message.speaker) ? state.speakers : [...state.speakers, message.speaker];
  if (message.type === 'speaker') return { ...state, speakers };
  const turns = new Map(state.turns);
  const before = turns.get(message.turn);
  const turn = {
    start: us(message.start_s),
    end: us(message.end_s),
    speaker: message.speaker,
    confidence: message.confidence,
    // What is revised may still go on.
    ended: message.type === 'ended' || Boolean(before && before.ended),
  };
  // One that ends as it starts: nobody spoke.
  if (turn.end <= turn.start) turns.delete(message.turn);
  else turns.set(message.turn, turn);
  return { speakers, turns };
}

/**
 * What the timeline draws: a state of turns.js, with the speakers in the order in which they were first heard. Who has
 * no turn any more, as others were found to speak there, is left out; the others keep their ids, and so their colours.
 */
export function stateOfTurns({ speakers, turns }) {
  const place = new Map(speakers.map((name, i) => [name, i]));
  const rows = [...turns.values()].map(({ start, end, speaker, confidence }) => ({
    start, end, speaker: place.get(speaker), confidence, channel: 1,
  }));
  const state = makeState(speakers.map((name) => ({ name })), rows);
  const heard = new Set(rows.map((row) => row.speaker));
  return { ...state, speakers: state.speakers.filter(({ id }) => heard.has(id)) };
}

/** Who speaks at this moment, as far as it is known. */
export const speakingNow = ({ turns }) => [...new Set([...turns.values()].filter((turn) => !turn.ended).map((turn) => turn.speaker))];
