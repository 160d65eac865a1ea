// For everybody: no barriers in light and dark, wide and at the width of a small phone; all by keyboard; nothing but the
// policy's own.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { WIDE, barriers, launch, settle, shotPath, turnsOf } from '../../report/browser/browser.mjs';
import { TestServer, hand, openPage, sample, viewerOf } from './server.mjs';

/** The narrowest that text has to fit without being moved sideways (WCAG 2.2, 1.4.10). */
const PHONE = { width: 320, height: 640 };

let browser;
let server;
let job;
before(async () => {
  browser = await launch('--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream', `--use-file-for-fake-audio-capture=${sample}`);
  server = await new TestServer().start();
  const { context, page } = await openPage(browser, server);
  job = await hand(page, sample);
  await context.close();
});
after(async () => {
  await browser.close();
  await server.stop();
});

const fits = (page) => page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth);

for (const colorScheme of ['light', 'dark']) {
  for (const [size, viewport] of [['wide', WIDE], ['phone', PHONE]]) {
    test(`no barriers: ${colorScheme}, ${size}`, async () => {
      const touch = size === 'phone' ? { hasTouch: true, isMobile: true, deviceScaleFactor: 2 } : {};
      const { context, page, watch } = await openPage(browser, server, { viewport, colorScheme, permissions: ['microphone'], ...touch });
      const look = async (name) => {
        await settle(page);
        await page.screenshot({ path: shotPath(`${colorScheme}-${size}-${name}.png`), fullPage: true });
        assert.deepEqual(await barriers(page), [], name);
        assert.ok(await fits(page), `${name} scrolls sideways`);
      };
      await page.waitForSelector('.jobs [data-state=succeeded]');
      await page.click('summary:has-text("Options")');
      await page.click('summary:has-text("Known voices")');
      await page.waitForSelector('.voices p, .voices table');
      await look('home');
      await page.click('.jobs a');
      await viewerOf(page);
      await page.waitForFunction(() => window.report.sounds.length);
      await look('result');
      await page.evaluate(() => window.report.openSpeaker(0));
      await look('speaker');
      await page.keyboard.press('Escape');
      await page.evaluate(() => window.report.tell('save'));
      await look('save');
      await page.keyboard.press('Escape');
      await page.click('nav.site a');
      await page.click('#record');
      await page.waitForFunction(() => window.site.screen.turns?.turns.size > 1, null, { timeout: 60000 });
      await look('live');
      await page.click('#stop');
      await viewerOf(page);
      await look('live-result');
      watch.check();
      await context.close();
    });
  }
}

test('all of it by keyboard alone, and what is said is said once', async () => {
  const { context, page, watch } = await openPage(browser, server, { permissions: ['microphone'] });
  await page.waitForSelector('.jobs [data-state=succeeded]');
  /** Tab until the element with the focus fits. */
  const to = async (selector) => {
    for (let i = 0; i < 60; i++) {
      await page.keyboard.press('Tab');
      if (await page.evaluate((wanted) => document.activeElement.matches(wanted), selector)) return;
    }
    assert.fail(`${selector} is not reached`);
  };
  await to('#choose');
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.keyboard.press('Space')]);
  await page.evaluate(() => {
    window.told = [];
    new MutationObserver(() => window.told.push(document.querySelector('.notice').textContent)).observe(document.querySelector('.notice'), { childList: true });
  });
  await chooser.setFiles(sample);
  await page.waitForFunction(() => document.querySelectorAll('.jobs [data-state=succeeded]').length === 2, null, { timeout: 60000 });
  assert.deepEqual(await page.evaluate(() => window.told), ['sample is done.']);
  await to('.jobs a');
  await page.keyboard.press('Enter');
  await viewerOf(page);
  assert.equal(await page.evaluate(() => document.activeElement.tagName), 'H1');
  await to('.name.speaker');
  await page.keyboard.press('Enter');
  await page.keyboard.type('Ann');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => [...document.querySelectorAll('.notice')].some((each) => each.textContent === 'Ann is remembered.'));
  assert.ok((await turnsOf(page)).some(([, , name]) => name === 'Ann'));
  // Back, and a recording.
  await page.goBack();
  await page.waitForSelector('#record');
  assert.equal(await page.evaluate(() => document.activeElement.tagName), 'H1');
  await to('#record');
  await page.keyboard.press('Enter');
  await page.waitForSelector('#stop');
  await page.evaluate(() => {
    window.statuses = new Set();
    new MutationObserver(() => window.statuses.add(document.querySelector('[role=status].state').textContent)).observe(document.querySelector('[role=status].state'), { childList: true, characterData: true, subtree: true });
  });
  await page.waitForFunction(() => window.site.screen.turns.turns.size > 2, null, { timeout: 60000 });
  // Turns that come and go are not read aloud.
  assert.deepEqual(await page.evaluate(() => [...window.statuses]), []);
  assert.equal(await page.$('.live [aria-live], .latest[aria-live]'), null);
  await to('#stop');
  await page.keyboard.press('Enter');
  await viewerOf(page);
  // What is in this page alone is not left by mistake.
  await to('nav.site a');
  await page.keyboard.press('Enter');
  await page.waitForSelector('dialog');
  await page.keyboard.press('Escape');
  assert.ok(await page.evaluate(() => Boolean(window.report)));
  await to('nav.site a');
  await page.keyboard.press('Enter');
  await page.click('dialog button.danger');
  await page.waitForSelector('#choose');
  watch.check();
  await context.close();
});

test('whoever wants no motion gets less of it', async () => {
  const { context, page, watch } = await openPage(browser, server, { reducedMotion: 'reduce', permissions: ['microphone'] });
  await page.click('#record');
  await page.waitForSelector('#stop');
  // One picture a second at the most, however long this machine takes for three of them.
  const times = await page.evaluate(async () => {
    const { timeline } = window.site.screen;
    const { paint } = timeline;
    const painted = [];
    return new Promise((done) => {
      timeline.paint = () => {
        painted.push(performance.now());
        paint.call(timeline);
        if (painted.length === 4) done(painted);
      };
    });
  });
  assert.ok(times[3] - times[0] > 1500, `four pictures in ${times[3] - times[0]} ms`);
  watch.check();
  await context.close();
});

test('the policy: no inline script, no style, nothing from elsewhere, no framing', async () => {
  const response = await fetch(server.url);
  const policy = response.headers.get('Content-Security-Policy');
  assert.match(policy, /^default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'/);
  assert.ok(!/unsafe|\*|http/.test(policy));
  // What the page is made of is the same for clients that unpack nothing; the viewer's script is the report's.
  for (const path of ['', 'page.js', 'page.css', 'viewer.js', 'viewer.css', 'capture.js']) {
    const texts = [];
    for (const coding of ['gzip', 'identity']) {
      const asset = await fetch(server.url + path, { headers: { 'Accept-Encoding': coding } });
      assert.deepEqual([asset.status, asset.headers.get('X-Content-Type-Options'), asset.headers.get('Content-Encoding')], [200, 'nosniff', coding === 'gzip' ? 'gzip' : null], path);
      texts.push(await asset.text());
    }
    assert.equal(texts[0], texts[1], path);
    assert.ok(texts[0].length > 300 && !/<script>|<style|style=|javascript:/.test(path ? '' : texts[0]), path);
    if (path === 'viewer.js') assert.ok(texts[0].includes('mountReport'));
  }
  const { context, page } = await openPage(browser, server, { expected: [/Content Security Policy|Trusted/] });
  const results = await page.evaluate(async () => {
    const script = document.createElement('script');
    let inserted = true;
    try {
      script.textContent = 'window.broken = 1';
      document.head.append(script);
    } catch {
      inserted = false;
    }
    const elsewhere = await fetch('http://127.0.0.1:1/').then(() => 'fetched', () => 'refused');
    return [window.broken === undefined, inserted || true, elsewhere];
  });
  assert.deepEqual(results, [true, true, 'refused']);
  await context.close();
});
