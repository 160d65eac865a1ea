// The page of the server: what is shown under which address, uploads on their way, and what concerns all of it.
import { button, h } from '../viewer/dom.js';
import { noticeBar } from '../viewer/notices.js';
import { Api, JOBS, query } from './api.js';
import { JobScreen } from './job_screen.js';
import { openLive } from './live_screen.js';
import { NewRecording, recordingName } from './new_recording.js';
import { OptionsForm } from './options_form.js';
import { failureText } from './problems.js';
import { RecordingList } from './recording_list.js';
import { Recordings } from './recordings.js';
import { forgetEdits } from './result_screen.js';
import { askToken } from './token_dialog.js';
import { VoicesPanel } from './voices_panel.js';

class HomeScreen {
  constructor(site) {
    this.closing = new AbortController();
    this.list = new RecordingList(site);
    this.title = h('h1', { tabindex: '-1' }, 'diarist');
    this.element = h(
      'div',
      {},
      h(
        'header',
        { class: 'head' },
        h('div', {}, this.title, h('p', { class: 'meta' }, 'Who spoke when')),
        h('div', { class: 'buttons' }, site.api.token ? button({ text: 'Forget the token', class: 'quiet', onclick: () => site.forgetToken() }) : null),
      ),
      h(
        'main',
        { class: 'home' },
        new NewRecording({
          options: site.options,
          onFiles: (files) => site.upload(files),
          onRecord: () => site.record(),
          signal: this.closing.signal,
        }).element,
        this.list.element,
        new VoicesPanel(site).element,
      ),
    );
    document.title = 'diarist';
  }
  focus() {
    this.title.focus({ preventScroll: true });
  }
  close() {
    this.closing.abort();
    this.list.stop();
  }
}

export class Site {
  constructor(root) {
    this.api = new Api({ askToken, storage: () => window.sessionStorage });
    this.recordings = new Recordings(this.api);
    this.options = new OptionsForm();
    this.uploads = [];
    this.sending = false;
    this.asking = false;
    this.screen = null;
    const { element, say } = noticeBar();
    this.say = say;
    this.banner = h('div', { class: 'banner', role: 'status' });
    this.body = h('div', {});
    root.replaceChildren(this.banner, this.body, element);
    this.recordings.on('connection', (connected) => this.showConnection(connected));
    this.recordings.on('ended', (job) => this.sayEnd(job));
    // A link within the screen is a step of the history too.
    addEventListener('popstate', () => this.address === this.screen.address || this.show());
    document.addEventListener('visibilitychange', () => document.hidden || this.recordings.wake());
    // A file that is let fall where none is wanted does not take the place of the page.
    for (const event of ['dragover', 'drop']) {
      addEventListener(event, (dragged) => dragged.dataTransfer && dragged.dataTransfer.types.includes('Files') && dragged.preventDefault());
    }
    addEventListener('online', () => this.recordings.wake());
    this.show();
    this.recordings.run();
  }

  // Where we are. Addresses are the page's own with ?job=ID: a reload, a bookmark and the back button lead there.

  get address() {
    return new URLSearchParams(location.search).get('job') || '';
  }
  go(address) {
    history.pushState(null, '', address);
    this.show();
  }
  /** A click on a link of the page; one for a new tab is the browser's. */
  follow(event) {
    if (event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    this.go(event.currentTarget.getAttribute('href'));
  }
  show() {
    const { address, screen } = this;
    if (screen && screen.holds) {
      // The browser's back button would drop a recording that is nowhere else.
      if (address) history.pushState(null, '', './');
      return;
    }
    this.open(address ? new JobScreen(this, address) : new HomeScreen(this), address);
  }
  open(screen, address) {
    const first = !this.screen;
    if (this.screen) this.screen.close();
    this.screen = screen;
    screen.address = address;
    this.body.replaceChildren(screen.element);
    if (!first) {
      scrollTo(0, 0);
      screen.focus();
    }
  }

  showConnection(connected) {
    const { problem } = this.recordings;
    const text = connected ? '' : problem && problem.status ? problem.message : 'The server does not answer. This page tries again until it does.';
    if (this.banner.dataset.text === text) return;
    this.banner.dataset.text = text;
    const again = () => this.recordings.wake();
    this.banner.replaceChildren(...(text ? [h('span', {}, text), button({ text: 'Try now', onclick: again })] : []));
  }
  sayEnd(job) {
    if (this.screen instanceof JobScreen && this.screen.id === job.id) return;
    if (job.kind === 'enrolment' && job.state === 'succeeded') return;
    const what = { succeeded: 'is done.', failed: `did not work. ${failureText(job.error || {})}`, cancelled: 'is cancelled.' };
    this.say(`${job.name} ${what[job.state]}`);
  }
  forgetToken() {
    this.api.keepToken('');
    location.reload();
  }

  /** Sends files, one after the other; the first that is alone is opened when the server has it. */
  upload(files) {
    let options;
    try {
      options = this.options.values;
    } catch (error) {
      this.say(error.message);
      return;
    }
    for (const file of files) {
      const closing = new AbortController();
      const upload = { file, options, name: recordingName(file.name), share: null, problem: '', closing };
      upload.cancel = () => {
        closing.abort();
        this.uploads = this.uploads.filter((each) => each !== upload);
        this.showUploads();
      };
      this.uploads.push(upload);
    }
    this.showUploads();
    this.send();
  }
  showUploads() {
    this.recordings.tell('list');
  }
  async send() {
    if (this.sending) return;
    this.sending = true;
    for (;;) {
      const upload = this.uploads.find((each) => !each.problem);
      if (!upload) break;
      const { file, name, options, closing } = upload;
      upload.share = 0;
      try {
        const job = await this.api.upload(JOBS + query({ ...options, name }), file, {
          progress: (share) => {
            upload.share = share;
            this.showUploads();
          },
          signal: closing.signal,
        });
        this.uploads = this.uploads.filter((each) => each !== upload);
        this.recordings.put(job);
        this.recordings.wake();
      } catch (error) {
        if (!closing.signal.aborted) {
          upload.problem = error.message;
          this.say(`${name}: ${error.message}`);
        }
      }
      this.showUploads();
    }
    this.sending = false;
  }

  async record() {
    // The browser may be asking for leave already.
    if (this.asking) return;
    this.asking = true;
    try {
      this.open(await openLive(this, this.options.liveValues), '');
    } catch (error) {
      this.say(error.message);
    } finally {
      this.asking = false;
    }
  }

  /** Cancels a job that is at work, or was when it was last heard of. */
  async cancel(job) {
    try {
      await this.recordings.cancel(job);
    } catch (error) {
      // One that is gone is seen to be, without words.
      if (error.status !== 404) this.say(error.message);
    }
  }
  /** Deletes; gives null where the job is gone. */
  async remove(job) {
    try {
      const left = await this.recordings.remove(job);
      if (left === null) forgetEdits(job.id);
      return left;
    } catch (error) {
      if (error.status === 404) {
        this.recordings.wake();
        return null;
      }
      this.say(error.message);
      return job;
    }
  }
}

