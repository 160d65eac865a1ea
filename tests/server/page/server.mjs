// A server of the program for a test, and the page of it in a browser.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
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
export const viewerOf = (page) => page.waitForFunction(() => window.report, null, { timeout: 60000 });
