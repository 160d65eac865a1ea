// The part of the recording that is shown, as a window in time: zoomed, moved, kept within the recording.

/** Nobody needs to see less than a fifth of a second. */
export const NARROWEST = 200000;

export class View {
  constructor(duration) {
    this.duration = Math.max(duration, 1);
    this.start = 0;
    this.span = this.duration;
    this.listeners = [];
  }

  get end() {
    return this.start + this.span;
  }
  get narrowest() {
    return Math.min(NARROWEST, this.duration);
  }

  set(start, span = this.span) {
    const wanted = Math.min(this.duration, Math.max(this.narrowest, span));
    const from = Math.min(this.duration - wanted, Math.max(0, start));
    if (from === this.start && wanted === this.span) return;
    this.start = from;
    this.span = wanted;
    for (const listener of this.listeners) listener();
  }
  pan(us) {
    this.set(this.start + us);
  }
  /** Shows `factor` times as much, and the time `at` stays where it is. */
  zoom(factor, at = this.start + this.span / 2) {
    const span = Math.min(this.duration, Math.max(this.narrowest, this.span * factor));
    this.set(at - ((at - this.start) * span) / this.span, span);
  }
  all() {
    this.set(0, this.duration);
  }
  /** Moves as little as needed to show the stretch with some room around it. */
  reveal(start, end = start) {
    const margin = this.span * 0.08;
    if (end - start > this.span) this.set(start - margin);
    else if (start < this.start) this.set(start - margin);
    else if (end > this.end) this.set(end - this.span + margin);
  }
  centre(at, span = this.span) {
    this.set(at - Math.min(span, this.duration) / 2, span);
  }
  onChange(listener) {
    this.listeners.push(listener);
  }
}

/** The steps of a ruler, in microseconds: what people count in. */
const STEPS = [
  ...[0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30].map((s) => s * 1e6),
  ...[1, 2, 5, 10, 15, 30, 60, 120, 240].map((minutes) => minutes * 60e6),
];

/** Labelled marks at least `least` microseconds apart within the window: {step, marks, decimals}. */
export function rulerMarks(start, end, least) {
  const step = STEPS.find((each) => each >= least) || Math.ceil(least / 3600e6) * 3600e6;
  const marks = [];
  for (let i = Math.ceil(start / step); i * step <= end; i++) marks.push(Math.round(i * step));
  return { step, marks, decimals: step < 1e5 ? 2 : step < 1e6 ? 1 : 0 };
}
