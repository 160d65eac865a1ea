// Names and words that are markup, quotes, emoji or run from right to left: shown as text, and never run.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { launch, open, save, settle, shotPath } from './browser.mjs';
import { HOSTILE } from './make_pages.mjs';

let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

const elements = (page) =>
  page.evaluate(() => ['script', 'img', 'iframe', 'object', 'embed', 'link', 'base', 'b:not(.card b, .legend b, .who)'].map((name) => document.querySelectorAll(name).length));

test('all text is text', async () => {
  const { context, page, watch } = await open(browser, 'hostile.html');
  assert.equal(await page.textContent('h1'), HOSTILE[1]);
  assert.equal(await page.title(), HOSTILE[1]);
  assert.deepEqual(await page.$$eval('.name.speaker bdi', (all) => all.map((each) => each.textContent)), HOSTILE);
  assert.deepEqual(new Set(await page.$$eval('.who', (all) => all.map((each) => each.textContent))), new Set(HOSTILE));
  assert.deepEqual(new Set(await page.$$eval('.turns tbody bdi', (all) => all.map((each) => each.textContent))), new Set(HOSTILE));
  assert.deepEqual(new Set(await page.$$eval('.segment .word:first-child', (all) => all.map((each) => each.textContent))), new Set(HOSTILE));
  // The data block, the viewer, and nothing else; no picture, no frame.
  assert.deepEqual(await elements(page), [2, 0, 0, 0, 0, 0, 0, 0]);
  // Every dialog, option and notice that shows a name.
  for (const name of HOSTILE) {
    await page.evaluate((wanted) => window.report.openSpeaker(window.report.state.speakers.find((each) => each.name === wanted).id), name);
    assert.equal(await page.inputValue('#speaker-name'), name);
    await page.evaluate(() => document.querySelector('dialog').close());
  }
  await page.evaluate((name) => window.report.notice(name), HOSTILE[0]);
  await page.evaluate(() => window.report.select([window.report.state.turns[0].id]));
  await settle(page);
  assert.equal(await page.evaluate(() => window.broken), undefined);
  assert.deepEqual(await elements(page), [2, 0, 0, 0, 0, 0, 0, 0]);
  await page.screenshot({ path: shotPath('hostile-names.png') });
  watch.check();
  await context.close();
});

test('a copy saved with such names is as harmless', async () => {
  const { context, page, watch } = await open(browser, 'hostile.html');
  const copy = await save(page, 'html');
  watch.check();
  const second = await open(browser, copy);
  assert.equal(await second.page.title(), HOSTILE[1]);
  assert.deepEqual(await second.page.$$eval('.name.speaker bdi', (all) => all.map((each) => each.textContent)), HOSTILE);
  assert.deepEqual(await elements(second.page), [2, 0, 0, 0, 0, 0, 0, 0]);
  assert.equal(await second.page.evaluate(() => window.broken), undefined);
  second.watch.check();
  await second.context.close();
  await context.close();
});

test('the page’s policy keeps out whatever would get in all the same', async () => {
  const { context, page } = await open(browser, 'hostile.html');
  const ran = await page.evaluate(async () => {
    const tries = [
      () => document.body.insertAdjacentHTML('beforeend', '<img src=x onerror="window.broken=6">'),
      () => {
        const script = document.createElement('script');
        script.textContent = 'window.broken=7';
        document.body.append(script);
      },
      () => setTimeout('window.broken=8'),
      () => document.body.setAttribute('onclick', 'window.broken=9'),
      () => {
        const frame = document.createElement('iframe');
        frame.src = 'data:text/html,hello';
        document.body.append(frame);
      },
    ];
    let refused = 0;
    for (const attempt of tries) {
      try {
        attempt();
      } catch {
        refused++;
      }
    }
    document.body.click();
    const fetched = await fetch('https://example.org/').then(() => true, () => false);
    await new Promise((done) => setTimeout(done, 200));
    return { broken: window.broken, refused, fetched };
  });
  assert.equal(ran.broken, undefined);
  assert.equal(ran.fetched, false);
  assert.ok(ran.refused >= 3, String(ran.refused));
  await context.close();
});
