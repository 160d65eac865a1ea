// A recording comes in as a file, is worked on, looked at, corrected, named and saved.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { after, before, test } from 'node:test';

import { diarist, launch, save, settle, shotPath, turnsOf, turnsOfFile } from '../../report/browser/browser.mjs';
import { TestServer, hand, longSample, openJob, openPage, rename, said, sample, viewerOf } from './server.mjs';

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

const found = (file) => JSON.parse(diarist(file, '-f', 'json', '--quiet')).turns.map((turn) => [Math.round(turn.start * 1e6), Math.round(turn.end * 1e6), turn.speaker]);
const sorted = (turns) => [...turns].sort((a, b) => a[0] - b[0] || a[1] - b[1] || (a[2] < b[2] ? -1 : 1));

test('a file: upload and progress, then the turns that the program finds, and the sound', async () => {
  const { context, page, watch } = await openPage(browser, server);
  const long = longSample(6);
  await page.evaluate(() => {
    const seen = new Set();
    window.seen = seen;
    new MutationObserver(() => document.querySelectorAll('.jobs .state').forEach((each) => seen.add(each.textContent))).observe(document.querySelector('.jobs'), { subtree: true, childList: true, characterData: true });
  });
  const job = await hand(page, long);
  const seen = await page.evaluate(() => [...window.seen]);
  assert.ok(seen.some((text) => /^Sent \d+(\.\d)? %$/.test(text)), seen.join(' | '));
  assert.ok(seen.some((text) => /^\d+(\.\d)? %, \d:\d\d of 3:00$/.test(text)), seen.join(' | '));
  assert.match(await page.textContent(`[data-job="${job.id}"] .state`), /^3 min 0 s · 2 speakers · \d+ turns$/);
  assert.equal(await page.isVisible(`[data-job="${job.id}"] progress`), false);
  await openJob(page, job.id);
  assert.deepEqual(sorted(await turnsOf(page)), sorted(found(long)));
  assert.equal(await page.textContent('h1'), 'long');
  // The waveform is made of the recording, which is read by pieces where it is, and it plays.
  await page.waitForFunction(() => window.report.sounds.length === 1);
  await page.click('button[aria-label="Play"]');
  await page.waitForFunction(() => window.report.playhead > 300000);
  assert.equal(await page.evaluate(() => document.title), 'long – diarist');
  // A reload shows the same, the back button leads to the list.
  await page.reload();
  await viewerOf(page);
  await page.click('nav.site a');
  await page.waitForSelector('#choose');
  await page.goBack();
  await viewerOf(page);
  watch.check();
  await context.close();
});

test('the page of a job that is at work has a timeline that grows, and turns into its result', async () => {
  const { context, page, watch } = await openPage(browser, server);
  await page.evaluate(() => {
    // What the timeline shows, each time that it changes: how far it is known, and in words.
    window.grown = [];
    new MutationObserver(() => {
      const picture = document.querySelector('.job svg.speech');
      if (!picture || picture.closest('[hidden]')) return;
      const { width } = picture.querySelector('.one').getBBox();
      const words = picture.parentElement.querySelector('.hint').textContent;
      if (window.grown.at(-1)?.width !== width) window.grown.push({ width, words, shown: picture.getBoundingClientRect().width > 100 });
    }).observe(document.body, { subtree: true, childList: true, attributes: true });
  });
  await page.setInputFiles('#files', longSample(12, 'twelve.wav'));
  await page.click('.jobs [data-job]:has-text("twelve") a');
  await page.waitForSelector('.job progress');
  await page.waitForFunction(() => /\d %, /.test(document.querySelector('.job .state')?.textContent || ''), null, { timeout: 60000 });
  await page.waitForFunction(() => window.grown.length > 2);
  await page.screenshot({ path: shotPath('at-work.png') });
  await viewerOf(page);
  const grown = await page.evaluate(() => window.grown);
  assert.ok(grown.length > 2, JSON.stringify(grown));
  assert.ok(grown.every(({ shown }) => shown));
  assert.ok(grown.every(({ width }, i) => i === 0 || width > grown[i - 1].width), JSON.stringify(grown));
  assert.ok(grown.at(-1).width <= 360);
  assert.match(grown.at(-1).words, /^Speech so far: \d+ min \d+ s, \d+\.\d s of it by several at once\.$/);
  assert.equal(await page.isVisible('svg.speech'), false);
  assert.equal(await page.evaluate(() => document.activeElement.tagName), 'H1');
  watch.check();
  await context.close();
});

test('files that are dropped and pasted, several at once, with names of all kinds', async () => {
  const { context, page, watch } = await openPage(browser, server);
  const bytes = readFileSync(sample).toString('base64');
  await page.evaluate((base64) => {
    const wav = Uint8Array.from(atob(base64), (each) => each.charCodeAt(0));
    const files = (...names) => {
      const transfer = new DataTransfer();
      for (const name of names) transfer.items.add(new File([wav], name, { type: 'audio/wav' }));
      return transfer;
    };
    document.body.dispatchEvent(new DragEvent('dragover', { dataTransfer: files('x.wav'), bubbles: true, cancelable: true }));
    window.lit = Boolean(document.querySelector('.dropping'));
    document.body.dispatchEvent(new DragEvent('drop', { dataTransfer: files('Sitzung 山田.wav', '<b>&.wav'), bubbles: true, cancelable: true }));
    document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData: files('pasted.mp3'), bubbles: true }));
  }, bytes);
  assert.ok(await page.evaluate(() => window.lit && !document.querySelector('.dropping')));
  await page.waitForFunction(() => ['Sitzung 山田', '<b>&', 'pasted'].every((name) => window.site.recordings.jobs.some((job) => job.name === name && job.state === 'succeeded')), null, { timeout: 90000 });
  assert.deepEqual(await page.$$eval('.jobs a bdi', (all) => all.slice(0, 3).map((each) => each.textContent)), ['pasted', '<b>&', 'Sitzung 山田']);
  watch.check();
  await context.close();
});

test('what is no recording, too large, or has no sense is said in words', async () => {
  const { context, page, watch } = await openPage(browser, server);
  const text = join(process.env.WORK, 'servers', 'letter.txt');
  writeFileSync(text, 'Dear all,\n'.repeat(50));
  const job = await hand(page, text, 'failed');
  assert.match(await page.textContent(`[data-job="${job.id}"] .state`), /The recording is no audio|no audio file|format/i);
  await page.click('summary:has-text("Options")');
  await page.fill('#speakers', '0');
  await page.setInputFiles('#files', sample);
  await said(page, 'a whole number from 1 to 1000');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'speakers');
  await page.fill('#speakers', '1');
  await page.uncheck('#identify');
  assert.ok(await page.isDisabled('#remember'));
  const one = await hand(page, sample);
  assert.deepEqual(one.options, { preset: 'balanced', speakers: 1 });
  assert.equal(one.speakers.length, 1);
  watch.check();
  await context.close();

  const small = await new TestServer('--max-body', '0.5').start();
  try {
    const other = await openPage(browser, small, { expected: [/413/] });
    await other.page.setInputFiles('#files', sample);
    await other.page.waitForFunction(() => /larger than the server takes/.test(document.querySelector('.upload .state')?.textContent || ''));
    await other.page.click('.upload button');
    assert.equal(await other.page.isVisible('.upload'), false);
    assert.equal(await other.page.textContent('.hint:visible >> text=There is none yet'), 'There is none yet.');
    other.watch.check();
    await other.context.close();
  } finally {
    await small.stop();
  }
});

test('corrected turns outlive the page, and are saved: for other programs, and as a report', async () => {
  const { context, page, watch } = await openPage(browser, server);
  const job = await hand(page, sample);
  await openJob(page, job.id);
  await rename(page, 'SPEAKER_00', 'Ann Lee', false);
  await page.evaluate(() => {
    const { report } = window;
    report.select([report.state.turns[0].id]);
  });
  await page.focus('.stage');
  await page.keyboard.press('Delete');
  await settle(page);
  const corrected = await turnsOf(page);
  assert.equal(corrected.length, found(sample).length - 1);
  assert.ok(corrected.some(([, , name]) => name === 'Ann Lee'));
  // The server has nothing of it.
  assert.deepEqual((await server.json(`v1/diarizations/${job.id}`)).speakers, ['SPEAKER_00', 'SPEAKER_01']);
  page.on('dialog', (dialog) => dialog.accept());
  await page.reload();
  await viewerOf(page);
  assert.deepEqual(await turnsOf(page), corrected);

  const json = await save(page, 'json');
  assert.deepEqual(sorted(turnsOfFile(json)), sorted(corrected));
  const html = await save(page, 'html');
  const copy = await context.newPage();
  await copy.goto(pathToFileURL(html).href);
  await copy.waitForFunction(() => window.report);
  assert.deepEqual(await turnsOf(copy), corrected);
  await copy.close();

  await page.keyboard.press('Control+s');
  await page.selectOption('#server-format', 'csv');
  const [download] = await Promise.all([page.waitForEvent('download'), page.click('dialog form button')]);
  assert.equal(download.suggestedFilename(), 'sample.csv');
  const csv = join(process.env.WORK, 'pages-csv');
  await download.saveAs(csv);
  assert.equal(readFileSync(csv, 'utf8'), diarist(sample, '-f', 'csv', '--quiet'));
  watch.check();
  await context.close();
});

test('a voice that is named is remembered in the recordings to come; renamed and forgotten', async () => {
  const { context, page, watch } = await openPage(browser, server);
  const job = await hand(page, sample);
  await openJob(page, job.id);
  await rename(page, 'SPEAKER_01', 'Bülent Öz', true);
  await said(page, 'Bülent Öz is remembered.');
  assert.deepEqual((await server.json('v1/speakers')).speakers.map((each) => each.name), ['Bülent Öz']);
  // The server's result has the name too, so that nothing is left to be saved.
  assert.deepEqual((await server.json(`v1/diarizations/${job.id}`)).speakers, ['SPEAKER_00', 'Bülent Öz']);
  assert.equal(await page.textContent('.chip'), 'Changes saved');
  // Once more, under another name.
  await rename(page, 'Bülent Öz', 'Bülent', true);
  await said(page, 'Bülent is remembered.');

  await page.click('nav.site a');
  const next = await hand(page, sample);
  assert.deepEqual([...next.speakers].sort(), ['Bülent', 'SPEAKER_00']);

  await page.click('summary:has-text("Known voices")');
  await page.click('button[aria-label="Rename Bülent"]');
  await page.fill('#voice-name', 'Deniz');
  await page.click('dialog button:has-text("Rename")');
  await page.waitForSelector('.voices th:has-text("Deniz")');
  assert.deepEqual((await server.json('v1/speakers')).speakers.map((each) => each.name), ['Deniz']);
  await page.click('button[aria-label="Forget Deniz"]');
  await page.click('dialog button:has-text("Forget")');
  await page.waitForSelector('.voices p');
  assert.deepEqual((await server.json('v1/speakers')).speakers, []);
  watch.check();
  await context.close();
});

test('a speaker whom the server does not have as such is learnt from the sound', async () => {
  const { context, page, watch } = await openPage(browser, server);
  const job = await hand(page, sample);
  await openJob(page, job.id);
  await page.waitForFunction(() => window.report.sounds.length);
  // Split off: the later turns of the first speaker.
  const first = await page.evaluate(() => {
    const { report } = window;
    report.seek(20e6);
    return report.state.speakers[0].name;
  });
  await page.click(`.name.speaker:has-text("${first}")`);
  await page.selectOption('#speaker-which', 'later');
  await page.fill('#speaker-new', 'Later');
  await page.click('dialog button:has-text("Split")');
  await rename(page, 'Later', 'Cleo', true);
  await said(page, 'Cleo is remembered.');
  assert.ok((await server.json('v1/speakers')).speakers.some((each) => each.name === 'Cleo'));
  watch.check();
  await context.close();
});

test('a job is cancelled and deleted, after a question', async () => {
  const { context, page, watch } = await openPage(browser, server);
  await page.setInputFiles('#files', longSample(40, 'forty.wav'));
  const row = '.jobs [data-job]:has-text("forty")';
  await page.waitForSelector(`${row}[data-state=running]`, { timeout: 60000 });
  await page.click(`${row} button`);
  await page.waitForSelector(`${row}[data-state=cancelled]`);
  await page.click(`${row} button`);
  await page.screenshot({ path: shotPath('delete.png') });
  await page.keyboard.press('Escape');
  assert.ok(await page.isVisible(row));
  await page.click(`${row} button`);
  await page.click('dialog button.danger');
  await page.waitForSelector(row, { state: 'detached' });
  assert.equal(await page.evaluate(() => document.activeElement.id), 'list-title');
  assert.ok(!(await server.json('v1/diarizations')).jobs.some((job) => job.name === 'forty'));
  // One whose page is open, and its edits.
  const job = await hand(page, sample);
  await openJob(page, job.id);
  await rename(page, await page.evaluate(() => window.report.state.speakers[0].name), 'Nobody', false);
  assert.ok(await page.evaluate((id) => localStorage.getItem(`diarist.report.${id}`), job.id));
  await page.click('nav.site button');
  await page.click('dialog button.danger');
  await page.waitForSelector('#choose');
  assert.equal(await page.evaluate((id) => localStorage.getItem(`diarist.report.${id}`), job.id), null);
  watch.check();
  await context.close();
  const gone = await openPage(browser, server, { path: `?job=${job.id}`, expected: [/404/] });
  await gone.page.waitForSelector('text=does not have this recording any more');
  gone.watch.check();
  await gone.context.close();
});
