// What mouse, pen and fingers do on the timeline: click, pan, zoom, pinch, move a boundary, draw a turn.
import { rowAt } from './rows.js';

/** How near to a boundary a mouse grabs it, and a finger, in pixels. */
const MOUSE_SLACK = 5;
const TOUCH_SLACK = 16;
/** A turn narrower than this has no room for handles beside its middle. */
const LEAST_WIDTH = 14;
/** What moves less is a click. */
const CLICK_PX = 4;
/** A notch of a wheel is about 100 and doubles or halves what is seen; a pinch on a touch pad gives smaller numbers. */
const WHEEL_ZOOM = 0.0035;
const PINCH_ZOOM = 0.012;
const LINE_PX = 16;

export class Pointer {
  /** `stage` is the element; `timeline` has timeAt(x), rows and so on (timeline.js). */
  constructor(stage, timeline) {
    this.stage = stage;
    this.timeline = timeline;
    this.app = timeline.app;
    this.down = new Map();
    this.gesture = null;
    stage.addEventListener('wheel', (event) => this.wheel(event), { passive: false });
    stage.addEventListener('pointerdown', (event) => this.press(event));
    stage.addEventListener('pointermove', (event) => this.move(event));
    stage.addEventListener('pointerup', (event) => this.release(event));
    stage.addEventListener('pointercancel', (event) => this.cancel(event));
    stage.addEventListener('pointerleave', () => timeline.setHover(null));
  }

  place(event) {
    const box = this.stage.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }

  wheel(event) {
    event.preventDefault();
    const { view } = this.app;
    const unit = event.deltaMode === 1 ? LINE_PX : event.deltaMode === 2 ? this.timeline.width : 1;
    const [dx, dy] = [event.deltaX * unit, event.deltaY * unit];
    const usPerPx = view.span / this.timeline.width;
    if (event.shiftKey) view.pan((dy || dx) * usPerPx);
    else if (!event.ctrlKey && Math.abs(dx) > Math.abs(dy)) view.pan(dx * usPerPx);
    else view.zoom(Math.exp(dy * (event.ctrlKey ? PINCH_ZOOM : WHEEL_ZOOM)), this.timeline.timeAt(this.place(event).x));
  }

  press(event) {
    if (event.button !== 0) return;
    this.stage.focus({ preventScroll: true });
    this.stage.setPointerCapture(event.pointerId);
    const at = this.place(event);
    this.down.set(event.pointerId, at);
    if (this.down.size === 2) {
      this.drop();
      this.gesture = { kind: 'pinch', ...this.pinch() };
      return;
    }
    if (this.down.size > 2) return;
    const row = rowAt(this.app.rows.rows, at.y);
    const time = this.timeline.timeAt(at.x);
    const handle = this.handleAt(at, event.pointerType);
    if (event.shiftKey && row && row.kind === 'lane') {
      this.gesture = { kind: 'draft', from: time, speaker: row.speaker.id };
    } else if (handle) {
      this.gesture = { kind: 'boundary', ...handle };
    } else if (row && row.kind === 'ruler') {
      this.gesture = { kind: 'scrub' };
      this.app.seek(time);
    } else {
      this.gesture = { kind: 'pan', at, start: this.app.view.start, moved: false };
    }
  }

  /** The boundary under the pointer: {turn, side}, or null. */
  handleAt({ x, y }, pointerType) {
    const row = rowAt(this.app.rows.rows, y);
    if (!row || row.kind !== 'lane') return null;
    const touch = pointerType === 'touch';
    const slack = touch ? TOUCH_SLACK : MOUSE_SLACK;
    const usPerPx = this.app.view.span / this.timeline.width;
    const time = this.timeline.timeAt(x);
    const lane = this.app.lanes.get(row.speaker.id);
    const [from, until] = lane.within(time - slack * usPerPx, time + slack * usPerPx);
    for (let i = from; i < until; i++) {
      const turn = lane.turns[i];
      const selected = this.app.selection.has(turn.id);
      if (!selected && (touch || (turn.end - turn.start) / usPerPx < LEAST_WIDTH)) continue;
      const [toStart, toEnd] = [Math.abs(time - turn.start), Math.abs(time - turn.end)];
      if (Math.min(toStart, toEnd) <= slack * usPerPx) return { turn, side: toStart < toEnd ? 'start' : 'end' };
    }
    return null;
  }

  pinch() {
    const [a, b] = [...this.down.values()];
    return { distance: Math.max(10, Math.abs(a.x - b.x)), middle: (a.x + b.x) / 2 };
  }

  move(event) {
    const at = this.place(event);
    if (!this.gesture) {
      if (event.pointerType !== 'touch') this.timeline.setHover(this.timeline.timeAt(at.x));
      this.stage.style.cursor = this.handleAt(at, event.pointerType) ? 'ew-resize' : 'default';
      return;
    }
    if (!this.down.has(event.pointerId)) return;
    this.down.set(event.pointerId, at);
    const { gesture, app, timeline } = this;
    const time = timeline.timeAt(at.x);
    if (gesture.kind === 'pinch') {
      if (this.down.size < 2) return;
      const next = this.pinch();
      const anchor = timeline.timeAt(gesture.middle);
      app.view.zoom(gesture.distance / next.distance, anchor);
      app.view.pan(((gesture.middle - next.middle) / timeline.width) * app.view.span);
      Object.assign(gesture, next);
    } else if (gesture.kind === 'pan') {
      gesture.moved ||= Math.hypot(at.x - gesture.at.x, at.y - gesture.at.y) > CLICK_PX;
      if (!gesture.moved) return;
      this.stage.style.cursor = 'grabbing';
      app.view.set(gesture.start - ((at.x - gesture.at.x) / timeline.width) * app.view.span);
    } else if (gesture.kind === 'scrub') {
      app.seek(time);
    } else if (gesture.kind === 'boundary') {
      gesture.moved = true;
      app.previewBoundary(gesture.turn, gesture.side, time);
    } else if (gesture.kind === 'draft') {
      app.previewTurn({ speaker: gesture.speaker, start: Math.min(gesture.from, time), end: Math.max(gesture.from, time) });
    }
  }

  release(event) {
    const at = this.place(event);
    const { gesture, app } = this;
    this.down.delete(event.pointerId);
    if (!gesture) return;
    if (gesture.kind === 'pinch') {
      if (this.down.size === 0) this.drop();
      return;
    }
    if (gesture.kind === 'boundary' && !gesture.moved) app.select([gesture.turn.id]);
    else if (gesture.kind === 'boundary') app.commitBoundary();
    else if (gesture.kind === 'draft') app.commitTurn();
    else if (gesture.kind === 'pan' && !gesture.moved) this.click(at, event);
    this.drop();
  }

  cancel(event) {
    this.down.delete(event.pointerId);
    this.drop();
  }

  /** Ends a gesture without a trace. */
  drop() {
    this.gesture = null;
    this.stage.style.cursor = 'default';
    this.app.dropPreviews();
  }

  click(at, event) {
    const { app } = this;
    const row = rowAt(app.rows.rows, at.y);
    const time = this.timeline.timeAt(at.x);
    const slack = (2 / this.timeline.width) * app.view.span;
    const turn = row && row.kind === 'lane' ? app.lanes.get(row.speaker.id).at(time, slack) : null;
    if (event.ctrlKey || event.metaKey) {
      if (turn) app.toggle(turn.id);
      return;
    }
    app.select(turn ? [turn.id] : []);
    app.seek(time);
    if (app.playOnClick && app.player.ready) app.player.play(time);
  }
}
