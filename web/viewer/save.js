// Turns to files: for other programs, or this page anew with the edits in it.
import { button, h, openDialog } from './dom.js';
import { columnName, toJson, toRttm, toTextGrid } from './formats.js';
import { columnsOf, reportText } from './report_data.js';

/** What a download is called: the recording's name, without what file systems do not take. */
export const fileName = (recording, ending) => `${recording.replace(/[/\\:*?"<>|\u0000-\u001f]/g, '_') || 'report'}.${ending}`;

export function download(name, blob) {
  const url = URL.createObjectURL(blob);
  const link = h('a', { href: url, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  // Some browsers begin to read only after the click has returned.
  setTimeout(() => URL.revokeObjectURL(url), 60000);
}

/** The turns as they are now, as formats.js takes them. */
function documentOf(app) {
  const { recording, duration, notices } = app.report;
  return { recording, duration, notices, speakers: app.state.speakers, turns: app.state.turns };
}

/** The file's data with the edits inside. */
export function editedReport(app, names) {
  const { report } = app;
  const transcript = report.transcript && {
    ...report.transcript,
    segments: report.transcript.segments.map((segment, i) => ({ ...segment, speaker: names[i] })),
  };
  // Whom a reference speaker was taken for was said of the turns as they were.
  const place = new Map(app.state.speakers.map((speaker, i) => [speaker.id, i]));
  const reference = report.reference && {
    ...report.reference,
    speakers: report.reference.speakers.map((speaker, i) => {
      const { mapped } = app.reference.lanes[i];
      return { ...speaker, mapped: place.has(mapped) ? place.get(mapped) : null };
    }),
  };
  return { ...report, ...columnsOf(app.state), transcript, reference, edited: true };
}

const ROWS = [
  ['RTTM', 'rttm', 'text/plain', toRttm, 'for scoring, and most tools; times to the millisecond, without confidences'],
  ['JSON', 'json', 'application/json', toJson, 'all that diarist holds of turns, but for the voices'],
  ['TextGrid', 'TextGrid', 'text/plain', toTextGrid, 'for Praat: a tier for each speaker'],
];

/**
 * `copy` gives the text of a page with other data inside, or a promise of it; null where there is no such page. `names`
 * says what the transcript's segments are called now. `files`, if any, makes a part of the dialog for files that come
 * from elsewhere: called with a function that closes the dialog.
 */
export function openSaveDialog(app, { copy, names, files }) {
  let dialog = null;
  const done = (name) => {
    app.history.markSaved();
    app.notice(`Saved ${name}.`);
    dialog.close();
  };
  const row = ([title, ending, type, write, hint]) => {
    const save = () => {
      const name = fileName(app.report.recording, ending);
      download(name, new Blob([write(documentOf(app))], { type }));
      done(name);
    };
    return h('li', {}, button({ text: title, class: 'primary', 'data-format': ending, onclick: save }), h('span', { class: 'hint' }, hint));
  };
  const saveCopy = async () => {
    const name = fileName(app.report.recording, 'html');
    try {
      const page = copy(reportText(editedReport(app, names())));
      download(name, new Blob([typeof page === 'string' ? page : await page], { type: 'text/html' }));
    } catch (error) {
      app.notice(error.message);
      return;
    }
    done(name);
  };
  const reset = () => {
    app.history.reset();
    app.notice('Back to the turns of the file. Undo brings the changes back.');
    dialog.close();
  };
  const clash = nameClash(app.state.speakers);
  dialog = openDialog(
    'Save',
    h(
      'ul',
      { class: 'choices' },
      copy && h(
        'li', {}, button({ text: 'A copy of this page', class: 'primary', 'data-format': 'html', onclick: saveCopy }),
        h('span', { class: 'hint' }, 'with all changes in it, to go on later or to send on'),
      ),
      ...ROWS.map(row),
    ),
    files && files(() => dialog.close()),
    clash ? h('p', { class: 'warning' }, `RTTM has no blanks in names: ${clash} would become one speaker there.`) : null,
    h(
      'div', { class: 'part' }, h('h3', {}, 'Discard'),
      h('p', { class: 'hint' }, 'Back to the turns as this file has them. It can be undone.'),
      button({ text: 'Discard all changes', class: 'danger', disabled: !app.history.changed, onclick: reset }),
    ),
  );
}

/** Two speakers whom RTTM could not tell apart, in words; or null. */
function nameClash(speakers) {
  const seen = new Map();
  for (const { name } of speakers) {
    const column = columnName(name);
    if (seen.has(column)) return `“${seen.get(column)}” and “${name}”`;
    seen.set(column, name);
  }
  return null;
}
