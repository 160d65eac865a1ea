// Recording: what the microphone hears, who speaks, and in the end the same viewer as for a file.
import { button, h, nameText } from '../viewer/dom.js';
import { clock } from '../viewer/time.js';
import { JOBS, query } from './api.js';
import { LiveStream } from './live_stream.js';
import { LiveTimeline } from './live_timeline.js';
import { NO_TURNS, speakingNow, withEvent } from './live_turns.js';
import { openMicrophone } from './microphone.js';
import { Problem, problemText } from './problems.js';
import { Recording } from './recording.js';
import { confirm } from './recording_list.js';
import { handOver, showLive } from './result_screen.js';

/** The latest turns as text; more is in the viewer afterwards. */
const LISTED = 30;
const CLOCK_MS = 500;
const PROTOCOL = 'diarist.live';

/** "Recording 2026-11-29 14.05": so that it sorts, and is a file's name too. */
export function recordingNameAt(date) {
  const two = (value) => String(value).padStart(2, '0');
  return `Recording ${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${two(date.getHours())}.${two(date.getMinutes())}`;
}

/** The turns that became known last, as a list that changes line by line. */
class LatestTurns {
  constructor() {
    this.lines = new Map();
    this.element = h('ol', { class: 'latest' });
  }
  show({ turns }) {
    const latest = [...turns].sort(([a], [b]) => b - a).slice(0, LISTED);
    const keys = new Set(latest.map(([number]) => number));
    for (const [number, line] of this.lines) {
      if (keys.has(number)) continue;
      line.remove();
      this.lines.delete(number);
    }
    latest.forEach(([number, { start, end, speaker, ended }], i) => {
      if (!this.lines.has(number)) this.lines.set(number, h('li', {}, h('b', {}), ' ', h('span', {})));
      const line = this.lines.get(number);
      const time = `${clock(start, 1)} to ${ended ? clock(end, 1) : 'now'}`;
      if (line.dataset.speaker !== speaker) line.firstChild.replaceChildren(nameText(speaker));
      line.dataset.speaker = speaker;
      if (line.lastChild.textContent !== time) line.lastChild.textContent = time;
      if (this.element.children[i] !== line) this.element.insertBefore(line, this.element.children[i] || null);
    });
  }
}

export class LiveScreen {
  /** `microphone` is open (microphone.js); `options` are of the stream. */
  constructor(site, microphone, options) {
    Object.assign(this, { site, microphone, options });
    this.name = recordingNameAt(new Date());
    this.recording = new Recording(microphone.rateHz);
    this.turns = NO_TURNS;
    this.app = null;
    this.safe = false;
    this.over = false;
    this.closing = new AbortController();
    this.status = h('p', { role: 'status', class: 'state' });
    this.clock = h('output', { class: 'now', 'aria-label': 'Recorded' }, clock(0));
    this.who = h('span', { class: 'hint' });
    this.stopButton = button({ text: 'Stop', class: 'primary', id: 'stop', onclick: () => this.stop() });
    this.timeline = new LiveTimeline(this.recording, this.turns);
    this.latest = new LatestTurns();
    this.title = h('h1', { tabindex: '-1' }, 'Recording');
    this.back = h('a', { href: './', onclick: (event) => this.leave(event) }, 'All recordings');
    this.keepButton = button({ text: 'Keep on the server', class: 'primary', id: 'keep', hidden: true, onclick: () => this.keep() });
    this.body = h(
      'div',
      {},
      h('header', { class: 'head' }, h('div', {}, this.title, this.status), h('div', { class: 'buttons' }, this.clock, this.stopButton)),
      h(
        'main',
        {},
        h(
          'section', { class: 'panel timeline live', 'aria-label': 'Timeline' },
          h('div', { class: 'panel-head' }, this.who, h('label', { class: 'field' }, h('span', {}, 'Show'), this.timeline.choice)),
          this.timeline.element,
        ),
        h('section', { class: 'panel', 'aria-labelledby': 'latest-title' }, h('h2', { id: 'latest-title' }, 'Latest turns'), this.latest.element),
      ),
    );
    this.element = h('div', {}, h('nav', { class: 'site', 'aria-label': 'Site' }, this.back, this.keepButton), this.body);
    addEventListener('beforeunload', (event) => {
      if (this.safe) return;
      event.preventDefault();
      event.returnValue = '';
    }, this.closing);
    this.begin();
  }

  begin() {
    const { microphone, recording } = this;
    this.say('The microphone is on.');
    this.timer = setInterval(() => (this.clock.textContent = clock(recording.durationUs)), CLOCK_MS);
    navigator.wakeLock?.request('screen').then((lock) => (this.lock = lock), () => {});
    this.stream = new LiveStream({
      recording,
      open: () => this.open(),
      probe: () => this.probe(),
      on: {
        again: () => this.showTurns(NO_TURNS),
        message: (message) => this.message(message),
        connection: (open) => this.connection(open),
        failed: (error) => this.failed(error.message),
      },
    });
    microphone.start((block) => {
      if (block.length) recording.add(block);
      this.stream.more();
    });
    microphone.lost(() => this.stop('The microphone was taken away.'));
    this.stream.run();
  }
  get path() {
    return `v1/live${query({ ...this.options, name: this.name, coding: 's16le', sample_rate_hz: this.recording.rateHz })}`;
  }
  open() {
    const url = new URL(this.path, document.baseURI);
    url.protocol = url.protocol.replace('http', 'ws');
    const { token } = this.site.api;
    try {
      return new WebSocket(url, token ? [PROTOCOL, `bearer.${token}`] : [PROTOCOL]);
    } catch {
      throw new Error('The token has characters that browsers cannot send with a live stream.');
    }
  }
  /** Why a WebSocket did not open pages are not told; another request tells some of it. 426: all is well but that. */
  async probe() {
    try {
      await this.site.api.request(this.path);
    } catch (error) {
      if (!error.status) return;
      if (![426, 429, 503].includes(error.status)) throw error;
      this.say('The server takes no live stream at the moment. The recording goes on in this page.');
    }
  }

  say(text) {
    if (this.status.textContent !== text) this.status.textContent = text;
  }
  connection(open) {
    if (this.over) return;
    if (open) this.say(this.recording.complete ? 'The last turns are being worked out.' : 'The microphone is on.');
    else this.say(this.recording.complete ? 'The server does not answer. The recording is kept in this page until it does.' : 'The server does not answer. The recording goes on in this page.');
  }
  showTurns(turns) {
    this.turns = turns;
    this.timeline.show(turns);
    this.latest.show(turns);
    const speaking = speakingNow(turns);
    const text = speaking.length ? `${speaking.join(', ')} ${speaking.length === 1 ? 'speaks' : 'speak'}` : 'Nobody speaks';
    if (this.who.textContent !== text) this.who.textContent = text;
  }
  message(message) {
    if (message.type === 'result') this.show(message.result);
    else if (message.type === 'error') this.failed(problemText(message.problem.status, message.problem, null));
    else this.showTurns(withEvent(this.turns, message));
  }

  async stop(why) {
    if (this.stopping) return;
    this.stopping = true;
    this.stopButton.disabled = true;
    await this.microphone.stop();
    this.recording.complete = true;
    clearInterval(this.timer);
    this.clock.textContent = clock(this.recording.durationUs);
    if (this.lock) this.lock.release();
    if (!this.over) this.say([why, 'The last turns are being worked out.'].filter(Boolean).join(' '));
    this.keepButton.hidden = false;
  }
  /** The stream ended without a result: the recording is there all the same. */
  async failed(text) {
    this.over = true;
    await this.stop();
    this.say(`${text} The recording is in this page: keep it on the server, which works on it as on a file.`);
    this.keepButton.focus();
  }
  show(result) {
    this.over = true;
    this.timeline.close();
    const wav = this.recording.wav();
    this.app = showLive(this.site, this.body, { result, wav, kept: () => (this.safe = true) });
    this.focus();
  }
  focus() {
    const title = this.body.querySelector('h1');
    title.tabIndex = -1;
    title.focus({ preventScroll: true });
  }

  /** The recording becomes a job, as a file would. */
  async keep() {
    const { site, app } = this;
    this.keepButton.disabled = true;
    try {
      const job = await site.api.upload(JOBS + query({ ...this.options, name: this.name, identify: 'true' }), this.recording.wav(), {
        progress: (share) => (this.keepButton.firstChild.textContent = `Sent ${Math.round(100 * share)} %`),
        signal: this.closing.signal,
      });
      if (app) handOver(app, job.id);
      this.safe = true;
      site.recordings.put(job);
      site.recordings.wake();
      site.go(`?job=${job.id}`);
    } catch (error) {
      if (error.name === 'AbortError') return;
      this.keepButton.disabled = false;
      this.keepButton.firstChild.textContent = 'Keep on the server';
      (app ? (text) => app.notice(text) : (text) => this.say(text))(error instanceof Problem || !app ? error.message : `${error.message} The recording is still in this page.`);
    }
  }

  leave(event) {
    event.preventDefault();
    const { site } = this;
    if (this.safe || this.recording.samples === 0) site.go('./');
    else confirm('Leave', 'The recording is in this page alone, and goes with it.', 'Leave without it', () => {
      this.safe = true;
      site.go('./');
    });
  }
  /** Whether the page may be left for another one of the site, by the browser's own buttons too. */
  get holds() {
    return !this.safe;
  }

  close() {
    this.closing.abort();
    clearInterval(this.timer);
    this.timeline.close();
    this.stream.close();
    if (!this.stopping) this.microphone.stop();
    if (this.lock) this.lock.release();
    if (this.app) this.app.close();
    window.report = null;
  }
}

/** Asks for the microphone; throws an Error with a sentence for people. */
export async function openLive(site, options) {
  return new LiveScreen(site, await openMicrophone(), options);
}
