// The recordings as a list that is kept up to date row by row: what has the focus keeps it, and a screen reader is not
// told anew what has not changed.
import { button, h, nameText, openDialog } from '../viewer/dom.js';
import { clock, lengthText, percent } from '../viewer/time.js';
import { failureText } from './problems.js';
import { atWork } from './recordings.js';

const count = (number, what) => `${number} ${what}${number === 1 ? '' : 's'}`;
const us = (seconds) => seconds * 1e6;

/** How a job is, in a few words. */
export function stateText(job) {
  if (job.state === 'queued') return job.queue_position ? `Waiting, ${job.queue_position} before it` : 'Waiting, next';
  if (job.state === 'running') {
    const { share, done_s: done, total_s: total } = job.progress;
    if (share === null) return done ? `${clock(us(done))} done` : 'Begun';
    return `${percent(share)}, ${clock(us(done))} of ${clock(us(total))}`;
  }
  if (job.state === 'failed') return failureText(job.error || {});
  if (job.state === 'cancelled') return 'Cancelled';
  const what = [lengthText(us(job.duration_s)), count(job.speakers.length, 'speaker'), count(job.turns, 'turn')];
  return (job.kind === 'enrolment' ? [`Voice of ${job.speaker}`, ...what] : what).join(' · ');
}

/** A bar that moves; `share` is null where nobody knows. */
export class ProgressBar {
  constructor(label) {
    this.element = h('progress', { max: '1', 'aria-label': label });
  }
  show(share) {
    if (share === null) this.element.removeAttribute('value');
    else this.element.value = share;
  }
}

/** Asks before something is gone; `run` does it. */
export function confirm(title, text, what, run) {
  const dialog = openDialog(
    title,
    h('p', {}, text),
    h('div', { class: 'buttons part' }, button({ text: what, class: 'danger', onclick: () => {
      dialog.close();
      run();
    } })),
  );
}

/** Nothing that has ended goes without it. */
export function confirmRemoval(job, run) {
  confirm('Delete', [nameText(job.name), ': the recording and its turns go from the server.'], 'Delete', run);
}

class Row {
  constructor(site, job) {
    this.site = site;
    this.state = h('span', { class: 'state' });
    this.bar = new ProgressBar(`Progress of ${job.name}`);
    this.action = button({ text: 'Delete', class: 'quiet', onclick: () => this.remove() });
    const link = h('a', { href: `?job=${job.id}`, onclick: (event) => site.follow(event) }, nameText(job.name));
    this.element = h(
      'li',
      { 'data-job': job.id },
      h('div', { class: 'what' }, link, h('small', {}, h('time', { datetime: job.created }, new Date(job.created).toLocaleString())), this.state),
      this.bar.element,
      this.action,
    );
    this.show(job);
  }
  show(job) {
    this.job = job;
    const text = stateText(job);
    if (this.state.textContent !== text) this.state.textContent = text;
    this.element.dataset.state = job.state;
    this.bar.element.hidden = !atWork(job);
    this.bar.show(job.state === 'queued' ? 0 : job.progress.share);
    const word = atWork(job) ? 'Cancel' : 'Delete';
    this.action.firstChild.textContent = word;
    this.action.setAttribute('aria-label', `${word} ${job.name}`);
  }
  remove() {
    const { site, job } = this;
    if (atWork(job)) site.cancel(job);
    else confirmRemoval(job, () => site.remove(job));
  }
}

/** An upload on its way: a row of its own until the server has the recording. */
class UploadRow {
  constructor(upload) {
    this.upload = upload;
    this.bar = new ProgressBar(`Upload of ${upload.name}`);
    this.state = h('span', { class: 'state' });
    this.element = h(
      'li',
      { class: 'upload' },
      h('div', { class: 'what' }, nameText(upload.name), this.state),
      this.bar.element,
      button({ text: 'Cancel', class: 'quiet', 'aria-label': `Cancel the upload of ${upload.name}`, onclick: () => upload.cancel() }),
    );
  }
  show() {
    const { share, problem } = this.upload;
    const text = problem || (share === null ? 'To be sent' : `Sent ${percent(share)}`);
    if (this.state.textContent !== text) this.state.textContent = text;
    this.bar.element.hidden = Boolean(problem);
    this.bar.show(share || 0);
    this.element.lastChild.firstChild.textContent = problem ? 'Close' : 'Cancel';
  }
}

export class RecordingList {
  /** `site` has recordings, uploads, follow(event), cancel(job) and remove(job). */
  constructor(site) {
    this.site = site;
    this.rows = new Map();
    this.list = h('ul', { class: 'jobs' });
    this.title = h('h2', { id: 'list-title', tabindex: '-1' }, 'Recordings');
    this.empty = h('p', { class: 'hint' }, 'There is none yet.');
    this.more = button({ text: 'Older recordings', onclick: () => site.recordings.more().catch((error) => site.say(error.message)) });
    this.element = h('section', { class: 'panel', 'aria-labelledby': 'list-title' }, this.title, this.empty, this.list, this.more);
    this.stop = site.recordings.on('list', () => this.show());
    this.show();
  }

  show() {
    const { recordings, uploads } = this.site;
    const wanted = [...uploads.map((upload) => [upload, () => new UploadRow(upload), upload]), ...recordings.jobs.map((job) => [job.id, () => new Row(this.site, job), job])];
    const keys = new Set(wanted.map(([key]) => key));
    for (const [key, row] of this.rows) {
      if (keys.has(key)) continue;
      // Whoever removed a row by its button stands at the list, not at the begin of the page.
      if (row.element.contains(document.activeElement)) this.title.focus();
      row.element.remove();
      this.rows.delete(key);
    }
    wanted.forEach(([key, make, what], i) => {
      if (!this.rows.has(key)) this.rows.set(key, make());
      const row = this.rows.get(key);
      row.show(what);
      if (this.list.children[i] !== row.element) this.list.insertBefore(row.element, this.list.children[i] || null);
    });
    this.empty.hidden = wanted.length > 0 || recordings.connected !== true;
    this.more.hidden = recordings.next === null;
  }
}
