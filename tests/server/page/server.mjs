// A server of the program for a test, and the page of it in a browser.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { WIDE } from '../../report/browser/browser.mjs';

export const sample = join(process.env.SAMPLES, 'sample.wav');

/** A server on a free port, with a folder of its own. `stop()` ends it; `start()` begins it again at the same port. */
export class TestServer {
  constructor(...options) {
    this.folder = mkdtempSync(join(process.env.WORK, 'servers', 'server-'));
    this.options = options;
    this.port = 0;
  }
  async start(...more) {
    const words = ['serve', '--port', String(this.port), '--data', join(this.folder, 'data'), '--store', join(this.folder, 'voices'), '--log', 'json'];
    this.process = spawn(process.env.DIARIST, [...words, ...this.options, ...more], { stdio: ['ignore', 'ignore', 'pipe'] });
    this.log = '';
    await new Promise((done, fail) => {
      this.process.stderr.on('data', (bytes) => {
        this.log += bytes;
        const found = /"url":"([^"]+)"/.exec(this.log);
        if (!found) return;
        this.url = `${found[1]}/`;
        this.port = Number(new URL(this.url).port);
        done();
      });
      this.process.on('exit', (code) => fail(new Error(`the server ended with ${code}: ${this.log}`)));
    });
    return this;
  }
  async stop(signal = 'SIGTERM') {
    const { process: child } = this;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((done) => child.on('exit', done));
    child.kill(signal);
    await gone;
  }
  /** Waits until a job runs and has got somewhere, as the server itself says: it is in the middle of its work then. */
  async atWork() {
    for (const end = Date.now() + 60000; Date.now() < end; ) {
      const { jobs } = await this.json('v1/diarizations?state=running');
      if (jobs.some((job) => job.progress.done_s > 0)) return;
      await new Promise((done) => setTimeout(done, 20));
    }
    assert.fail('no job runs');
  }
  async json(path, options) {
    return (await fetch(this.url + path, options)).json();
  }
}

/**
 * The server's page in a context of its own. `watch.check()` fails where something went wrong in it, the policy refused
 * something, or it asked another server; what a test expects to be refused is in `expected`.
 */
export async function openPage(browser, server, { path = '', expected = [], ...options } = {}) {
  const context = await browser.newContext({ viewport: WIDE, acceptDownloads: true, locale: 'en-GB', ...options });
  const page = await context.newPage();
  const problems = [];
  page.on('pageerror', (error) => problems.push(`error: ${error.message}`));
  page.on('console', (message) => {
    const text = `${message.text()} ${message.location().url}`;
    if (text.includes('willReadFrequently') || expected.some((each) => each.test(text))) return;
    if (['error', 'warning'].includes(message.type())) problems.push(`console: ${text}`);
  });
  const own = new RegExp(`^(blob:|data:|(http|ws)://127\\.0\\.0\\.1:${server.port}/)`);
  page.on('request', (request) => own.test(request.url()) || problems.push(`request: ${request.url()}`));
  page.on('websocket', (socket) => own.test(socket.url()) || problems.push(`socket: ${socket.url()}`));
  await page.goto(server.url + path);
  await page.waitForFunction(() => window.site);
  return { context, page, watch: { problems, check: () => assert.deepEqual(problems, []) } };
}

/** Waits until the viewer shows a result. */
export const viewerOf = (page, timeout = 60000) => page.waitForFunction(() => window.report, null, { timeout });

/** The sample so many times in a row, as a file of the test's. */
export function longSample(times, name = 'long.wav') {
  const path = join(process.env.WORK, 'servers', name);
  const wav = readFileSync(sample);
  const at = wav.indexOf('data') + 8;
  const data = wav.subarray(at);
  const header = Buffer.from(wav.subarray(0, at));
  header.writeUInt32LE(at - 8 + data.length * times, 4);
  header.writeUInt32LE(data.length * times, at - 4);
  writeFileSync(path, Buffer.concat([header, ...Array(times).fill(data)]));
  return path;
}

/** Gives a file to the page, and waits for the end of its job; gives the job as the page knows it. */
export async function hand(page, file, state = 'succeeded') {
  const before = await page.evaluate(() => window.site.recordings.jobs.map((job) => job.id));
  await page.setInputFiles('#files', file);
  const handle = await page.waitForFunction(
    (ids) => window.site.recordings.jobs.find((job) => !ids.includes(job.id) && !['queued', 'running'].includes(job.state)),
    before,
    { timeout: 90000 },
  );
  const job = await handle.jsonValue();
  assert.equal(job.state, state, JSON.stringify(job.error));
  return job;
}

/** Opens a job of the list. */
export async function openJob(page, id) {
  await page.click(`[data-job="${id}"] a`);
  await viewerOf(page);
}

export async function rename(page, from, to, remember) {
  await page.click(`.name.speaker:has-text("${from}")`);
  await page.fill('#speaker-name', to);
  await page.setChecked('#speaker-remember', remember);
  await page.click('dialog button:has-text("Rename")');
}

/** Waits for a sentence among the notices. */
export const said = (page, text) => page.waitForFunction((wanted) => [...document.querySelectorAll('.notice')].some((each) => each.textContent.includes(wanted)), text, { timeout: 60000 });
