// The whole recording in a strip, with the part that is shown marked; dragging the mark moves it.
import { h } from './dom.js';
import { colourOfSpeaker, prepare } from './drawing.js';
import { placeAfter } from './statistics.js';
import { clock } from './time.js';

const HEIGHT = 44;

export class Minimap {
  constructor(app) {
    this.app = app;
    this.frame = 0;
    this.canvas = h('canvas', { 'aria-hidden': 'true' });
    this.mark = h('div', { class: 'mark' });
    this.head = h('div', { class: 'head' });
    this.element = h(
      'div',
      {
        class: 'minimap',
        role: 'slider',
        tabindex: '0',
        'aria-label': 'Part of the recording that is shown',
        'aria-valuemin': '0',
        onkeydown: (event) => this.key(event),
        onpointerdown: (event) => this.press(event),
        onpointermove: (event) => this.drag(event),
        onpointerup: () => (this.grip = null),
        onpointercancel: () => (this.grip = null),
      },
      this.canvas,
      this.mark,
      this.head,
    );
    this.element.addEventListener('wheel', (event) => this.wheel(event), { passive: false });
    new ResizeObserver(() => this.draw()).observe(this.element);
    app.view.onChange(() => this.place());
    app.on('playhead', () => this.placeHead());
    app.on('draw', () => this.draw());
    app.on('layout', () => this.draw());
    this.place();
  }

  place() {
    const { view } = this.app;
    const share = (us) => `${(100 * us) / view.duration}%`;
    this.mark.style.left = share(view.start);
    this.mark.style.width = share(view.span);
    this.element.setAttribute('aria-valuemax', String(Math.round(view.duration / 1e6)));
    this.element.setAttribute('aria-valuenow', String(Math.round(view.start / 1e6)));
    this.element.setAttribute('aria-valuetext', `${clock(view.start)} to ${clock(view.end)}`);
    this.placeHead();
  }
  placeHead() {
    this.head.style.left = `${(100 * this.app.playhead) / this.app.view.duration}%`;
  }

  draw() {
    this.frame ||= requestAnimationFrame(() => this.paint());
  }
  /** Each column in the colour of who speaks most in it, as high as the sound or, without any, all the way. */
  paint() {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    const { view, figures, palette, sounds } = this.app;
    const width = Math.max(1, this.element.clientWidth);
    const context = prepare(this.canvas, width, HEIGHT);
    const columnUs = view.duration / width;
    const peaks = sounds.length ? sounds[0].peaks : null;
    let piece = 0;
    for (let x = 0; x < width; x++) {
      const [start, end] = [x * columnUs, (x + 1) * columnUs];
      piece = Math.max(piece, placeAfter(figures.parts, start));
      const times = new Map();
      for (let i = piece; i < figures.parts.length && figures.parts[i].start < end; i++) {
        const part = figures.parts[i];
        const inside = Math.min(end, part.end) - Math.max(start, part.start);
        for (const id of part.speakers) times.set(id, (times.get(id) || 0) + inside);
      }
      let most = null;
      for (const [id, time] of times) if (most === null || time > times.get(most)) most = id;
      context.fillStyle = most === null ? palette.wave : colourOfSpeaker(palette, most);
      const half = peaks
        ? Math.max(0.5, peaks.loudest(start, end) * (HEIGHT / 2 - 3))
        : most === null ? 0.5 : HEIGHT / 4;
      context.fillRect(x, HEIGHT / 2 - half, 1, 2 * half);
    }
  }

  timeOf(event) {
    const box = this.element.getBoundingClientRect();
    return ((event.clientX - box.left) / box.width) * this.app.view.duration;
  }
  press(event) {
    if (event.button !== 0) return;
    const { view } = this.app;
    const time = this.timeOf(event);
    this.element.setPointerCapture(event.pointerId);
    if (time < view.start || time > view.end) view.centre(time);
    this.grip = time - view.start;
  }
  drag(event) {
    if (this.grip !== null && this.grip !== undefined) this.app.view.set(this.timeOf(event) - this.grip);
  }
  wheel(event) {
    event.preventDefault();
    const { view } = this.app;
    view.zoom(Math.exp((event.deltaY || event.deltaX) * 0.003), view.start + view.span / 2);
  }
  key(event) {
    const { view } = this.app;
    const moves = {
      ArrowLeft: () => view.pan(-view.span / 10),
      ArrowRight: () => view.pan(view.span / 10),
      ArrowUp: () => view.zoom(0.7),
      ArrowDown: () => view.zoom(1 / 0.7),
      PageUp: () => view.pan(-view.span),
      PageDown: () => view.pan(view.span),
      Home: () => view.set(0),
      End: () => view.set(view.duration),
    };
    if (!moves[event.key]) return;
    event.preventDefault();
    event.stopPropagation();
    moves[event.key]();
  }
}
