// Turns by lane, to be found by time at once: what is drawn of five thousand turns are those in the window.

export class Lane {
  /** `turns` are sorted by start. */
  constructor(turns) {
    this.turns = turns;
    // The latest end so far, which never falls: turns of one speaker may lie inside of one another.
    this.latest = [];
    let most = -Infinity;
    for (const turn of turns) this.latest.push((most = Math.max(most, turn.end)));
  }

  /** The first place where `before(place)` is false. */
  search(before) {
    let low = 0;
    let high = this.turns.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (before(middle)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Places [from, until) among which all turns are that are heard between `start` and `end`. */
  within(start, end) {
    return [this.search((i) => this.latest[i] <= start), this.search((i) => this.turns[i].start < end)];
  }

  /** The turn at a time, the shortest where there are several, or null; `slack` finds those just beside it. */
  at(time, slack = 0) {
    const [from, until] = this.within(time - slack, time + slack + 1);
    let best = null;
    for (let i = from; i < until; i++) {
      const turn = this.turns[i];
      if (turn.end <= time - slack || turn.start > time + slack) continue;
      const length = turn.end - turn.start;
      if (!best || length < best.end - best.start) best = turn;
    }
    return best;
  }

  /** The last turn that starts before the time, the first that starts after it; null where there is none. */
  before(time) {
    return this.turns[this.search((i) => this.turns[i].start < time) - 1] || null;
  }
  after(time) {
    return this.turns[this.search((i) => this.turns[i].start <= time)] || null;
  }
}

/** A Map from each speaker's id to his lane. */
export function lanesOf(state) {
  const turns = new Map(state.speakers.map((speaker) => [speaker.id, []]));
  for (const turn of state.turns) turns.get(turn.speaker).push(turn);
  return new Map([...turns].map(([id, own]) => [id, new Lane(own)]));
}
