// Edits outlive the page: the browser keeps them under a digest of the data that they were made on. Where it does not
// (private windows, some settings for files), the page works without, and says so.
import { columnsOf, stateOf } from './report_data.js';

const PREFIX = 'diarist.report.';

export class Memory {
  /** `key` is a digest of the data; `storage` is the browser's localStorage, or what behaves like it. */
  constructor(key, storage) {
    this.name = PREFIX + key;
    this.storage = storage;
    this.works = true;
  }

  /** The state that was kept, when, and whether it had been saved to a file: {state, at, saved}; or null. */
  recall() {
    try {
      const text = this.storage().getItem(this.name);
      if (!text) return null;
      const kept = JSON.parse(text);
      const state = stateOf(kept);
      // Speakers keep their ids: colours and the transcript go by them.
      const idOf = (place) => kept.ids[place];
      return {
        at: kept.at,
        saved: kept.saved,
        state: {
          speakers: state.speakers.map((speaker, i) => ({ ...speaker, id: idOf(i) })),
          turns: state.turns.map((turn) => ({ ...turn, speaker: idOf(turn.speaker) })),
          nextTurn: state.nextTurn,
          nextSpeaker: kept.nextSpeaker,
          merged: kept.merged,
        },
      };
    } catch {
      this.works = false;
      return null;
    }
  }

  /** Keeps a state, or forgets it where `state` is null. Gives whether that went well. */
  keep(state, at, saved) {
    try {
      if (state === null) {
        this.storage().removeItem(this.name);
      } else {
        const ids = state.speakers.map((speaker) => speaker.id);
        const { merged, nextSpeaker } = state;
        this.storage().setItem(this.name, JSON.stringify({ at, saved, ids, merged, nextSpeaker, ...columnsOf(state) }));
      }
      this.works = true;
    } catch {
      this.works = false;
    }
    return this.works;
  }
}
