// For everybody: axe-core finds no barrier, in light and dark, wide and narrow; the page prints; screenshots to look at.
import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { after, before, test } from 'node:test';

import { NARROW, WIDE, barriers, launch, open, settle, shotPath } from './browser.mjs';

let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

const select = (page) => page.evaluate(() => window.report.select([window.report.state.turns[4].id]));

for (const colorScheme of ['light', 'dark']) {
  for (const [size, viewport] of [['wide', WIDE], ['narrow', NARROW]]) {
    test(`no barriers: ${colorScheme}, ${size}`, async () => {
      const touch = size === 'narrow' ? { hasTouch: true, isMobile: true, deviceScaleFactor: 2 } : {};
      const { context, page, watch } = await open(browser, 'sample.html', { viewport, colorScheme, ...touch });
      await select(page);
      await page.evaluate(() => document.querySelectorAll('details').forEach((each) => (each.open = true)));
      assert.deepEqual(await barriers(page), []);
      await page.evaluate(() => document.querySelectorAll('details').forEach((each) => (each.open = false)));
      await page.evaluate(() => window.report.seek(12.6e6));
      await settle(page);
      await page.screenshot({ path: shotPath(`${colorScheme}-${size}.png`) });
      await page.screenshot({ path: shotPath(`${colorScheme}-${size}-whole.png`), fullPage: true });
      // Nothing reaches beyond the side of the screen.
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), 'the page scrolls sideways');
      // Every dialog.
      await page.evaluate(() => window.report.openSpeaker(0));
      assert.deepEqual(await barriers(page), []);
      await page.screenshot({ path: shotPath(`${colorScheme}-${size}-speaker.png`) });
      await page.evaluate(() => document.querySelector('dialog').close());
      await page.evaluate(() => window.report.tell('save'));
      assert.deepEqual(await barriers(page), []);
      await page.evaluate(() => document.querySelector('dialog').close());
      await page.click('text=Keys');
      assert.deepEqual(await barriers(page), []);
      watch.check();
      await context.close();
    });
  }
}

test('no barriers in pages without sound, with strange names, and of three hours', async () => {
  for (const name of ['plain.html', 'hostile.html', 'long.html']) {
    const { context, page, watch } = await open(browser, name);
    assert.deepEqual(await barriers(page), [], name);
    watch.check();
    await context.close();
  }
});

test('what is seen is also in tables: turns, speakers, errors', async () => {
  const { context, page, watch } = await open(browser, 'long.html');
  assert.equal(await page.textContent('.turns caption'), 'Turns 1 to 100 of 5000');
  await page.click('button[aria-label="Later turns"]');
  assert.equal(await page.textContent('.turns caption'), 'Turns 101 to 200 of 5000');
  await page.selectOption('#table-speaker', { label: 'Hiro' });
  const names = await page.$$eval('.turns tbody bdi', (all) => [...new Set(all.map((each) => each.textContent))]);
  assert.deepEqual(names, ['Hiro']);
  await page.click('.turns tbody tr:nth-child(3) button');
  assert.equal(await page.getAttribute('.turns tbody tr:nth-child(3)', 'aria-current'), 'true');
  assert.match(await page.textContent('.turn-bar .what'), /Turn \d+ of 5000/);
  // What is selected elsewhere is found in the table.
  await page.selectOption('#table-speaker', { label: 'All' });
  await page.evaluate(() => window.report.goToTurn(window.report.state.turns[2500]));
  assert.equal(await page.textContent('.turns caption'), 'Turns 2501 to 2600 of 5000');
  watch.check();
  await context.close();
});

test('prints in light, the whole recording, all turns', async () => {
  const { context, page, watch } = await open(browser, 'sample.html', { colorScheme: 'dark' });
  await page.evaluate(() => window.report.view.set(5e6, 3e6));
  await page.pdf({ path: shotPath('print.pdf'), format: 'A4', printBackground: true });
  assert.ok(statSync(shotPath('print.pdf')).size > 20000);
  const seen = await page.evaluate(() => [window.report.view.start, window.report.view.span]);
  assert.deepEqual(seen, [5e6, 3e6], 'afterwards all is as before');
  await context.close();
  const long = await open(browser, 'long.html');
  const rows = await long.page.evaluate(() => {
    window.dispatchEvent(new Event('beforeprint'));
    const during = [document.querySelectorAll('.turns tbody tr').length, window.report.view.span === window.report.duration];
    window.dispatchEvent(new Event('afterprint'));
    return [...during, document.querySelectorAll('.turns tbody tr').length];
  });
  assert.deepEqual(rows, [5000, true, 100]);
  await long.page.emulateMedia({ media: 'print' });
  assert.equal(await long.page.isVisible('.toolbar'), false);
  watch.check();
  await long.context.close();
});

test('follows the reader’s wish for light or dark while it is open', async () => {
  const { context, page, watch } = await open(browser, 'sample.html');
  const lane = () => page.evaluate(() => window.report.palette.lane);
  const light = await lane();
  await page.emulateMedia({ colorScheme: 'dark' });
  await settle(page);
  assert.notEqual(await lane(), light);
  watch.check();
  await context.close();
});

test('the picture for the guide', async () => {
  const { context, page, watch } = await open(browser, 'guide.html', { viewport: { width: 1280, height: 860 } });
  await page.evaluate(() => {
    const { report } = window;
    report.select([report.state.turns[4].id]);
    report.seek(11.9e6);
  });
  await settle(page);
  await page.screenshot({ path: shotPath('guide.png') });
  assert.ok(statSync(shotPath('guide.png')).size < 200000, 'the picture in docs/images/ is to stay small');
  watch.check();
  await context.close();
});
