// What the page shows, in one place: turns and their history, the part in view, what is selected, where the play head
// is. Parts of the page listen to it, and change it by calling it; none knows another.
//
// Events: 'state' (turns or speakers), 'layout' (rows), 'draw' (colours, selection, previews), 'selection', 'playhead',
// 'audio' (what can be played, or plays), 'saved' (whether there is something to save), 'notice' (a sentence).
import { History } from './history.js';
import { FineSound } from './fine_sound.js';
import { lanesOf } from './lanes.js';
import { readPalette } from './palette.js';
import { Player } from './player.js';
import { layoutRows } from './rows.js';
import { openSamples } from './samples.js';
import { statistics } from './statistics.js';
import { EditError, addTurn, moveBoundary, speakerOf, turnOf } from './turns.js';
import { View } from './view.js';

export class App {
  /**
   * `report` is the file's data (report_data.js), `original` its state, `kept` what memory.js recalls, `sounds` the
   * waveforms [{channel, peaks, first, only}], `reference` what reference.js makes of the file's, or null.
   */
  constructor({ report, original, kept, sounds, reference }) {
    this.report = report;
    this.duration = report.duration;
    this.history = new History(original, kept);
    this.view = new View(report.duration);
    this.player = new Player();
    this.sounds = sounds;
    this.reference = reference;
    this.selection = new Set();
    this.playhead = 0;
    this.preview = null;
    this.draft = null;
    this.spectrogram = null;
    this.fine = null;
    this.source = null;
    this.voices = null;
    /** Ends what listens beyond the page's own elements; also an options object of addEventListener(). */
    this.closing = new AbortController();
    this.playOnClick = true;
    this.follow = true;
    this.listeners = new Map();
    this.refresh();
    this.history.onChange(() => this.stateChanged());
    this.player.onChange((event) => this.playerChanged(event));
  }

  on(event, listener) {
    if (!this.listeners.has(event)) this.listeners.set(event, []);
    this.listeners.get(event).push(listener);
  }
  tell(event, detail) {
    for (const listener of this.listeners.get(event) || []) listener(detail);
  }
  /** Another page takes the place of this one: nothing here listens or plays any more. */
  close() {
    this.closing.abort();
    this.player.close();
  }
  /** A sentence for everybody, on the screen and read aloud. */
  notice(text) {
    this.tell('notice', text);
  }

  get state() {
    return this.history.state;
  }
  refresh() {
    this.lanes = lanesOf(this.state);
    this.figures = statistics(this.state, this.duration);
    this.rows = layoutRows(this.state, this.sounds, this.reference);
  }
  stateChanged() {
    this.refresh();
    for (const id of this.selection) if (!turnOf(this.state, id)) this.selection.delete(id);
    for (const event of ['state', 'layout', 'draw', 'selection', 'saved']) this.tell(event);
  }
  setSounds(sounds) {
    this.sounds = sounds;
    this.rows = layoutRows(this.state, this.sounds, this.reference);
    this.tell('layout');
    this.tell('draw');
  }
  /** The samples of what can be played, as a promise; throws an Error with a sentence for people. */
  samples() {
    const { blob } = this.player;
    if (!this.source || this.source.blob !== blob) {
      this.source = { blob, samples: openSamples(blob, this.duration / 1e6) };
    }
    return this.source.samples;
  }
  /** What draws a waveform nearer than its bins, where the view is near enough and the audio is there; null else. */
  fineSound(sound) {
    const { view, player, timeline } = this;
    if (!sound.peak || !sound.only || !player.ready || view.span / timeline.width > sound.peaks.binUs / 2) return null;
    if (!this.fine || this.fine.blob !== player.blob) {
      this.fine = { blob: player.blob, sound: null };
      const { fine } = this;
      this.samples().then(
        (source) => {
          fine.sound = source.whole ? null : new FineSound(source, sound.peak, () => this.tell('draw'));
          this.tell('draw');
        },
        () => {},
      );
    }
    if (this.fine.sound) this.fine.sound.want(view.start, view.end);
    return this.fine.sound;
  }
  readColours(element) {
    this.palette = readPalette(element);
    this.tell('draw');
  }

  nameOf(speaker) {
    const found = speakerOf(this.state, speaker);
    return found ? found.name : '';
  }

  /**
   * Does an edit: `make(state)` gives the new state, or [state, id of what is new], which is selected then. What cannot
   * be done is said, and nothing is changed. Gives whether it was done.
   */
  edit(what, make) {
    try {
      const made = make(this.state);
      const [state, id] = Array.isArray(made) ? made : [made, null];
      this.history.apply(state, what);
      if (id !== null && turnOf(state, id)) this.select([id]);
      this.notice(`${what[0].toUpperCase()}${what.slice(1)}.`);
      return true;
    } catch (error) {
      if (!(error instanceof EditError)) throw error;
      this.notice(error.message);
      return false;
    }
  }
  undo() {
    const what = this.history.undo();
    this.notice(what ? `Undone: ${what}.` : 'There is nothing to undo.');
  }
  redo() {
    const what = this.history.redo();
    this.notice(what ? `Done again: ${what}.` : 'There is nothing to redo.');
  }

  select(ids) {
    this.selection = new Set(ids);
    this.tell('selection');
    this.tell('draw');
  }
  toggle(id) {
    const ids = new Set(this.selection);
    if (!ids.delete(id)) ids.add(id);
    this.select(ids);
  }
  /** The selected turns in order of time. */
  get selected() {
    return this.state.turns.filter((turn) => this.selection.has(turn.id));
  }
  /** Selects a turn and brings it into view, with the play head at its start. */
  goToTurn(turn) {
    this.select([turn.id]);
    this.view.reveal(turn.start, turn.end);
    if (!this.player.playing) this.seek(turn.start);
  }

  seek(time) {
    this.playhead = Math.round(Math.min(this.duration, Math.max(0, time)));
    this.player.seek(this.playhead);
    this.tell('playhead');
  }
  /** Moves the play head and shows where it is. */
  goTo(time) {
    this.seek(time);
    this.view.reveal(this.playhead);
  }
  playerChanged(event) {
    if (event === 'time' || event === 'ended') {
      this.playhead = Math.min(this.duration, this.player.time);
      // A page at a time: what glides along cannot be read.
      const { view } = this;
      const outside = this.playhead > view.end || this.playhead < view.start;
      if (this.follow && this.player.playing && outside) view.set(this.playhead - view.span * 0.05);
      this.tell('playhead');
    }
    if (event !== 'time') this.tell('audio', event);
  }
  togglePlay() {
    if (!this.player.ready) return this.notice('There is no audio yet: choose the recording first.');
    if (this.player.playing) return this.player.pause();
    return this.player.play(this.playhead >= this.duration ? 0 : this.playhead);
  }

  /** While a boundary is dragged, the turn is drawn as it would be. */
  previewBoundary(turn, side, time) {
    const moved = moveBoundary(this.state, turn.id, { [side]: time }, this.duration);
    this.preview = { turn: turnOf(moved, turn.id), state: moved };
    this.tell('draw');
    this.tell('selection');
  }
  commitBoundary() {
    if (!this.preview) return;
    const { turn, state } = this.preview;
    this.preview = null;
    this.select([turn.id]);
    this.edit(`moved a boundary of ${this.nameOf(turn.speaker)}`, () => state);
  }
  previewTurn(draft) {
    this.draft = draft;
    this.tell('playhead');
  }
  commitTurn() {
    const { draft } = this;
    this.draft = null;
    if (draft) this.edit(`added a turn of ${this.nameOf(draft.speaker)}`, (state) => addTurn(state, draft, this.duration));
  }
  dropPreviews() {
    if (!this.preview && !this.draft) return;
    this.preview = null;
    this.draft = null;
    this.tell('draw');
    this.tell('selection');
  }
  shownTurn(turn) {
    return this.preview && this.preview.turn.id === turn.id ? this.preview.turn : turn;
  }

  openSpeaker(id) {
    this.tell('speaker', id);
  }
}
