// The timeline of a recording that still goes on: the viewer's own drawing, over a window that moves along.
import { h, nameText } from '../viewer/dom.js';
import { Drawing, prepare } from '../viewer/drawing.js';
import { lanesOf } from '../viewer/lanes.js';
import { readPalette, speakerVariable } from '../viewer/palette.js';
import { layoutRows } from '../viewer/rows.js';
import { statistics } from '../viewer/statistics.js';
import { percent } from '../viewer/time.js';
import { stateOfTurns } from './live_turns.js';
import { GrowingPeaks } from './recording.js';

const SPANS = [
  [30e6, '30 seconds'],
  [120e6, '2 minutes'],
  [600e6, '10 minutes'],
  [Infinity, 'All'],
];
/** So often the picture moves, and for readers who want no motion. */
const STEP_MS = 200;
const CALM_STEP_MS = 1000;

export class LiveTimeline {
  constructor(recording, turns) {
    this.recording = recording;
    this.sounds = [{ channel: 1, peaks: new GrowingPeaks(recording), first: true, only: true }];
    this.selection = new Set();
    this.spectrogram = null;
    this.span = 30e6;
    this.canvas = h('canvas', { 'aria-hidden': 'true' });
    this.names = h('div', { class: 'names' });
    this.stage = h('div', { class: 'stage' }, this.canvas);
    this.element = h('div', { class: 'tracks' }, this.names, this.stage);
    this.choice = h('select', { id: 'span', onchange: () => this.choose() }, ...SPANS.map(([span, text]) => h('option', { value: String(span) }, text)));
    this.drawing = new Drawing(this);
    this.named = '';
    this.turns = turns;
    this.closing = new AbortController();
    const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
    this.timer = setInterval(() => this.paint(), calm ? CALM_STEP_MS : STEP_MS);
    const dark = matchMedia('(prefers-color-scheme: dark)');
    dark.addEventListener('change', () => (this.palette = readPalette(this.element)), this.closing);
  }
  close() {
    clearInterval(this.timer);
    this.closing.abort();
  }

  choose() {
    this.span = Number(this.choice.value);
    this.paint();
  }

  // What the drawing asks of what is shown (app.js of the viewer).
  fineSound() {
    return null;
  }
  shownTurn(turn) {
    return turn;
  }

  /** `turns` is a state of live_turns.js. */
  show(turns) {
    this.turns = turns;
  }

  paint() {
    if (!this.element.isConnected) return;
    this.palette ||= readPalette(this.element);
    const now = this.recording.durationUs;
    if (this.turns !== this.drawn || now !== this.at) this.refresh(now);
    const { rows, height } = this.rows;
    const width = Math.max(1, this.stage.clientWidth);
    this.stage.style.height = `${height}px`;
    this.drawing.base(prepare(this.canvas, width, height), width, this.rows);
    this.showNames(rows);
  }
  refresh(now) {
    if (this.turns !== this.drawn) {
      this.state = stateOfTurns(this.turns);
      this.lanes = lanesOf(this.state);
      this.rows = layoutRows(this.state, this.sounds, null);
    }
    this.drawn = this.turns;
    this.at = now;
    this.figures = statistics(this.state, Math.max(now, 1));
    const span = Number.isFinite(this.span) ? this.span : Math.max(now, SPANS[0][0]);
    const start = Math.max(0, now - span);
    this.view = { start, span, end: start + span, duration: Math.max(now, span) };
  }

  showNames(rows) {
    const share = (id) => {
      const figure = this.figures.speakers.find((each) => each.id === id);
      return figure ? percent(figure.share) : '';
    };
    const key = JSON.stringify(rows.map(({ kind, top, speaker }) => [kind, top, speaker && speaker.name, speaker && share(speaker.id)]));
    if (key === this.named) return;
    this.named = key;
    const labels = { sound: 'Sound', overlap: 'Overlap' };
    this.names.replaceChildren(
      ...rows.map(({ kind, top, height, speaker }) => {
        const style = { top: `${top}px`, height: `${height}px` };
        if (kind !== 'lane') return h('div', { class: `name ${kind}`, style }, h('span', {}, labels[kind] || ''));
        return h(
          'div', { class: 'name speaker', style },
          h('i', { class: 'swatch', style: { background: speakerVariable(speaker.id) } }),
          h('span', { class: 'label' }, nameText(speaker.name)),
          h('span', { class: 'share' }, share(speaker.id)),
        );
      }),
    );
  }
}
