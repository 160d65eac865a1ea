// Recording with the microphone: Chromium's fake one plays the sample, over and over.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';

import { barriers, launch, save, shotPath, turnsOf } from '../../report/browser/browser.mjs';
import { TestServer, openPage, rename, said, sample, viewerOf } from './server.mjs';

let browser;
let server;
before(async () => {
  browser = await launch('--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream', `--use-file-for-fake-audio-capture=${sample}`);
  server = await new TestServer().start();
});
after(async () => {
  await browser.close();
  await server.stop();
});

const status = (page) => page.textContent('[role=status].state');
const recorded = (page, seconds) => page.waitForFunction((s) => window.site.screen.recording?.durationUs > s * 1e6, seconds, { timeout: 90000 });
/** Waits until so many turns are known, and gives how many: the server may be behind the microphone. */
async function known(page, least) {
  const handle = await page.waitForFunction((count) => window.site.screen.turns.turns.size >= count && window.site.screen.turns.turns.size, least, { timeout: 60000 });
  return handle.jsonValue();
}

test('the timeline grows while somebody speaks; then the same viewer, with the sound', async () => {
  const { context, page, watch } = await openPage(browser, server, { permissions: ['microphone'] });
  await page.click('#record');
  await page.waitForSelector('#stop');
  assert.equal(await status(page), 'The microphone is on.');
  await recorded(page, 14);
  const early = await known(page, 1);
  await page.selectOption('#span', { label: 'All' });
  assert.deepEqual(await barriers(page), []);
  await recorded(page, 24);
  await known(page, early + 1);
  await page.waitForFunction((count) => document.querySelectorAll('.latest li').length > count, early, { timeout: 60000 });
  const drawn = await page.evaluate(() => {
    const canvas = document.querySelector('.live canvas');
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    return new Set(Array.from({ length: data.length / 4 }, (_, i) => data.slice(4 * i, 4 * i + 3).join())).size;
  });
  assert.ok(drawn > 5, 'nothing is drawn');
  await page.screenshot({ path: shotPath('live.png') });

  await page.click('#stop');
  await viewerOf(page);
  await page.waitForFunction(() => window.report.sounds.length);
  const turns = await turnsOf(page);
  assert.ok(turns.length >= 4 && new Set(turns.map(([, , name]) => name)).size === 2, `${turns.length} turns`);
  assert.ok(await page.evaluate(() => window.report.player.duration > 24e6));
  await page.screenshot({ path: shotPath('live-result.png') });

  // A name: the server learns the voice from the sound, as it has no job of it.
  await rename(page, 'SPEAKER_00', 'Ann', true);
  await said(page, 'Ann is remembered.');
  assert.deepEqual((await server.json('v1/speakers')).speakers.map((each) => each.name), ['Ann']);

  // Kept on the server it is a job, and the name goes along.
  await page.click('#keep');
  await page.waitForFunction(() => window.site.address);
  await page.waitForFunction(() => window.report && window.site.screen.app, null, { timeout: 60000 });
  assert.ok((await turnsOf(page)).some(([, , name]) => name === 'Ann'));
  const [job] = (await server.json('v1/diarizations')).jobs.filter((each) => each.kind === 'diarization');
  assert.match(job.name, /^Recording \d{4}-\d\d-\d\d \d\d\.\d\d$/);
  assert.ok(job.speakers.includes('Ann'), job.speakers.join());
  watch.check();
  await context.close();
});

test('the recording is saved as a file', async () => {
  const { context, page, watch } = await openPage(browser, server, { permissions: ['microphone'] });
  await page.click('#record');
  await recorded(page, 3);
  await page.click('#stop');
  await viewerOf(page);
  const path = await save(page, 'wav');
  const wav = readFileSync(path);
  assert.equal(wav.toString('latin1', 0, 4), 'RIFF');
  assert.equal(wav.length, 44 + 2 * (await page.evaluate(() => window.site.screen.recording.samples)));
  // Nothing is lost with the page now: it is left without a question.
  await page.click('nav.site a');
  await page.waitForSelector('#choose');
  watch.check();
  await context.close();
});

test('as many streams as may go on: the page says so, and goes on by itself when there is room', async () => {
  const one = await new TestServer('--streams', '1').start();
  const expected = [/429|WebSocket connection|426/];
  const first = await openPage(browser, one, { permissions: ['microphone'] });
  const second = await openPage(browser, one, { permissions: ['microphone'], expected });
  try {
    await first.page.click('#record');
    await recorded(first.page, 1);
    await second.page.click('#record');
    await second.page.waitForFunction(() => document.querySelector('[role=status].state')?.textContent.startsWith('The server takes no live stream at the moment.'));
    await first.page.click('#stop');
    await viewerOf(first.page);
    await second.page.waitForFunction(() => document.querySelector('[role=status].state').textContent === 'The microphone is on.', null, { timeout: 60000 });
    first.watch.check();
    second.watch.check();
  } finally {
    await first.context.close();
    await second.context.close();
    await one.stop();
  }
});

test('without a microphone, or leave to use it, it says why', async () => {
  const deaf = await launch('--use-fake-device-for-media-stream');
  const { context, page, watch } = await openPage(deaf, server);
  await page.click('#record');
  await said(page, 'The browser was not allowed to use the microphone.');
  assert.ok(await page.isVisible('#choose'));
  watch.check();
  await context.close();
  await deaf.close();
});
