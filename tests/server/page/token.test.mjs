// A server that lets in who has a token.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { barriers, launch, save, turnsOfFile, turnsOf } from '../../report/browser/browser.mjs';
import { TestServer, hand, openJob, openPage, sample, viewerOf } from './server.mjs';

const TOKEN = 'a-token-of-the-tests-0123456789';
/** base64 has characters that no subprotocol may have. */
const UNSENDABLE = 'a+b/c0123456789abcdef==';
const EXPECTED = [/401/];

let browser;
let server;
before(async () => {
  browser = await launch('--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream', `--use-file-for-fake-audio-capture=${sample}`);
  const tokens = join(process.env.WORK, 'servers', 'tokens.txt');
  writeFileSync(tokens, `${TOKEN}\n${UNSENDABLE}\n`);
  server = await new TestServer('--tokens', tokens).start();
});
after(async () => {
  await browser.close();
  await server.stop();
});

async function giveToken(page, token) {
  await page.waitForSelector('#token');
  await page.fill('#token', token);
  await page.keyboard.press('Enter');
}

test('the page asks for the token, and uses it for files, progress, results, sound and export', async () => {
  const { context, page, watch } = await openPage(browser, server, { expected: EXPECTED });
  await page.waitForSelector('#token');
  assert.deepEqual(await barriers(page), []);
  await giveToken(page, 'another-token-0123456789');
  await page.waitForSelector('dialog .warning');
  await giveToken(page, TOKEN);
  await page.waitForSelector('#token', { state: 'detached' });
  const job = await hand(page, sample);
  await openJob(page, job.id);
  // The element that plays cannot send a token: the sound was fetched.
  await page.waitForFunction(() => window.report.sounds.length === 1 && window.report.player.url.startsWith('blob:'));
  await page.click('button[aria-label="Play"]');
  await page.waitForFunction(() => window.report.playhead > 300000);
  assert.equal(turnsOfFile(await save(page, 'json')).length, (await turnsOf(page)).length);
  await page.keyboard.press('Control+s');
  const [download] = await Promise.all([page.waitForEvent('download'), page.click('dialog form button')]);
  assert.equal(download.suggestedFilename(), 'sample.rttm');
  // It lives as long as the window, and nowhere else.
  await page.reload();
  await viewerOf(page);
  const kept = await page.evaluate((token) => [JSON.stringify({ ...localStorage }).includes(token), document.cookie, location.href.includes(token), JSON.stringify({ ...sessionStorage }).includes(token)], TOKEN);
  assert.deepEqual(kept, [false, '', false, true]);
  await page.click('nav.site a');
  await page.click('text=Forget the token');
  await page.waitForSelector('#token');
  watch.check();
  await context.close();
});

test('who gives none is told so, and may give one later', async () => {
  const { context, page, watch } = await openPage(browser, server, { expected: EXPECTED });
  await page.waitForSelector('#token');
  await page.keyboard.press('Escape');
  await page.waitForFunction(() => document.querySelector('.banner').textContent.startsWith('The server wants a token'));
  await page.waitForTimeout(1500);
  assert.equal(await page.$('#token'), null, 'it asks again by itself');
  await page.click('.banner button');
  await giveToken(page, TOKEN);
  await page.waitForFunction(() => document.querySelector('.banner').textContent === '');
  watch.check();
  await context.close();
});

test('a recording is sent with the token', async () => {
  const { context, page, watch } = await openPage(browser, server, { expected: EXPECTED, permissions: ['microphone'] });
  await giveToken(page, TOKEN);
  await page.waitForSelector('#token', { state: 'detached' });
  await page.click('#record');
  await page.waitForFunction(() => window.site.screen.turns?.turns.size > 0, null, { timeout: 60000 });
  await page.click('#stop');
  await viewerOf(page);
  watch.check();
  await context.close();
});

test('a token that no browser can send with a live stream: the recording is not lost', async () => {
  const { context, page, watch } = await openPage(browser, server, { expected: EXPECTED, permissions: ['microphone'] });
  await giveToken(page, UNSENDABLE);
  await page.waitForSelector('#token', { state: 'detached' });
  await page.click('#record');
  await page.waitForSelector('#keep:visible');
  assert.match(await page.textContent('[role=status].state'), /characters that browsers cannot send.*keep it on the server/);
  watch.check();
  await context.close();
});
