// Rename, merge, split or delete a speaker.
//
// Where the page comes from a server that knows voices, `app.voices` is {hint, remember(app, id, name)}: a new name is
// kept there too, and `remember` says how that went.
import { button, h, nameText, openDialog } from './dom.js';
import { merge, removeSpeaker, rename, split } from './edits.js';
import { clock, lengthText } from './time.js';
import { freeName, speakerOf, turnsOf } from './turns.js';

/** A part of the dialog that is a form of its own; `run` gives whether it was done, which closes the dialog. */
function part(title, dialog, run, ...content) {
  const submit = (event) => {
    event.preventDefault();
    if (run()) dialog().close();
  };
  return h('form', { class: 'part', onsubmit: submit }, h('h3', {}, title), ...content);
}

function renamePart(app, speaker, dialog) {
  const input = h('input', { type: 'text', value: speaker.name, id: 'speaker-name', autocomplete: 'off', dir: 'auto', required: true });
  const { voices } = app;
  const keep = voices && h('input', { type: 'checkbox', checked: true, id: 'speaker-remember' });
  const run = () => {
    const name = input.value.trim();
    const done = name === speaker.name || rename(app, speaker.id, name);
    if (done && keep && keep.checked) voices.remember(app, speaker.id, name);
    return done;
  };
  return part(
    'Rename', dialog, run,
    h('label', { for: 'speaker-name' }, 'Name'), input, h('button', { class: 'primary' }, 'Rename'),
    voices && h('label', { class: 'check' }, keep, voices.hint),
  );
}

function mergePart(app, speaker, dialog) {
  const others = app.state.speakers.filter((each) => each.id !== speaker.id);
  if (!others.length) return null;
  const choice = h(
    'select',
    { id: 'speaker-into' },
    ...others.map((each) => h('option', { value: String(each.id) }, each.name)),
  );
  return part(
    'Merge into another', dialog, () => merge(app, speaker.id, Number(choice.value)),
    h('label', { for: 'speaker-into' }, 'All turns become those of'), choice, h('button', {}, 'Merge'),
  );
}

/** Which turns could go: [value, text, set of ids]. */
function shares(app, speaker) {
  const own = turnsOf(app.state, speaker.id);
  const chosen = own.filter((turn) => app.selection.has(turn.id));
  const later = own.filter((turn) => turn.start >= app.playhead);
  const earlier = own.filter((turn) => turn.start < app.playhead);
  const at = clock(app.playhead, 1);
  return [
    ['selected', `the selected turns (${chosen.length})`, chosen],
    ['later', `turns from the play head on, ${at} (${later.length})`, later],
    ['earlier', `turns before the play head, ${at} (${earlier.length})`, earlier],
  ]
    .filter(([, , turns]) => turns.length > 0 && turns.length < own.length)
    .map(([value, text, turns]) => [value, text, new Set(turns.map((turn) => turn.id))]);
}

function splitPart(app, speaker, dialog) {
  const offers = shares(app, speaker);
  if (!offers.length) {
    const hint = 'Select some of the speaker’s turns, or move the play head between them, to give them to a new speaker.';
    return h('div', { class: 'part' }, h('h3', {}, 'Split'), h('p', { class: 'hint' }, hint));
  }
  const which = h('select', { id: 'speaker-which' }, ...offers.map(([value, text]) => h('option', { value }, text)));
  const name = h('input', { type: 'text', value: freeName(app.state), id: 'speaker-new', autocomplete: 'off', dir: 'auto', required: true });
  const run = () => split(app, speaker.id, offers.find(([value]) => value === which.value)[2], name.value);
  return part(
    'Split', dialog, run,
    h('label', { for: 'speaker-which' }, 'Give to a new speaker'), which,
    h('label', { for: 'speaker-new' }, 'Name of the new one'), name, h('button', {}, 'Split'),
  );
}

function deletePart(app, speaker, dialog) {
  const run = () => {
    if (removeSpeaker(app, speaker.id)) dialog().close();
  };
  return h(
    'div',
    { class: 'part' },
    h('h3', {}, 'Delete'),
    h('p', { class: 'hint' }, 'For what was taken for a voice and is none. It can be undone.'),
    button({ text: 'Delete speaker and turns', class: 'danger', onclick: run }),
  );
}

export function openSpeakerDialog(app, id) {
  const speaker = speakerOf(app.state, id);
  const figure = app.figures.speakers.find((each) => each.id === id);
  let dialog = null;
  const own = () => dialog;
  dialog = openDialog(
    'Speaker',
    h('p', { class: 'hint' }, nameText(speaker.name), `: ${figure.turns} turns, ${lengthText(figure.time)}`),
    renamePart(app, speaker, own),
    mergePart(app, speaker, own),
    splitPart(app, speaker, own),
    deletePart(app, speaker, own),
  );
  const input = dialog.querySelector('#speaker-name');
  input.focus();
  input.select();
}
