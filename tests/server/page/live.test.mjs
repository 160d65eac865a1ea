// Recording with the microphone: Chromium's fake one plays the sample, over and over.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';

import { barriers, launch, settle, shotPath, turnsOf } from '../../report/browser/browser.mjs';
import { TestServer, openPage, sample, viewerOf } from './server.mjs';

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
const recorded = (page, seconds) => page.waitForFunction((s) => window.site.screen.recording.durationUs > s * 1e6, seconds, { timeout: 90000 });
/** How many turns are known so far. */
const known = (page) => page.evaluate(() => window.site.screen.turns.turns.size);

test('the timeline grows while somebody speaks; then the same viewer, with the sound', async () => {
  const { context, page, watch } = await openPage(browser, server, { permissions: ['microphone'] });
  await page.click('#record');
  await page.waitForSelector('#stop');
  assert.equal(await status(page), 'The microphone is on.');
  await recorded(page, 14);
  const early = await known(page);
  assert.ok(early >= 1, 'nobody was heard');
  await page.selectOption('#span', { label: 'All' });
  assert.deepEqual(await barriers(page), []);
  await recorded(page, 24);
  assert.ok((await known(page)) > early, 'the timeline does not grow');
  assert.ok((await page.$$('.latest li')).length > early);
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
  console.log(JSON.stringify(turns));
  watch.check();
  await context.close();
});
