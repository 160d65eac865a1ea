// Plays the recording: the one inside of the page, a file that the reader picks, or one that is somewhere else.
import { bytesOfBase64 } from './report_data.js';

export class Player {
  constructor() {
    this.element = new Audio();
    this.element.preload = 'auto';
    this.blob = null;
    this.own = null;
    this.name = '';
    this.until = null;
    this.listeners = [];
    this.frame = 0;
    for (const event of ['play', 'pause', 'ended', 'seeked', 'loadedmetadata', 'error', 'ratechange']) {
      this.element.addEventListener(event, () => this.tell(event));
    }
  }

  /** Calls `listener(event)` with the element's events, and 'time' at each frame while it plays. */
  onChange(listener) {
    this.listeners.push(listener);
  }
  tell(event) {
    if (event === 'play') this.follow();
    for (const listener of this.listeners) listener(event);
  }
  follow() {
    cancelAnimationFrame(this.frame);
    const step = () => {
      if (this.until !== null && this.time >= this.until) {
        this.pause();
        this.seek(this.until);
        this.until = null;
      }
      this.tell('time');
      if (this.playing) this.frame = requestAnimationFrame(step);
    };
    this.frame = requestAnimationFrame(step);
  }

  /** Takes a data URI, as the page holds one. */
  loadDataUri(uri) {
    const comma = uri.indexOf(',');
    const type = uri.slice('data:'.length, comma).replace(';base64', '');
    this.load(new Blob([bytesOfBase64(uri.slice(comma + 1))], { type }), 'the embedded audio');
  }
  load(blob, name) {
    this.open(URL.createObjectURL(blob), blob, name);
    this.own = this.url;
  }
  /** Plays what is at `url`; `source` gives its bytes as a Blob does: `size`, `slice(start, end)` and `arrayBuffer()`. */
  open(url, source, name) {
    if (this.own) URL.revokeObjectURL(this.own);
    this.own = null;
    this.blob = source;
    this.name = name;
    this.url = url;
    this.element.src = url;
  }
  close() {
    this.listeners = [];
    cancelAnimationFrame(this.frame);
    this.pause();
    this.element.removeAttribute('src');
    this.element.load();
    if (this.own) URL.revokeObjectURL(this.own);
  }

  get ready() {
    return this.blob !== null && !this.element.error;
  }
  get playing() {
    return !this.element.paused && !this.element.ended;
  }
  get time() {
    return Math.round(this.element.currentTime * 1e6);
  }
  /** Of the audio itself; NaN until it is known. */
  get duration() {
    return this.element.duration * 1e6;
  }

  /** From the time `at`, up to `until` where that is given. */
  play(at, until = null) {
    if (!this.ready) return;
    if (at !== undefined) this.seek(at);
    this.until = until;
    this.element.play().catch(() => this.tell('error'));
  }
  pause() {
    this.element.pause();
  }
  seek(us) {
    if (this.ready) this.element.currentTime = us / 1e6;
  }
  setSpeed(rate) {
    this.element.defaultPlaybackRate = rate;
    this.element.playbackRate = rate;
  }
}
