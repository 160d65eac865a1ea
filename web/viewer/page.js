// The report's page: its parts put together, what they share wired up.
import { App } from './app.js';
import { button, h, nameText } from './dom.js';
import { FiguresPanel } from './figures_panel.js';
import { KEYS, listenToKeys, openHelp } from './keys.js';
import { Memory } from './memory.js';
import { Minimap } from './minimap.js';
import { noticeBar } from './notices.js';
import { Peaks, peaksOf } from './peaks.js';
import { ReferencePanel, makeReference } from './reference.js';
import { bytesOfBase64, stateOf } from './report_data.js';
import { openSaveDialog } from './save.js';
import { openSpeakerDialog } from './speaker_dialog.js';
import { Spectrogram } from './spectrogram.js';
import { lengthText } from './time.js';
import { Timeline } from './timeline.js';
import { Toolbar } from './toolbar.js';
import { Transcript } from './transcript.js';
import { TurnBar } from './turn_bar.js';
import { TurnTable } from './turn_table.js';

const count = (number, what) => `${number} ${what}${number === 1 ? '' : 's'}`;

function soundsOf(waveform) {
  if (!waveform) return [];
  const { channels, peak, bins_per_s: perSecond } = waveform;
  return channels.map(({ channel, data }, i) => ({
    channel,
    peaks: new Peaks(bytesOfBase64(data), perSecond),
    peak,
    first: i === 0,
    only: channels.length === 1,
  }));
}

/**
 * Puts a report into `root`.
 *
 * `report` is the data (report_data.js), `key` names it, `storage` gives the browser's memory. `sound(player)`, if any,
 * gives the player its recording, at once or as a promise; `copy(text)`, if any, gives a page with other data inside,
 * the same way. `voices` and `files` are for a page that a server gives: see speaker_dialog.js and save.js. Gives the App.
 */
export function mountReport(root, { report, key, storage, sound, copy, voices = null, files = null }) {
  const original = stateOf(report);
  const memory = new Memory(key, storage);
  const kept = memory.recall();
  const app = new App({
    report,
    original,
    kept,
    sounds: soundsOf(report.waveform),
    reference: makeReference(report.reference, original),
  });
  app.voices = voices;
  app.readColours(root);

  const timeline = new Timeline(app);
  app.timeline = timeline;
  const minimap = new Minimap(app);
  const transcript = report.transcript ? new Transcript(app) : null;
  const table = new TurnTable(app);
  const save = () => openSaveDialog(app, { copy, names: () => (transcript ? transcript.currentNames() : []), files });
  const toolbar = new Toolbar(app, (on) => showSpectrogram(app, on));
  root.replaceChildren(
    h('a', { class: 'skip', href: '#turns-title' }, 'To the table of turns'),
    header(app, save),
    h(
      'main',
      { class: transcript ? 'with-transcript' : '' },
      h(
        'section',
        { class: 'panel timeline', 'aria-label': 'Timeline' },
        toolbar.element, minimap.element, timeline.element, legend(app), new TurnBar(app).element,
      ),
      transcript && transcript.element,
      h(
        'div', { class: 'below' },
        app.reference ? new ReferencePanel(app).element : null,
        new FiguresPanel(app).element,
        table.element,
      ),
    ),
    noticesOf(app),
  );
  listenToKeys(app, timeline.stage);
  app.on('speaker', (id) => openSpeakerDialog(app, id));
  app.on('save', save);
  followTheme(app, root);
  remember(app, memory, kept);
  preparePrinting(app, root, { timeline, minimap, table });
  app.on('audio', (event) => event === 'picked' && soundOfPicked(app));
  giveSound(app, sound);
  return app;
}

function giveSound(app, sound) {
  const given = sound ? sound(app.player) : null;
  const ready = () => {
    app.tell('audio', 'ready');
    if (app.player.ready) soundOfPicked(app);
  };
  if (given) given.then(ready, (error) => app.closing.signal.aborted || app.notice(error.message));
  else ready();
}

function header(app, save) {
  const { report } = app;
  const undo = button({ icon: 'undo', label: 'Undo', title: 'Undo (Ctrl Z)', onclick: () => app.undo() });
  const redo = button({ icon: 'redo', label: 'Redo', title: 'Redo (Ctrl Y)', onclick: () => app.redo() });
  const chip = h('span', { class: 'chip' });
  const meta = h('p', { class: 'meta' });
  const show = () => {
    const { history, state } = app;
    undo.disabled = !history.canUndo;
    redo.disabled = !history.canRedo;
    const what = history.unsaved ? 'Changed, not saved' : history.changed ? 'Changes saved' : report.edited ? 'Edited copy' : 'As written';
    chip.textContent = what;
    chip.classList.toggle('unsaved', history.unsaved);
    meta.replaceChildren(
      ...[lengthText(report.duration), count(state.speakers.length, 'speaker'), count(state.turns.length, 'turn')].map((text) => h('span', {}, text)),
    );
  };
  app.on('saved', show);
  show();
  return h(
    'header',
    { class: 'head' },
    h('div', {}, h('h1', {}, nameText(report.title)), meta, report.notices.length ? h('ul', { class: 'hints' }, ...report.notices.map((text) => h('li', { dir: 'auto' }, text))) : null),
    h(
      'div', { class: 'buttons' }, chip, undo, redo,
      button({ text: 'Save', class: 'primary', title: 'Save (Ctrl S)', onclick: save }),
      button({ text: 'Keys', title: `Mouse, touch and keys (${KEYS[KEYS.length - 1][1]})`, class: 'quiet', onclick: openHelp }),
    ),
  );
}

/** What colours and shades of the timeline mean. */
function legend(app) {
  const entry = (look, text) => h('li', {}, h('i', { class: `swatch ${look}` }), text);
  return h(
    'ul',
    { class: 'legend small' },
    entry('sure', 'sure'), entry('unsure', 'unsure'), entry('together', 'several speak'),
    ...(app.reference ? app.reference.kinds.map(({ name, variable }) => h('li', {}, h('i', { class: 'swatch', style: { background: variable } }), name.toLowerCase())) : []),
  );
}

function noticesOf(app) {
  const { element, say } = noticeBar();
  app.on('notice', say);
  return element;
}

function followTheme(app, root) {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  dark.addEventListener('change', () => app.readColours(root), app.closing);
}

/** Edits are kept in the browser, and the reader is warned before they would be only there. */
function remember(app, memory, kept) {
  let told = false;
  app.on('saved', () => {
    const { changed, unsaved } = app.history;
    const works = memory.keep(changed ? app.state : null, new Date().toISOString(), !unsaved);
    if (!works && !told) app.notice('This browser keeps nothing for this page: save before you leave.');
    told ||= !works;
  });
  addEventListener('beforeunload', (event) => {
    if (!app.history.unsaved) return;
    event.preventDefault();
    event.returnValue = '';
  }, app.closing);
  if (kept) {
    const when = new Date(kept.at).toLocaleString();
    setTimeout(() => app.notice(`Your changes of ${when} are back. Undo shows the turns of the file.`));
  }
}

/** On paper: light, the whole recording, all turns. */
function preparePrinting(app, root, { timeline, minimap, table }) {
  let before = null;
  const paint = () => {
    app.readColours(root);
    for (const part of [timeline, minimap]) {
      part.draw('base', 'top');
      part.paint();
    }
  };
  addEventListener('beforeprint', () => {
    if (before) return;
    before = [app.view.start, app.view.span];
    root.classList.add('printing');
    app.view.all();
    table.printing(true);
    paint();
  }, app.closing);
  addEventListener('afterprint', () => {
    if (!before) return;
    root.classList.remove('printing');
    app.view.set(...before);
    before = null;
    table.printing(false);
    paint();
  }, app.closing);
}

/** A recording that is there shows its waveform where the data has none. */
async function soundOfPicked(app) {
  app.spectrogram = null;
  app.tell('draw');
  if (app.report.waveform) return;
  const { blob } = app.player;
  try {
    const source = await app.samples();
    const peaks = await peaksOf(source, () => app.player.blob !== blob || app.closing.signal.aborted);
    if (peaks) app.setSounds([{ channel: 1, peaks, first: true, only: true }]);
  } catch (error) {
    if (!app.closing.signal.aborted) app.notice(error.message);
  }
}

async function showSpectrogram(app, on) {
  if (!on) {
    app.spectrogram = null;
    app.tell('draw');
    return;
  }
  if (!app.player.ready) {
    app.notice('The spectrogram is made of the audio: choose the recording first.');
    return;
  }
  if (!app.sounds.length) {
    app.notice('The waveform is still being made.');
    return;
  }
  try {
    app.spectrogram = new Spectrogram(await app.samples(), () => app.tell('draw'));
    app.tell('draw');
  } catch (error) {
    app.notice(error.message);
  }
}
