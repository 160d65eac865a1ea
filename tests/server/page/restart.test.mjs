// The server goes away and comes back: the page says so, and goes on where it was.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { barriers, launch } from '../../report/browser/browser.mjs';
import { TestServer, longSample, openPage, sample, viewerOf } from './server.mjs';

/** What Chromium itself says of a server that is not there. */
const EXPECTED = [/ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE|ERR_CONNECTION_CLOSED|WebSocket connection/, /426/];

let browser;
before(async () => {
  browser = await launch('--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream', `--use-file-for-fake-audio-capture=${sample}`);
});
after(() => browser.close());

const banner = (page) => page.textContent('.banner');

for (const signal of ['SIGTERM', 'SIGKILL']) {
  test(`jobs go on after ${signal}, and the page follows them again`, async () => {
    const server = await new TestServer().start();
    const { context, page, watch } = await openPage(browser, server, { expected: EXPECTED });
    try {
      // Long enough that it runs when the second is there, too.
      await page.setInputFiles('#files', [longSample(30, 'first.wav'), sample]);
      await page.waitForFunction(() => window.site.recordings.jobs.length === 2, null, { timeout: 60000 });
      await server.atWork();
      await server.stop(signal);
      await page.waitForFunction(() => document.querySelector('.banner').textContent.startsWith('The server does not answer.'));
      assert.deepEqual(await barriers(page), []);
      // What is known stays on the screen.
      assert.equal((await page.$$('.jobs [data-job]')).length, 2);
      // An upload meanwhile says what is wrong.
      await page.setInputFiles('#files', longSample(1, 'late.wav'));
      await page.waitForFunction(() => document.querySelector('.upload .state')?.textContent === 'The server does not answer.');
      await page.click('.upload button');
      await server.start();
      await page.waitForFunction(() => document.querySelectorAll('.jobs [data-state=succeeded]').length === 2, null, { timeout: 180000 });
      assert.equal(await banner(page), '');
      await page.click('.jobs [data-job]:has-text("first") a');
      await viewerOf(page);
      watch.check();
    } finally {
      await context.close();
      await server.stop();
    }
  });
}

test('the page of a job waits for the server, and shows the result then', async () => {
  const server = await new TestServer().start();
  const { context, page, watch } = await openPage(browser, server, { expected: EXPECTED });
  try {
    await page.setInputFiles('#files', longSample(16, 'first.wav'));
    await page.click('.jobs [data-job] a');
    await page.waitForSelector('.job progress');
    await server.atWork();
    await server.stop('SIGKILL');
    await page.waitForFunction(() => document.querySelector('.banner').textContent !== '');
    await server.start();
    await page.click('.banner button').catch(() => {});
    await viewerOf(page, 180000);
    watch.check();
  } finally {
    await context.close();
    await server.stop();
  }
});

test('a recording goes on without the server, and is given to it anew', async () => {
  const server = await new TestServer().start();
  const { context, page, watch } = await openPage(browser, server, { expected: EXPECTED, permissions: ['microphone'] });
  try {
    await page.click('#record');
    await page.waitForFunction(() => window.site.screen.turns?.turns.size > 0, null, { timeout: 60000 });
    await server.stop('SIGKILL');
    await page.waitForFunction(() => document.querySelector('[role=status].state').textContent.includes('goes on in this page'));
    const there = await page.evaluate(() => window.site.screen.recording.durationUs);
    await page.waitForFunction((us) => window.site.screen.recording.durationUs > us + 2e6, there);
    await server.start();
    await page.waitForFunction(() => document.querySelector('[role=status].state').textContent === 'The microphone is on.', null, { timeout: 60000 });
    await page.waitForFunction(() => window.site.screen.turns.turns.size > 0, null, { timeout: 60000 });
    await page.click('#stop');
    await viewerOf(page);
    // All of it is in the result, from the first sample on.
    const [duration, samples] = await page.evaluate(() => [window.report.duration, window.site.screen.recording.durationUs]);
    assert.ok(Math.abs(duration - samples) < 20000, `${duration} of ${samples}`);
    assert.ok(duration > there + 2e6);
    watch.check();
  } finally {
    await context.close();
    await server.stop();
  }
});
