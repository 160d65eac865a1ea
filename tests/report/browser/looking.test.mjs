// Load, zoom, pan, find, play, follow: the report as something to look at and listen to.
import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { after, before, test } from 'node:test';

import { diarist, launch, open, pagePath, pointOf, settle, shotPath } from './browser.mjs';

let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

const view = (page) => page.evaluate(() => ({ start: window.report.view.start, span: window.report.view.span, end: window.report.view.end }));
const near = (a, b, within) => assert.ok(Math.abs(a - b) <= within, `${a} is not ${b}`);

test('loads, and shows what the program found', async () => {
  const { context, page, watch } = await open(browser, 'sample.html');
  assert.equal(await page.textContent('h1'), 'Sample');
  assert.match(await page.textContent('.meta'), /30\.0 s.*2 speakers.*10 turns/);
  // The canvas is not blank: it has the colours of both speakers.
  const colours = await page.evaluate(() => {
    const canvas = window.report.timeline.base;
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    const seen = new Map();
    for (let i = 0; i < data.length; i += 4) {
      const key = `${data[i]},${data[i + 1]},${data[i + 2]}`;
      seen.set(key, (seen.get(key) || 0) + 1);
    }
    return [seen.get('111,164,232') || 0, seen.get('242,166,90') || 0];
  });
  assert.ok(colours[0] > 2000 && colours[1] > 2000, String(colours));
  watch.check();
  await context.close();
});

test('a page of turns alone has no waveform, and says where sound comes from', async () => {
  const { context, page, watch } = await open(browser, 'plain.html');
  assert.equal(await page.evaluate(() => window.report.rows.rows.some((row) => row.kind === 'sound')), false);
  assert.equal(await page.isVisible('text=Choose the recording'), true);
  assert.equal(await page.isDisabled('.play'), true);
  await page.setInputFiles('#audio-file', `${process.env.SAMPLES}/sample.wav`);
  await page.waitForFunction(() => window.report.rows.rows.some((row) => row.kind === 'sound'));
  // The waveform made in the page is the one that the program makes.
  const own = await page.evaluate(() => [...window.report.sounds[0].peaks.levels[0]].slice(300, 1500));
  const { context: other, page: reference } = await open(browser, 'sample.html');
  const made = await reference.evaluate(() => {
    const { peaks } = window.report.sounds[0];
    return Array.from({ length: 1500 }, (_, i) => Math.round(255 * Math.sqrt(peaks.loudest(i * 20000, (i + 1) * 20000, 0)))).slice(300);
  });
  own.forEach((value, i) => near(value, made[i], 1));
  assert.equal(await page.isDisabled('.play'), false);
  watch.check();
  await other.close();
  await context.close();
});

test('zooms by wheel, keys, buttons and two fingers, around where one points', async () => {
  const { context, page, watch } = await open(browser, 'sample.html', { hasTouch: true });
  const at = await pointOf(page, 20e6);
  await page.mouse.move(at.x, at.y);
  await page.mouse.wheel(0, -300);
  await settle(page);
  let seen = await view(page);
  assert.ok(seen.span < 15e6, String(seen.span));
  near((await pointOf(page, 20e6)).x, at.x, 1);
  await page.mouse.wheel(200, 0);
  await settle(page);
  const moved = await view(page);
  assert.ok(moved.start > seen.start && moved.span === seen.span);
  await page.keyboard.down('Shift');
  await page.mouse.wheel(0, -200);
  await page.keyboard.up('Shift');
  await settle(page);
  near((await view(page)).start, seen.start, 1000);
  await page.mouse.wheel(0, 2000);
  await settle(page);
  assert.equal((await view(page)).span, 30e6);

  await page.focus('.stage');
  await page.keyboard.press('+');
  await page.keyboard.press('+');
  near((await view(page)).span, 30e6 * 0.36, 1);
  await page.keyboard.press('0');
  assert.equal((await view(page)).span, 30e6);
  await page.click('button[aria-label="Zoom in"]');
  near((await view(page)).span, 18e6, 1);
  await page.click('button[aria-label="Show all"]');

  // Two fingers that part by a factor of three.
  const touch = await context.newCDPSession(page);
  const fingers = (type, distance) =>
    touch.send('Input.dispatchTouchEvent', {
      type,
      touchPoints: type === 'touchEnd' ? [] : [{ x: at.x - distance / 2, y: at.y, id: 1 }, { x: at.x + distance / 2, y: at.y, id: 2 }],
    });
  await fingers('touchStart', 100);
  for (const distance of [140, 180, 220, 260, 300]) await fingers('touchMove', distance);
  await fingers('touchEnd');
  await settle(page);
  seen = await view(page);
  near(seen.span, 10e6, 0.4e6);
  near((await pointOf(page, 20e6)).x, at.x, 12);
  watch.check();
  await context.close();
});

test('pans by drag, keys and the strip above', async () => {
  const { context, page, watch } = await open(browser, 'sample.html');
  await page.evaluate(() => window.report.view.set(10e6, 10e6));
  const [from, to] = [await pointOf(page, 18e6), await pointOf(page, 14e6)];
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move(to.x, to.y, { steps: 5 });
  await page.mouse.up();
  near((await view(page)).start, 14e6, 0.05e6);
  assert.equal(await page.evaluate(() => window.report.player.playing), false, 'a drag is no click');
  await page.focus('.stage');
  await page.keyboard.press('PageUp');
  near((await view(page)).start, 5e6, 0.05e6);
  await page.focus('.minimap');
  await page.keyboard.press('End');
  near((await view(page)).end, 30e6, 1);
  assert.equal(await page.getAttribute('.minimap', 'aria-valuetext'), '0:20 to 0:30');
  const strip = await page.locator('.minimap').boundingBox();
  await page.mouse.click(strip.x + strip.width * 0.25, strip.y + 10);
  near((await view(page)).start + 5e6, 7.5e6, 0.1e6);
  watch.check();
  await context.close();
});

test('finds a time that is typed', async () => {
  const { context, page, watch } = await open(browser, 'long.html');
  await page.evaluate(() => window.report.view.set(0, 60e6));
  for (const [typed, expected] of [['1:30:00.5', 5400.5], ['2h 15m', 8100], ['61', 61]]) {
    await page.fill('#goto', typed);
    await page.press('#goto', 'Enter');
    const { playhead, start, end } = await page.evaluate(() => ({ playhead: window.report.playhead, start: window.report.view.start, end: window.report.view.end }));
    assert.equal(playhead, expected * 1e6);
    assert.ok(start < playhead && playhead < end);
  }
  await page.fill('#goto', 'tea time');
  await page.press('#goto', 'Enter');
  assert.match(await page.textContent('.notice'), /is no time/);
  await page.fill('#goto', '3:30:00');
  await page.press('#goto', 'Enter');
  assert.match(await page.textContent('.notice'), /ends at 3:00:00/);
  watch.check();
  await context.close();
});

test('plays from where one clicks, and the transcript follows', async () => {
  const { context, page, watch } = await open(browser, 'sample.html');
  const at = await pointOf(page, 12e6);
  await page.mouse.click(at.x, at.y);
  await page.waitForFunction(() => window.report.player.time > 12.4e6);
  assert.equal(await page.getAttribute('.play', 'aria-label'), 'Pause');
  const now = await page.evaluate(() => ({ playhead: window.report.playhead, said: document.querySelector('.segment.active .who').textContent }));
  assert.ok(now.playhead > 12.3e6 && now.playhead < 16e6);
  assert.equal(now.said, 'SPEAKER_01');
  await page.waitForSelector('.word.now');
  await page.focus('.stage');
  await page.keyboard.press('Space');
  assert.equal(await page.evaluate(() => window.report.player.playing), false);
  // One turn alone: it stops at its end.
  await page.keyboard.press('n');
  const turn = await page.evaluate(() => window.report.selected[0]);
  await page.evaluate(() => window.report.player.setSpeed(2));
  await page.keyboard.press('Enter');
  await page.waitForFunction((end) => !window.report.player.playing && Math.abs(window.report.playhead - end) < 50000, turn.end);
  // A word that is clicked is played.
  await page.click('.segment:last-child .word:nth-child(3)');
  const word = await page.getAttribute('.segment:last-child .word:nth-child(3)', 'data-at');
  await page.waitForFunction((start) => window.report.playhead >= start, Number(word));
  watch.check();
  await context.close();
});

test('the transcript is searched', async () => {
  const { context, page, watch } = await open(browser, 'sample.html');
  await page.fill('#transcript-find', '00 SAYS');
  const shown = await page.locator('.segment:visible').count();
  const all = await page.evaluate(() => window.report.report.transcript.segments.length);
  assert.equal(await page.textContent('.transcript [role=status]'), `${shown} of ${all}`);
  assert.ok(shown > 0 && shown < all);
  watch.check();
  await context.close();
});

test('a spectrogram is made on demand, of embedded and of picked sound', async () => {
  const { context, page, watch } = await open(browser, 'sample.html');
  await page.click('text=Spectrogram');
  const isDone = () => {
    const { spectrogram, view: shown, timeline } = window.report;
    const tiles = spectrogram ? spectrogram.visible(shown.start, shown.end, timeline.width) : [];
    return tiles.length > 0 && tiles.every((tile) => tile.done >= 256 || (tile.start + tile.done * tile.columnUs) >= shown.duration);
  };
  await page.waitForFunction(isDone);
  assert.equal(await page.getAttribute('text=Spectrogram', 'aria-pressed'), 'true');
  // Speech is brighter than the silence at the start.
  const brightness = (from, until) =>
    page.evaluate(([a, b]) => {
      const { timeline, rows, view: shown } = window.report;
      const row = rows.rows.find((each) => each.kind === 'sound');
      const ratio = window.devicePixelRatio;
      const x = (time) => Math.round(((time - shown.start) / shown.span) * timeline.width * ratio);
      const { data } = timeline.base.getContext('2d').getImageData(x(a), row.top * ratio, x(b) - x(a), row.height * ratio);
      let sum = 0;
      for (let i = 0; i < data.length; i += 4) sum += data[i];
      return sum / (data.length / 4);
    }, [from, until]);
  await settle(page);
  const [silence, speech] = [await brightness(1e6, 5e6), await brightness(23e6, 27e6)];
  assert.ok(speech > silence + 40, `${speech} against ${silence}`);

  // Slices of the embedded sound are where they belong: the same stretch out of the recording itself is alike.
  await page.setInputFiles('#audio-file', `${process.env.SAMPLES}/sample.wav`);
  await page.waitForFunction(() => !window.report.spectrogram);
  await page.click('text=Spectrogram');
  await page.waitForFunction(isDone);
  await settle(page);
  const again = await brightness(23e6, 27e6);
  near(again, speech, 0.15 * speech);
  await page.click('text=Spectrogram');
  assert.equal(await page.evaluate(() => window.report.spectrogram), null);
  watch.check();
  await context.close();
});

test('zoomed in, the waveform is drawn of the audio itself, finer than the file’s bins', async () => {
  const { context, page, watch } = await open(browser, 'sample.html');
  for (const [sound, within] of [[null, 0.15], [`${process.env.SAMPLES}/sample.wav`, 0.005]]) {
    if (sound) await page.setInputFiles('#audio-file', sound);
    // The page has the sound, and draws it anew even where it shows this part already.
    const size = sound && statSync(sound).size;
    await page.waitForFunction((bytes) => window.report.player.blob && (!bytes || window.report.player.blob.size === bytes), size);
    await page.evaluate(() => {
      window.report.view.set(0, 1e6);
      window.report.view.set(24e6, 1e6);
    });
    await page.waitForFunction(() => {
      const { fine: near_, player } = window.report;
      return near_ && near_.blob === player.blob && near_.sound && near_.sound.loudest(24e6, 25e6) !== null;
    });
    const [fine, coarse] = await page.evaluate(() => {
      const { fine: near_, sounds } = window.report;
      const bins = Array.from({ length: 200 }, (_, i) => [24e6 + i * 5000, 24e6 + (i + 1) * 5000]);
      return [bins.map(([from, until]) => near_.sound.loudest(from, until)), bins.map(([from, until]) => sounds[0].peaks.loudest(from, until, 0))];
    });
    // What is embedded is compressed, and only alike; the recording is the same but for eight bits.
    fine.forEach((value, i) => near(value, coarse[i], within));
    assert.ok(Math.max(...fine) > 0.2);
  }
  await page.screenshot({ path: shotPath('zoomed-in.png') });
  watch.check();
  await context.close();
});

test('a picked file that is another one is noticed, and one that cannot be played', async () => {
  const { context, page, watch } = await open(browser, 'long.html');
  await page.setInputFiles('#audio-file', `${process.env.SAMPLES}/sample.wav`);
  await page.waitForFunction(() => /is it the right file/.test(document.querySelector('.notice').textContent));
  await page.setInputFiles('#audio-file', pagePath('long.csv'));
  await page.waitForFunction(() => /cannot play long.csv/.test(document.querySelector('.notice').textContent));
  watch.problems.length = 0; // Chromium tells of the file on its console, too.
  await context.close();
});

test('figures and errors are those of the program', async () => {
  const { context, page, watch } = await open(browser, 'sample.html');
  const score = JSON.parse(diarist('score', `${process.env.SAMPLES}/sample.rttm`, pagePath('sample.json'), '--json')).recordings[0];
  const cards = await page.$$eval('.reference .card', (all) => all.map((card) => card.querySelector('b').textContent));
  const percent = (share) => `${(100 * share).toFixed(2)} %`;
  assert.deepEqual(cards, [score.der, score.miss / score.total, score.false_alarm / score.total, score.confusion / score.total, score.jer].map(percent));
  const total = await page.$$eval('.reference details tbody tr', (rows) => rows.reduce((sum, row) => sum + parseFloat(row.cells[5].textContent), 0));
  near(total, score.total, 0.1);
  const rows = await page.$$eval('.reference .scroll tbody tr', (all) => all.map((row) => [...row.cells].map((cell) => cell.textContent)));
  assert.deepEqual(rows.map((row) => row.slice(0, 2)), [['speaker90', 'SPEAKER_01'], ['speaker91', 'SPEAKER_00']]);
  const json = JSON.parse(diarist('convert', pagePath('sample.json'), '-f', 'json', '-q'));
  const shares = await page.$$eval('.speakers tbody tr', (all) => all.map((row) => [row.cells[0].textContent, row.cells[3].textContent, row.cells[4].textContent]));
  for (const speaker of json.speakers) {
    const own = shares.find(([name]) => name === speaker.name);
    assert.equal(own[1], `${speaker.total.toFixed(1)} s`);
    assert.equal(Number(own[2]), json.turns.filter((turn) => turn.speaker === speaker.name).length);
  }
  watch.check();
  await context.close();
});
