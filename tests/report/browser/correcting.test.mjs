// Rename, merge, split, move, add, delete, undo, save, come back: and what is saved is what was done.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { after, before, test } from 'node:test';

import { diarist, launch, open, pagePath, pointOf, save, settle, tryDiarist, turnsOf, turnsOfFile } from './browser.mjs';

let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

const original = () => JSON.parse(readFileSync(pagePath('sample.json'), 'utf8')).turns.map((turn) => [Math.round(turn.start * 1e6), Math.round(turn.end * 1e6), turn.speaker]);
const sorted = (turns) => [...turns].sort((a, b) => a[0] - b[0] || a[1] - b[1] || (a[2] < b[2] ? -1 : 1));
/** To the milliseconds of RTTM, whose durations are what is written. */
const inMilliseconds = (turns) => turns.map(([start, end, name]) => [Math.round(start / 1000) * 1000, Math.round(end / 1000) * 1000, name.replace(/ /g, '_')]);

async function rename(page, from, to) {
  await page.click(`.name.speaker:has-text("${from}")`);
  await page.fill('#speaker-name', to);
  await page.click('dialog button:has-text("Rename")');
  await settle(page);
}

async function drag(page, from, to, modifier) {
  if (modifier) await page.keyboard.down(modifier);
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move((from.x + to.x) / 2, to.y, { steps: 3 });
  await page.mouse.move(to.x, to.y);
  await page.mouse.up();
  if (modifier) await page.keyboard.up(modifier);
  await settle(page);
}

test('every edit, undone and done again, and the exported RTTM read back', async () => {
  const { context, page, watch } = await open(browser, 'sample.html');
  await page.uncheck('text=Play on click');
  const expected = original();
  const rows = () => turnsOf(page).then(sorted);
  assert.deepEqual(await rows(), sorted(expected));
  const steps = [await rows()];

  // Rename.
  await rename(page, 'SPEAKER_00', 'Anna Berger');
  for (const turn of expected) if (turn[2] === 'SPEAKER_00') turn[2] = 'Anna Berger';
  assert.deepEqual(await rows(), sorted(expected));
  assert.match(await page.textContent('.transcript'), /Anna Berger/);
  steps.push(await rows());

  // Move a boundary by dragging it: the last turn's start, a second earlier.
  const last = expected[expected.length - 1];
  await page.evaluate((at) => window.report.view.set(at - 5e6, 8e6), last[0]);
  await settle(page);
  await drag(page, await pointOf(page, last[0], last[2]), await pointOf(page, last[0] - 1e6, last[2]));
  const moved = (await rows()).find((turn) => turn[1] === last[1]);
  assert.ok(Math.abs(moved[0] - (last[0] - 1e6)) < 2e4, String(moved));
  last[0] = moved[0];
  assert.deepEqual(await rows(), sorted(expected));
  steps.push(await rows());

  // And by typing.
  await page.fill('#turn-end', '0:29.5');
  await page.press('#turn-end', 'Enter');
  last[1] = 29.5e6;
  assert.deepEqual(await rows(), sorted(expected));
  steps.push(await rows());

  // Split the longest turn at the play head; give the second half to a new speaker by splitting him off.
  const longest = expected.reduce((a, b) => (b[1] - b[0] > a[1] - a[0] ? b : a));
  await page.evaluate(() => window.report.view.all());
  await settle(page);
  const middle = await pointOf(page, (longest[0] + longest[1]) / 2, longest[2]);
  await page.mouse.click(middle.x, middle.y);
  await page.keyboard.press('s');
  const cut = await page.evaluate(() => window.report.playhead);
  const second = [cut, longest[1], longest[2]];
  longest[1] = cut;
  expected.push(second);
  assert.deepEqual(await rows(), sorted(expected));
  steps.push(await rows());
  await page.keyboard.press('r');
  await page.selectOption('#speaker-which', 'selected');
  await page.fill('#speaker-new', 'Cleo');
  await page.click('dialog button:text-is("Split")');
  second[2] = 'Cleo';
  assert.deepEqual(await rows(), sorted(expected));
  steps.push(await rows());

  // Add a turn by drawing it, delete one by the key.
  await drag(page, await pointOf(page, 1e6, 'Cleo'), await pointOf(page, 3e6, 'Cleo'), 'Shift');
  const added = (await rows())[0];
  assert.ok(Math.abs(added[0] - 1e6) < 5e4 && Math.abs(added[1] - 3e6) < 5e4 && added[2] === 'Cleo', String(added));
  expected.push(added);
  steps.push(await rows());
  const first = expected[0];
  const place = await pointOf(page, (first[0] + first[1]) / 2, first[2]);
  await page.mouse.click(place.x, place.y);
  await page.keyboard.press('Delete');
  expected.splice(0, 1);
  assert.deepEqual(await rows(), sorted(expected));
  steps.push(await rows());

  // Give a turn to another by its number.
  await page.keyboard.press('n');
  const given = await page.evaluate(() => window.report.selected[0].start);
  await page.keyboard.press('2');
  const target = expected.find((turn) => turn[0] === given);
  target[2] = 'SPEAKER_01';
  assert.deepEqual(await rows(), sorted(expected));
  steps.push(await rows());

  // Undo all, do all again.
  for (let i = steps.length - 1; i > 0; i--) {
    assert.deepEqual(await rows(), steps[i]);
    await page.keyboard.press('Control+z');
  }
  assert.deepEqual(await rows(), steps[0]);
  assert.equal(await page.isDisabled('button[aria-label="Undo"]'), true);
  for (let i = 1; i < steps.length; i++) {
    await page.click('button[aria-label="Redo"]');
    assert.deepEqual(await rows(), steps[i]);
  }
  assert.equal(await page.isDisabled('button[aria-label="Redo"]'), true);

  // Out, and back in through the program.
  assert.equal(await page.textContent('.chip'), 'Changed, not saved');
  const rttm = await save(page, 'rttm');
  assert.equal(await page.textContent('.chip'), 'Changes saved');
  assert.deepEqual(sorted(turnsOfFile(rttm)), sorted(inMilliseconds(expected)));
  const json = await save(page, 'json');
  assert.deepEqual(sorted(turnsOfFile(json)), sorted(expected));
  const textgrid = await save(page, 'TextGrid');
  assert.deepEqual(sorted(turnsOfFile(textgrid)), sorted(expected));
  // The program makes the same RTTM of the JSON, and finds no error between any two of them.
  assert.equal(diarist('convert', json, '-f', 'rttm', '-q'), readFileSync(rttm, 'utf8'));
  writeFileSync(pagePath('expected.json'), JSON.stringify({ schema: 'diarist.diarization', version: 1, recording: 'sample', duration: 30, turns: expected.map(([start, end, speaker]) => ({ start: start / 1e6, end: end / 1e6, speaker })) }));
  assert.equal(JSON.parse(diarist('score', pagePath('expected.json'), json, '--json')).total.der, 0);
  assert.ok(JSON.parse(diarist('score', pagePath('expected.json'), rttm, '--json')).total.der < 0.001);
  watch.check();
  await context.close();
});

test('merge: turns that overlap become one, and the transcript goes along', async () => {
  const { context, page, watch } = await open(browser, 'sample.html');
  await page.click('.name.speaker:has-text("SPEAKER_00")');
  await page.click('dialog button:text-is("Merge")');
  await settle(page);
  const turns = await turnsOf(page);
  assert.ok(turns.every(([, , name]) => name === 'SPEAKER_01'));
  for (let i = 1; i < turns.length; i++) assert.ok(turns[i][0] >= turns[i - 1][1]);
  // As long together as the two were, overlap counted once.
  const union = (list) => {
    let [end, sum] = [0, 0];
    for (const [from, until] of sorted(list)) {
      sum += Math.max(0, until - Math.max(from, end));
      end = Math.max(end, until);
    }
    return sum;
  };
  assert.equal(union(turns), union(original()));
  assert.equal(await page.locator('.name.speaker').count(), 1);
  const said = await page.$$eval('.who', (all) => all.map((each) => each.textContent));
  assert.ok(said.every((name) => name === 'SPEAKER_01'));
  // A name that is taken is refused, and said.
  await page.keyboard.press('Control+z');
  await page.click('.name.speaker:has-text("SPEAKER_00")');
  await page.fill('#speaker-name', 'SPEAKER_01');
  await page.click('dialog button:has-text("Rename")');
  assert.match(await page.textContent('.notice'), /already.*Merge/);
  assert.equal(await page.isVisible('dialog'), true);
  watch.check();
  await context.close();
});

test('the browser remembers, and warns before edits are lost', async () => {
  const { context, page, watch } = await open(browser, 'sample.html');
  await rename(page, 'SPEAKER_01', 'Bela');
  let warned = 0;
  page.on('dialog', async (dialog) => {
    assert.equal(dialog.type(), 'beforeunload');
    warned++;
    await dialog.accept();
  });
  await page.reload();
  await page.waitForFunction(() => window.report);
  assert.equal(warned, 1);
  assert.match(await page.textContent('.names'), /Bela/);
  assert.equal(await page.textContent('.chip'), 'Changed, not saved');
  await page.waitForFunction(() => /are back/.test(document.querySelector('.notice').textContent));
  // Saved once, there is nothing to warn of.
  await save(page, 'rttm');
  await page.reload();
  await page.waitForFunction(() => window.report);
  assert.equal(warned, 1);
  assert.equal(await page.textContent('.chip'), 'Changes saved');
  // Back to the file's own turns, by undo and by discarding.
  await page.keyboard.press('Control+z');
  assert.match(await page.textContent('.names'), /SPEAKER_01/);
  await page.keyboard.press('Control+y');
  await page.keyboard.press('Control+s');
  await page.click('text=Discard all changes');
  assert.doesNotMatch(await page.textContent('.names'), /Bela/);
  await page.reload();
  await page.waitForFunction(() => window.report);
  assert.equal(await page.textContent('.chip'), 'As written');
  // Another page's edits are its own.
  const other = await context.newPage();
  await other.goto(`file://${pagePath('plain.html')}`);
  await other.waitForFunction(() => window.report);
  assert.equal(await other.textContent('.chip'), 'As written');
  watch.check();
  await context.close();
});

test('without the browser’s memory it works all the same, and says so', async () => {
  const init = () => Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('denied', 'SecurityError'); } });
  const { context, page, watch } = await open(browser, 'sample.html', { init });
  await rename(page, 'SPEAKER_00', 'Anna');
  assert.match(await page.textContent('.notice'), /keeps nothing|Renamed/);
  assert.match(await page.textContent('.names'), /Anna/);
  assert.deepEqual((await turnsOf(page)).length, 10);
  watch.check();
  await context.close();
});

test('a saved copy has the edits inside, and is a report like the first', async () => {
  const { context, page, watch } = await open(browser, 'sample.html');
  await rename(page, 'SPEAKER_00', 'Anna </script> <b>');
  await page.keyboard.press('Escape');
  await page.evaluate(() => window.report.select([window.report.state.turns[0].id]));
  await page.focus('.stage');
  await page.keyboard.press('Delete');
  const turns = await turnsOf(page);
  const copy = await save(page, 'html');
  watch.check();
  const second = await open(browser, copy);
  assert.deepEqual(await turnsOf(second.page), turns);
  assert.equal(await second.page.textContent('.chip'), 'Edited copy');
  assert.match(await second.page.textContent('.transcript'), /Anna <\/script> <b>/);
  assert.equal(await second.page.isVisible('.reference .warning'), true);
  assert.equal(await second.page.isDisabled('.play'), false);
  // Saved again, it is the same file: nothing grows, nothing is lost.
  const again = await save(second.page, 'html');
  assert.equal(readFileSync(again, 'utf8'), readFileSync(copy, 'utf8'));
  // The policy holds in the copy too, and script and style are the same.
  const part = (file, pattern) => pattern.exec(readFileSync(file, 'utf8'))[0];
  for (const pattern of [/<style>[^]*?<\/style>/, /<script type="module"[^]*?<\/script>/, /<meta http-equiv[^>]*>/]) {
    assert.equal(part(copy, pattern).replace(/"/g, ''), part(pagePath('sample.html'), pattern).replace(/"/g, ''));
  }
  second.watch.check();
  await second.context.close();
  await context.close();
});

test('all of it by keyboard alone', async () => {
  const { context, page, watch } = await open(browser, 'sample.html');
  const focused = () => page.evaluate(() => document.activeElement.className || document.activeElement.id || document.activeElement.tagName);
  // Tab gets to the timeline.
  for (let i = 0; i < 40 && (await focused()) !== 'stage'; i++) await page.keyboard.press('Tab');
  assert.equal(await focused(), 'stage');
  await page.keyboard.press('n');
  await page.keyboard.press('n');
  const [start, end] = await page.evaluate(() => [window.report.selected[0].start, window.report.selected[0].end]);
  assert.match(await page.textContent('.notice'), /^SPEAKER_0\d, 0:07/);
  await page.keyboard.press('Alt+ArrowLeft');
  assert.equal(await page.evaluate(() => window.report.selected[0].start), start - 20000);
  await page.keyboard.press('Alt+Shift+ArrowRight');
  assert.equal(await page.evaluate(() => window.report.selected[0].end), end + 20000);
  await page.keyboard.press('ArrowDown');
  assert.equal(await page.evaluate(() => window.report.nameOf(window.report.selected[0].speaker)), 'SPEAKER_01');
  await page.keyboard.press('End');
  await page.keyboard.press('Shift+ArrowLeft');
  assert.equal(await page.evaluate(() => window.report.playhead), 20e6);
  await page.keyboard.press('Escape');
  await page.keyboard.press('a');
  assert.equal(await page.evaluate(() => window.report.selected[0].start), 20e6);
  await page.keyboard.press('?');
  assert.equal(await page.isVisible('dialog .keys'), true);
  await page.keyboard.press('Escape');
  assert.equal(await page.isVisible('dialog .keys'), false);
  await page.keyboard.press('g');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'goto');
  // Letters typed into a field are no commands.
  const before = await turnsOf(page);
  await page.keyboard.type('aasj');
  await page.keyboard.press('Delete');
  assert.deepEqual(await turnsOf(page), before);
  watch.check();
  await context.close();
});

test('the exported file is refused by nobody', async () => {
  const { context, page, watch } = await open(browser, 'hostile.html');
  for (const format of ['rttm', 'json', 'TextGrid']) {
    const file = await save(page, format);
    const { status, stderr } = tryDiarist('convert', file, '-f', 'rttm', '-q');
    assert.equal(status, 0, stderr);
  }
  watch.check();
  await context.close();
});
