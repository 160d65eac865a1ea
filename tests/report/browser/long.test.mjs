// Three hours with five thousand turns: how long it takes, printed; and that it is right.
import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { after, before, test } from 'node:test';

import { launch, open, pagePath, pointOf, settle, shotPath, turnsOf } from './browser.mjs';

let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

const summary = (values) => {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))].toFixed(1);
  return `median ${at(0.5)} ms, 95 % ${at(0.95)} ms, longest ${at(1)} ms, of ${values.length}`;
};

test('the file is small', () => {
  const { size } = statSync(pagePath('long.html'));
  console.log(`three hours, 5000 turns, reference: ${size} bytes`);
  assert.ok(size < 2000000);
});

test('opens, pans and zooms', async () => {
  const { context, page, watch } = await open(browser, 'long.html');
  const opened = await page.evaluate(() => performance.getEntriesByType('navigation')[0].domComplete);
  console.log(`opened after ${opened.toFixed(0)} ms`);
  await page.screenshot({ path: shotPath('long.png') });

  // A pan over all three hours at three scales: times from frame to frame, and what drawing took of each.
  for (const minutes of [180, 20, 1]) {
    const found = await page.evaluate(async (span) => {
      const { view, timeline } = window.report;
      timeline.costs.length = 0;
      const frames = [];
      const steps = 240;
      const width = Math.min(span * 60e6, view.duration / 1.5);
      let last = performance.now();
      for (let i = 0; i <= steps; i++) {
        view.set(((view.duration - width) * i) / steps, width);
        await new Promise((done) => requestAnimationFrame(done));
        const now = performance.now();
        frames.push(now - last);
        last = now;
      }
      return { frames, costs: [...timeline.costs] };
    }, minutes);
    console.log(`pan over three hours, ${minutes} min in view: frames ${summary(found.frames)}; drawing ${summary(found.costs)}`);
    assert.ok(found.costs.length > 200, 'every step was drawn');
  }

  // By a hand on the mouse.
  await page.evaluate(() => window.report.view.set(3600e6, 600e6));
  const [from, to] = [await pointOf(page, 4100e6), await pointOf(page, 3700e6)];
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move(to.x, to.y, { steps: 40 });
  await page.mouse.up();
  assert.ok(Math.abs((await page.evaluate(() => window.report.view.start)) - 4000e6) < 2e6);

  // An edit, with all figures made anew.
  const took = await page.evaluate(() => {
    const began = performance.now();
    window.report.select([window.report.state.turns[1234].id]);
    document.querySelector('.stage').focus();
    document.querySelector('.stage').dispatchEvent(new KeyboardEvent('keydown', { key: 'Delete', bubbles: true }));
    return performance.now() - began;
  });
  console.log(`an edit took ${took.toFixed(0)} ms`);
  assert.equal((await turnsOf(page)).length, 4999);
  watch.check();
  await context.close();
});

test('on a phone', async () => {
  const { context, page, watch } = await open(browser, 'long.html', { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 3 });
  await settle(page);
  await page.screenshot({ path: shotPath('long-phone.png') });
  watch.check();
  await context.close();
});

test('the spectrogram of a recording of hours takes it in pieces', async () => {
  const { context, page, watch } = await open(browser, 'long.html');
  await page.setInputFiles('#audio-file', pagePath('long.wav'));
  await page.evaluate(() => window.report.view.set(6000e6, 30e6));
  await page.click('text=Spectrogram');
  await page.waitForFunction(() => {
    const { spectrogram, view, timeline } = window.report;
    return spectrogram && spectrogram.visible(view.start, view.end, timeline.width).every((tile) => tile.done >= 256);
  });
  // All three hours: a column for each pixel, wherever it lies.
  await page.evaluate(() => window.report.view.all());
  const began = Date.now();
  await page.waitForFunction(() => {
    const { spectrogram, view, timeline } = window.report;
    return spectrogram.visible(view.start, view.end, timeline.width).every((tile) => tile.done >= 256 || tile.start + tile.done * tile.columnUs >= view.duration);
  });
  console.log(`the spectrogram of three hours took ${Date.now() - began} ms`);
  watch.check();
  await context.close();
});
