// The timeline: names at the left, two canvases beside them, drawn when something changed and never twice a frame.
import { button, h, nameText } from './dom.js';
import { Drawing, prepare } from './drawing.js';
import { Pointer } from './pointer.js';
import { speakerVariable } from './palette.js';
import { percent } from './time.js';

const LABELS = { ruler: '', sound: 'Sound', overlap: 'Overlap', errors: 'Errors' };

export class Timeline {
  constructor(app) {
    this.app = app;
    this.hover = null;
    this.stale = new Set();
    this.frame = 0;
    this.width = 1;
    /** How long drawing took, in milliseconds, the latest frames: what the tests print. */
    this.costs = [];
    this.base = h('canvas', { 'aria-hidden': 'true' });
    this.top = h('canvas', { 'aria-hidden': 'true', class: 'overlay' });
    this.names = h('div', { class: 'names' });
    this.stage = h(
      'div',
      {
        class: 'stage',
        tabindex: '0',
        role: 'application',
        'aria-label': 'Timeline. Space plays, arrow keys move, N and P go from turn to turn, question mark lists all keys.',
      },
      this.base,
      this.top,
    );
    this.element = h('div', { class: 'tracks' }, this.names, this.stage);
    this.drawing = new Drawing(app);
    this.pointer = new Pointer(this.stage, this);
    new ResizeObserver(() => this.resize()).observe(this.stage);
    app.view.onChange(() => this.draw('base', 'top'));
    app.on('layout', () => this.layout());
    app.on('draw', () => this.draw('base', 'top'));
    app.on('playhead', () => this.draw('top'));
    this.layout();
  }

  timeAt(x) {
    const { view } = this.app;
    return Math.min(view.duration, Math.max(0, view.start + (x / this.width) * view.span));
  }

  setHover(time) {
    if (time === this.hover) return;
    this.hover = time;
    this.draw('top');
  }

  /** Rows changed: speakers came or went, or sound did. */
  layout() {
    const { rows, height } = this.app.rows;
    this.stage.style.height = `${height}px`;
    this.names.replaceChildren(...rows.map((row) => this.name(row)));
    this.resize();
  }

  name(row) {
    const place = { top: `${row.top}px`, height: `${row.height}px` };
    if (row.kind === 'lane') return this.speakerName(row, place);
    const several = row.kind === 'sound' && !row.sound.only;
    const text = row.kind === 'reference' ? row.lane.name : several ? `Channel ${row.sound.channel}` : LABELS[row.kind];
    const title = row.kind === 'reference' ? `Reference: ${row.lane.name}` : undefined;
    return h('div', { class: `name ${row.kind}`, style: place, title }, h('span', {}, nameText(text)));
  }

  speakerName(row, place) {
    const { speaker } = row;
    const figure = this.app.figures.speakers.find((each) => each.id === speaker.id);
    return button(
      {
        class: 'name speaker',
        style: place,
        title: `${speaker.name}: rename, merge, split`,
        onclick: () => this.app.openSpeaker(speaker.id),
      },
      h('i', { class: 'swatch', style: { background: speakerVariable(speaker.id) } }),
      h('span', { class: 'label' }, nameText(speaker.name)),
      h('span', { class: 'share' }, percent(figure.share)),
    );
  }

  resize() {
    this.width = Math.max(1, this.stage.clientWidth);
    this.draw('base', 'top');
  }

  draw(...layers) {
    for (const layer of layers) this.stale.add(layer);
    this.frame ||= requestAnimationFrame(() => this.paint());
  }

  /** At once, not at the next frame: printing does not wait. */
  paint() {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    const { rows } = this.app;
    const began = performance.now();
    if (this.stale.has('base')) this.drawing.base(prepare(this.base, this.width, rows.height), this.width, rows);
    if (this.stale.has('top')) this.drawing.overlay(prepare(this.top, this.width, rows.height), this.width, rows, this.hover);
    this.costs.push(performance.now() - began);
    if (this.costs.length > 1000) this.costs.splice(0, 500);
    this.stale.clear();
  }
}
