// One job: while it is at work, how far it is; then its result, or why there is none.
import { button, h, nameText } from '../viewer/dom.js';
import { jobPath } from './api.js';
import { ProgressBar, confirmRemoval, stateText } from './recording_list.js';
import { atWork } from './recordings.js';
import { showJob } from './result_screen.js';
import { SpeechTimeline } from './speech_timeline.js';

export class JobScreen {
  constructor(site, id) {
    this.site = site;
    this.id = id;
    this.app = null;
    this.loading = false;
    this.failed = null;
    this.state = h('p', { class: 'state' }, 'Asking the server …');
    this.bar = new ProgressBar('Progress');
    this.timeline = new SpeechTimeline();
    this.title = h('h1', { tabindex: '-1' }, 'Recording');
    this.removal = button({ text: 'Delete', class: 'quiet danger', hidden: true, onclick: () => this.remove() });
    this.viewer = h('div', {}, h('main', {}, h('section', { class: 'panel job' }, this.title, this.state, this.bar.element, this.timeline.element)));
    this.element = h('div', {}, h('nav', { class: 'site', 'aria-label': 'Site' }, h('a', { href: './', onclick: (event) => site.follow(event) }, 'All recordings'), this.removal), this.viewer);
    const { recordings } = site;
    this.stops = [
      recordings.on('list', () => this.follow()),
      recordings.on('connection', () => this.follow()),
      recordings.on('speech', (data) => this.grow(data)),
    ];
    recordings.wanted = id;
    recordings.wake();
    this.load();
  }

  /** The list tells how far it is; the result is fetched once it is there. */
  follow() {
    const job = this.site.recordings.find(this.id);
    if (job && atWork(job)) this.show(job);
    else if (!this.app && !this.failed && this.site.recordings.connected) this.load();
  }

  /** The timeline grows as it happens. */
  grow(data) {
    if (data.id !== this.id || this.app) return;
    this.timeline.add(data);
    if (this.job) this.showTimeline();
  }
  showTimeline() {
    const { done_s: done, total_s: total } = this.job.progress;
    if (atWork(this.job)) this.timeline.show(done, total);
    else this.timeline.element.hidden = true;
  }

  async load() {
    if (this.loading || this.app) return;
    this.loading = true;
    try {
      const job = await this.site.api.json(jobPath(this.id), { headers: { Accept: 'application/json' } });
      if (!this.stops) return;
      if (job.result) this.open(job);
      else this.show(job);
      if (!job.result && !atWork(job)) this.failed = job;
    } catch (error) {
      if (error.status === 404) this.failed = error;
      if (!this.stops) return;
      this.bar.element.hidden = true;
      this.state.textContent = error.status === 404 ? 'The server does not have this recording any more.' : error.message;
    } finally {
      this.loading = false;
    }
  }

  show(job) {
    if (this.app) return;
    this.job = job;
    document.title = `${job.name} – diarist`;
    this.title.replaceChildren(nameText(job.name));
    const text = stateText(job);
    if (this.state.textContent !== text) this.state.textContent = text;
    this.bar.element.hidden = !atWork(job);
    this.bar.show(job.state === 'queued' ? 0 : job.progress.share);
    this.showTimeline();
    this.removal.hidden = false;
    this.removal.firstChild.textContent = atWork(job) ? 'Cancel' : 'Delete';
  }
  open(job) {
    this.show(job);
    const had = this.element.contains(document.activeElement);
    this.app = showJob(this.site, this.viewer, job);
    if (had || document.activeElement === document.body) this.focus();
  }
  focus() {
    const title = this.viewer.querySelector('h1');
    title.tabIndex = -1;
    title.focus({ preventScroll: true });
  }

  remove() {
    const { site, job } = this;
    if (atWork(job)) {
      site.cancel(job);
      return;
    }
    confirmRemoval(job, async () => {
      if ((await site.remove(job)) === null) site.go('./');
    });
  }

  close() {
    this.stops.forEach((stop) => stop());
    this.stops = null;
    this.site.recordings.wanted = null;
    if (this.app) this.app.close();
    window.report = null;
  }
}
