// The recordings that the server has, as jobs, kept up to date: the list is fetched, and the progress of one that runs is
// followed as events. When the server goes away, it is asked again until it is back.
//
// Events: 'list' (which there are, and what became of them), 'connection' (true or false), 'ended' (a job, once, that
// was seen at work before), 'speech' (where somebody speaks in the one that is followed, as far as it is known).
import { JOBS, jobPath, query } from './api.js';
import { pauseMs, wait } from './backoff.js';
import { readEvents } from './event_stream.js';
import { Problem, Unreachable } from './problems.js';

export const atWork = (job) => job.state === 'queued' || job.state === 'running';

/** While one is followed, the places of the others in the queue are asked for this often. */
const LOOK_MS = 4000;

/** The one to follow: what is wanted, else what runs, else who is next. */
export function jobToFollow(jobs, wanted) {
  const busy = jobs.filter(atWork);
  return (
    busy.find((job) => job.id === wanted) ||
    busy.find((job) => job.state === 'running') ||
    busy.reduce((first, job) => (!first || job.queue_position < first.queue_position ? job : first), null)
  );
}

/** `older` are pages that were fetched before: what came anew is first, and nothing is there twice. */
export function joined(newest, older) {
  const ids = new Set(newest.map((job) => job.id));
  return [...newest, ...older.filter((job) => !ids.has(job.id))];
}

const awakened = (signal) => new Promise((done) => (signal.aborted ? done() : signal.addEventListener('abort', done)));

export class Recordings {
  constructor(api) {
    this.api = api;
    this.jobs = [];
    this.next = null;
    this.connected = null;
    this.problem = null;
    this.wanted = null;
    this.listeners = new Map();
    this.waking = new AbortController();
    this.pages = 1;
  }

  on(event, listener) {
    if (!this.listeners.has(event)) this.listeners.set(event, new Set());
    this.listeners.get(event).add(listener);
    return () => this.listeners.get(event).delete(listener);
  }
  tell(event, detail) {
    for (const listener of this.listeners.get(event) || []) listener(detail);
  }
  find(id) {
    return this.jobs.find((job) => job.id === id) || null;
  }

  /** Looks again now: something was begun here, or the page is seen again. */
  wake() {
    this.waking.abort();
    this.waking = new AbortController();
  }

  /** Runs for as long as the page. */
  async run() {
    for (let attempt = 0; ; ) {
      const { signal } = this.waking;
      try {
        await this.refresh();
        this.setConnected(true);
        if (signal.aborted) continue;
        const job = jobToFollow(this.jobs, this.wanted);
        if (!job) {
          attempt = 0;
          await awakened(signal);
        } else if (await this.follow(job, signal)) {
          attempt = 0;
        } else if (!signal.aborted) {
          // The stream ended before the job did: the server goes, or the job was removed.
          await wait(pauseMs(attempt++, Math.random()), signal);
        }
      } catch (error) {
        if (signal.aborted) continue;
        if (!(error instanceof Problem) && !(error instanceof Unreachable)) throw error;
        this.problem = error;
        this.setConnected(false);
        // Whoever gave no token is not asked again and again.
        if (error.status === 401) await awakened(signal);
        else await wait(pauseMs(attempt++, Math.random()), signal);
      }
    }
  }
  setConnected(connected) {
    if (connected) this.problem = null;
    this.connected = connected;
    this.tell('connection', connected);
  }

  async refresh() {
    const { jobs, next } = await this.api.json(JOBS);
    // Pages that the reader went on to stay: what is older than all that came now.
    const last = jobs.length ? jobs[jobs.length - 1].created : '';
    if (next === null || this.pages === 1) this.next = next;
    if (next === null) this.pages = 1;
    this.setJobs(this.pages === 1 ? jobs : joined(jobs, this.jobs.filter((job) => job.created < last)));
  }
  async more() {
    if (this.next === null) return;
    const { jobs, next } = await this.api.json(JOBS + query({ before: this.next }));
    this.pages++;
    this.next = next;
    this.setJobs(joined(this.jobs, jobs));
  }

  setJobs(jobs) {
    const before = new Map(this.jobs.map((job) => [job.id, job]));
    this.jobs = jobs;
    for (const job of jobs) this.tellEnd(before.get(job.id), job);
    this.tell('list');
  }
  tellEnd(before, job) {
    if (before && atWork(before) && !atWork(job)) this.tell('ended', job);
  }
  /** What became known of one job. */
  put(job) {
    const before = this.find(job.id);
    this.jobs = before ? this.jobs.map((each) => (each.id === job.id ? job : each)) : [job, ...this.jobs];
    this.tellEnd(before, job);
    this.tell('list');
  }

  /** Follows a job's events until it has ended, which is true, or `signal` or the stream ends. */
  async follow(job, signal) {
    let ended = false;
    const closing = new AbortController();
    const close = () => closing.abort();
    signal.addEventListener('abort', close);
    const others = this.jobs.some((each) => each !== job && atWork(each));
    const timer = others ? setInterval(() => this.refresh().catch(() => {}), LOOK_MS) : 0;
    try {
      const response = await this.api.request(`${jobPath(job.id)}/events`, { headers: { Accept: 'text/event-stream' }, signal: closing.signal });
      await readEvents(response, (event, data) => {
        if (event === 'speech') this.tell('speech', JSON.parse(data));
        else if (['state', 'progress', 'ended'].includes(event)) this.put(JSON.parse(data));
        ended ||= event === 'ended';
      });
    } catch (error) {
      // A connection that breaks in the midst of a stream is a stream that ends; one of a job that is gone is none.
      if (error.status === 404) return false;
      if (signal.aborted || error instanceof Problem || error instanceof Unreachable) throw error;
    } finally {
      clearInterval(timer);
      signal.removeEventListener('abort', close);
      close();
    }
    return ended;
  }

  /** Cancels what is at work; what has ended meanwhile stays as it is. */
  async cancel(job) {
    try {
      this.put(await this.api.json(`${jobPath(job.id)}/cancel`, { method: 'POST' }));
    } catch (error) {
      if (error.status !== 409) throw error;
    } finally {
      this.wake();
    }
  }
  /** Removes what has ended. */
  async remove(job) {
    const cancelled = await this.api.json(jobPath(job.id), { method: 'DELETE' });
    if (cancelled) {
      this.put(cancelled);
    } else {
      this.jobs = this.jobs.filter((each) => each.id !== job.id);
      this.tell('list');
    }
    this.wake();
    return cancelled;
  }
}
