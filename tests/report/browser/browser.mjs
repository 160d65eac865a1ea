// Chromium, driven: pages are opened as files, and whatever goes wrong in one fails the test.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const require = createRequire(join(process.env.WORK, 'node_modules/'));
const { chromium } = require('playwright-core');
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

export const pagePath = (name) => join(process.env.WORK, 'pages', name);
export const shotPath = (name) => join(process.env.WORK, 'screenshots', name);

export const WIDE = { width: 1440, height: 960 };
export const NARROW = { width: 390, height: 844 };

export async function launch(...args) {
  const root = process.getuid && process.getuid() === 0;
  return chromium.launch({
    executablePath: process.env.CHROMIUM,
    args: [...(root ? ['--no-sandbox'] : []), '--autoplay-policy=no-user-gesture-required', '--mute-audio', ...args],
  });
}

/**
 * Opens a page in a context of its own. `watch.problems` gathers errors, refusals of the policy and requests that leave
 * the file; every test ends with `watch.check()`.
 */
export async function open(browser, name, options = {}) {
  const { init, ...rest } = options;
  const context = await browser.newContext({ viewport: WIDE, acceptDownloads: true, locale: 'en-GB', ...rest });
  const page = await context.newPage();
  const watch = watchPage(page);
  if (init) await page.addInitScript(init);
  await page.goto(pathToFileURL(name.startsWith('/') ? name : pagePath(name)).href);
  await page.waitForFunction(() => window.report);
  await settle(page);
  return { context, page, watch };
}

function watchPage(page) {
  const problems = [];
  page.on('pageerror', (error) => problems.push(`error: ${error.message}`));
  page.on('console', (message) => {
    // The tests read canvases back; the page does not.
    if (message.text().includes('willReadFrequently')) return;
    if (['error', 'warning'].includes(message.type())) problems.push(`console: ${message.text()}`);
  });
  page.on('request', (request) => {
    if (!/^(file|blob|data):/.test(request.url())) problems.push(`request: ${request.url()}`);
  });
  page.on('dialog', (dialog) => {
    if (dialog.type() !== 'beforeunload') problems.push(`dialog: ${dialog.message()}`);
  });
  return { problems, check: () => assert.deepEqual(problems, []) };
}

/** Two frames later: everything that was to be drawn is. */
export const settle = (page) => page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));

/** Where a time of a speaker's lane is on the screen. */
export async function pointOf(page, time, speaker) {
  return page.evaluate(
    ([at, name]) => {
      const { view, rows, timeline } = window.report;
      const box = timeline.stage.getBoundingClientRect();
      const row = rows.rows.find((each) => (name === null ? each.kind === 'sound' : each.kind === 'lane' && each.speaker.name === name));
      return { x: box.left + ((at - view.start) / view.span) * box.width, y: box.top + row.top + row.height / 2 };
    },
    [time, speaker === undefined ? null : speaker],
  );
}

/** Turns as [start, end, name] in microseconds, sorted. */
export const turnsOf = (page) =>
  page.evaluate(() => {
    const { state } = window.report;
    const names = new Map(state.speakers.map((speaker) => [speaker.id, speaker.name]));
    return state.turns.map((turn) => [turn.start, turn.end, names.get(turn.speaker)]);
  });

/** Clicks a button of the save dialog; gives where the download is. */
export async function save(page, format) {
  await page.keyboard.press('Control+s');
  const [download] = await Promise.all([page.waitForEvent('download'), page.click(`dialog [data-format="${format}"]`)]);
  const path = join(process.env.WORK, 'pages', `saved-${process.pid}-${download.suggestedFilename()}`);
  await download.saveAs(path);
  await settle(page);
  return path;
}

/** Barriers that axe-core finds, as lines. */
export async function barriers(page) {
  // The policy of the page lets in no script but its own; the driver's own way does not pass it.
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
  return violations.flatMap(({ id, help, nodes }) => nodes.map((node) => `${id}: ${help}: ${node.html.slice(0, 200)} ${node.any.map((each) => each.message).join('; ')}`));
}

export const diarist = (...words) => execFileSync(process.env.DIARIST, words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
export const tryDiarist = (...words) => spawnSync(process.env.DIARIST, words, { encoding: 'utf8' });

/** Turns of a file in the form of turnsOf(), to the precision of RTTM. */
export function turnsOfFile(path) {
  const json = JSON.parse(diarist('convert', path, '-f', 'json', '-q'));
  return json.turns.map((turn) => [Math.round(turn.start * 1e6), Math.round(turn.end * 1e6), turn.speaker]);
}
