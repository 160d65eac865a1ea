// Draws the timeline: what changes with the window or the turns on one canvas, what moves on another above it.
import { clock } from './time.js';
import { rulerMarks } from './view.js';
import { SPEAKER_COLOURS } from './palette.js';
import { heightOf } from './spectrogram.js';
import { placeAfter } from './statistics.js';

const FONT = '12px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif';
const SMALL = '11px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif';
/** Below this, a confidence is shown as nearly transparent. */
const FAINTEST = 0.3;
const HATCH_LEAST_PX = 3;

export const colourOfSpeaker = (palette, id) => palette.speakers[id % SPEAKER_COLOURS];

/** Where a time is on a canvas that is `width` wide. */
export const xOf = (view, width, time) => ((time - view.start) / view.span) * width;

/** Sets a canvas to its size on the page, sharp on every screen; gives its context in CSS pixels. */
export function prepare(canvas, width, height) {
  const ratio = Math.min(3, window.devicePixelRatio || 1);
  const [w, h] = [Math.max(1, Math.round(width * ratio)), Math.max(1, Math.round(height * ratio))];
  if (canvas.width !== w || canvas.height !== h) Object.assign(canvas, { width: w, height: h });
  const context = canvas.getContext('2d');
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  return context;
}

function hatch(context, colour) {
  const size = 6;
  const tile = Object.assign(document.createElement('canvas'), { width: size, height: size });
  const pen = tile.getContext('2d');
  pen.strokeStyle = colour;
  pen.lineWidth = 1.4;
  for (const shift of [-size, 0, size]) {
    pen.beginPath();
    pen.moveTo(shift, size);
    pen.lineTo(shift + size, 0);
    pen.stroke();
  }
  return context.createPattern(tile, 'repeat');
}

export class Drawing {
  /** `app` is what the page shows (app.js). */
  constructor(app) {
    this.app = app;
    this.hatches = new Map();
  }

  base(context, width, { rows, height }) {
    this.width = width;
    const { palette } = this.app;
    if (this.hatchOf !== palette) this.hatches.clear();
    this.hatchOf = palette;
    context.font = FONT;
    context.textBaseline = 'middle';
    const marks = rulerMarks(this.app.view.start, this.app.view.end, (this.app.view.span / width) * 90);
    for (const row of rows) {
      if (row.kind === 'lane' || row.kind === 'reference') {
        context.fillStyle = palette.lane;
        context.fillRect(0, row.top, width, row.height);
      }
    }
    this.grid(context, marks, height);
    for (const row of rows) this[row.kind](context, row, marks);
  }

  x(time) {
    return xOf(this.app.view, this.width, time);
  }

  grid(context, { marks }, height) {
    context.strokeStyle = this.app.palette.line;
    context.lineWidth = 1;
    context.beginPath();
    for (const mark of marks) {
      const x = Math.round(this.x(mark)) + 0.5;
      context.moveTo(x, 18);
      context.lineTo(x, height);
    }
    context.stroke();
  }

  ruler(context, row, { marks, decimals }) {
    context.fillStyle = this.app.palette.soft;
    context.font = SMALL;
    for (const mark of marks) {
      const x = this.x(mark);
      // The last one may not fit any more.
      if (x < this.width - 30) context.fillText(clock(mark, decimals), x + 3, row.top + 10);
    }
    context.font = FONT;
  }

  sound(context, row) {
    if (this.app.spectrogram && row.sound.first) this.spectrogram(context, row);
    else this.waveform(context, row);
  }

  /** A line a column, in the colour of who speaks there; one path for each colour. */
  waveform(context, row) {
    const { view, palette, figures } = this.app;
    const { peaks } = row.sound;
    const fine = this.app.fineSound(row.sound);
    const middle = row.top + row.height / 2;
    const columnUs = view.span / this.width;
    const level = peaks.levelFor(columnUs);
    const paths = new Map();
    let piece = placeAfter(figures.parts, view.start);
    for (let x = 0; x < this.width; x++) {
      const start = view.start + x * columnUs;
      while (piece + 1 < figures.parts.length && figures.parts[piece].end <= start + columnUs / 2) piece++;
      const speakers = figures.parts[piece] ? figures.parts[piece].speakers : [];
      const key = speakers.length === 1 ? speakers[0] : speakers.length ? 'overlap' : 'nobody';
      const near = fine && fine.loudest(start, start + columnUs);
      const loud = near === null ? peaks.loudest(start, start + columnUs, level) : near;
      const half = Math.max(0.5, loud * (row.height / 2 - 2));
      if (!paths.has(key)) paths.set(key, new Path2D());
      paths.get(key).rect(x, middle - half, 1, 2 * half);
    }
    for (const [key, path] of paths) {
      context.fillStyle =
        key === 'nobody' ? palette.wave : key === 'overlap' ? palette.overlap : colourOfSpeaker(palette, key);
      context.fill(path);
    }
  }

  spectrogram(context, row) {
    const { view, spectrogram } = this.app;
    context.fillStyle = '#000004';
    context.fillRect(0, row.top, this.width, row.height);
    context.save();
    context.beginPath();
    context.rect(0, row.top, this.width, row.height);
    context.clip();
    context.imageSmoothingEnabled = true;
    for (const tile of spectrogram.visible(view.start, view.end, this.width)) {
      if (!tile.canvas || tile.done === 0) continue;
      const from = this.x(tile.start);
      const until = this.x(tile.start + tile.done * tile.columnUs);
      context.drawImage(tile.canvas, 0, 0, tile.done, tile.canvas.height, from, row.top, until - from, row.height);
    }
    context.restore();
    context.font = SMALL;
    context.fillStyle = '#ffffffc0';
    context.textAlign = 'right';
    for (const hz of [250, 1000, 4000]) {
      const y = row.top + row.height * (1 - heightOf(hz));
      context.fillText(hz < 1000 ? `${hz} Hz` : `${hz / 1000} kHz`, this.width - 4, y);
    }
    context.textAlign = 'start';
    context.font = FONT;
  }

  lane(context, row) {
    const { palette, lanes, selection, view } = this.app;
    const colour = colourOfSpeaker(palette, row.speaker.id);
    const lane = lanes.get(row.speaker.id);
    const [from, until] = lane.within(view.start, view.end);
    let covered = -1;
    context.fillStyle = colour;
    for (let i = from; i < until; i++) {
      const turn = this.app.shownTurn(lane.turns[i]);
      const [left, right] = [this.x(turn.start), this.x(turn.end)];
      // Many turns in one pixel are one.
      if (right <= covered) continue;
      covered = Math.max(right, left + 1);
      context.globalAlpha = turn.confidence === null ? 1 : FAINTEST + (1 - FAINTEST) * turn.confidence ** 2;
      context.fillRect(left, row.top + 2, Math.max(1, right - left), row.height - 4);
    }
    context.globalAlpha = 1;
    this.laneOverlaps(context, row, colour);
    for (let i = from; i < until; i++) {
      const turn = this.app.shownTurn(lane.turns[i]);
      const [left, right] = [Math.max(0, this.x(turn.start)), Math.min(this.width, this.x(turn.end))];
      if (right - left > 46 && row.height >= 20) this.label(context, row, left, right, row.speaker.name);
      if (!selection.has(turn.id)) continue;
      context.strokeStyle = palette.text;
      context.lineWidth = 2;
      context.strokeRect(this.x(turn.start), row.top + 2, Math.max(2, this.x(turn.end) - this.x(turn.start)), row.height - 4);
    }
  }

  label(context, row, left, right, name) {
    context.save();
    context.beginPath();
    context.rect(left, row.top, right - left - 4, row.height);
    context.clip();
    context.fillStyle = this.app.palette.onSpeaker;
    context.fillText(name, left + 6, row.top + row.height / 2 + 0.5);
    context.restore();
  }

  /** Where others speak at the same time. */
  laneOverlaps(context, row, colour) {
    const { figures, view, palette } = this.app;
    const least = (HATCH_LEAST_PX / this.width) * view.span;
    if (!this.hatches.has(colour)) this.hatches.set(colour, hatch(context, palette.overlap));
    context.fillStyle = this.hatches.get(colour);
    const { shared } = figures;
    for (let i = placeAfter(shared, view.start); i < shared.length && shared[i].start < view.end; i++) {
      const part = shared[i];
      if (part.end - part.start < least || !part.speakers.includes(row.speaker.id)) continue;
      const left = this.x(part.start);
      context.fillRect(left, row.top + 2, this.x(part.end) - left, row.height - 4);
    }
  }

  /** How many speak at once, where it is more than one. */
  overlap(context, row) {
    const { figures, view, palette } = this.app;
    context.fillStyle = palette.overlap;
    const { shared } = figures;
    for (let i = placeAfter(shared, view.start); i < shared.length && shared[i].start < view.end; i++) {
      const part = shared[i];
      const height = Math.min(row.height, 4 * part.speakers.length);
      const left = this.x(part.start);
      context.fillRect(left, row.top + row.height - height, Math.max(1, this.x(part.end) - left), height);
    }
  }

  reference(context, row) {
    const { view, palette, reference } = this.app;
    context.fillStyle = reference.colourOf(row.lane, palette);
    const [from, until] = row.lane.index.within(view.start, view.end);
    for (let i = from; i < until; i++) {
      const turn = row.lane.index.turns[i];
      const left = this.x(turn.start);
      context.fillRect(left, row.top + 2, Math.max(1, this.x(turn.end) - left), row.height - 4);
    }
  }

  /** Kinds of error at a third of the height each, so that those that happen at once show beside each other. */
  errors(context, row) {
    const { view, palette, reference } = this.app;
    const third = row.height / 3;
    reference.kinds.forEach(({ colour, lane }, i) => {
      context.fillStyle = palette[colour];
      const [from, until] = lane.within(view.start, view.end);
      for (let j = from; j < until; j++) {
        const left = this.x(lane.turns[j].start);
        context.fillRect(left, row.top + i * third, Math.max(1, this.x(lane.turns[j].end) - left), third - 0.5);
      }
    });
  }

  /** Play head, what is about to be added, and the time under the pointer. */
  overlay(context, width, { height }, hover) {
    this.width = width;
    const { palette, playhead, draft, rows } = this.app;
    if (draft) {
      const row = rows.rows.find((each) => each.kind === 'lane' && each.speaker.id === draft.speaker);
      context.fillStyle = colourOfSpeaker(palette, draft.speaker);
      context.globalAlpha = 0.6;
      if (row) context.fillRect(this.x(draft.start), row.top + 2, this.x(draft.end) - this.x(draft.start), row.height - 4);
      context.globalAlpha = 1;
    }
    if (hover !== null) this.line(context, this.x(hover), height, palette.soft, [2, 3]);
    const x = this.x(playhead);
    if (x < -1 || x > width + 1) return;
    this.line(context, x, height, palette.accent, []);
    context.fillStyle = palette.accent;
    context.beginPath();
    context.moveTo(x - 6, 0);
    context.lineTo(x + 6, 0);
    context.lineTo(x, 9);
    context.fill();
  }

  line(context, x, height, colour, dash) {
    context.strokeStyle = colour;
    context.lineWidth = 1.5;
    context.setLineDash(dash);
    context.beginPath();
    context.moveTo(x, 0);
    context.lineTo(x, height);
    context.stroke();
    context.setLineDash([]);
  }
}
