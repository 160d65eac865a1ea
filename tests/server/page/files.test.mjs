// A recording comes in as a file, is worked on, looked at, corrected, named and saved.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';

import { launch } from '../../report/browser/browser.mjs';
import { TestServer, openPage, sample, viewerOf } from './server.mjs';

let browser;
let server;
before(async () => {
  browser = await launch();
  server = await new TestServer().start();
});
after(async () => {
  await browser.close();
  await server.stop();
});

test('a file: progress, then the turns that the program finds', async () => {
  const { context, page, watch } = await openPage(browser, server);
  await page.setInputFiles('#files', sample);
  await page.waitForSelector('.jobs [data-state]');
  await page.waitForSelector('.jobs [data-state=succeeded]', { timeout: 60000 });
  await page.click('.jobs a');
  await viewerOf(page);
  await page.screenshot({ path: process.env.WORK + '/screenshots/result.png', fullPage: true });
  watch.check();
  await context.close();
});
