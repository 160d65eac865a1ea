// What was done, so that it can be undone: states in a row, and where in the row we are.

export class History {
  /** `original` is the state as the file has it; `kept`, where given, one from before: {state, saved}. */
  constructor(original, kept = null) {
    this.original = original;
    this.states = [{ state: original, what: '' }];
    this.at = 0;
    this.saved = original;
    this.listeners = [];
    if (kept) {
      this.states.push({ state: kept.state, what: 'earlier changes' });
      this.at = 1;
      if (kept.saved) this.saved = kept.state;
    }
  }

  get state() {
    return this.states[this.at].state;
  }
  get canUndo() {
    return this.at > 0;
  }
  get canRedo() {
    return this.at + 1 < this.states.length;
  }
  /** Differs from what the file holds. */
  get changed() {
    return this.state !== this.original;
  }
  /** Differs from what was last written to a file. */
  get unsaved() {
    return this.state !== this.saved;
  }

  /** `what` says for people what was done: "renamed Ann to Eve". */
  apply(state, what) {
    if (state === this.state) return;
    this.states.length = this.at + 1;
    this.states.push({ state, what });
    this.at++;
    this.tell();
  }
  undo() {
    return this.canUndo ? this.move(-1, this.states[this.at].what) : null;
  }
  redo() {
    return this.canRedo ? this.move(+1, this.states[this.at + 1].what) : null;
  }
  /** Back to what the file holds; itself a step that can be undone. */
  reset() {
    if (this.changed) this.apply(this.original, 'went back to the turns of the file');
  }
  markSaved() {
    this.saved = this.state;
    this.tell();
  }

  onChange(listener) {
    this.listeners.push(listener);
  }
  move(by, what) {
    this.at += by;
    this.tell();
    return what;
  }
  tell() {
    for (const listener of this.listeners) listener();
  }
}
