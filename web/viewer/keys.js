// The keyboard: one table that both acts and explains itself.
import { h, openDialog } from './dom.js';
import { NUDGE, addAtPlayhead, assign, join, nudge, onlySelected, removeSelected, setBoundary, splitAtPlayhead, stepLane, stepTurn } from './edits.js';

/** Steps of the play head. */
const STEP = 1000000;
const STRIDE = 10 * STEP;

const boundaryToPlayhead = (app, side) => {
  const turn = onlySelected(app);
  if (turn) setBoundary(app, turn, { [side]: app.playhead });
};

/**
 * [keys as the event names them, as people do, what they do, the action]. Plain letters count only while the timeline
 * has the focus, so that nobody who dictates or types elsewhere edits by accident (WCAG 2.1.4).
 */
export const KEYS = [
  [[' '], 'Space', 'Play or pause', (app) => app.togglePlay()],
  [['ArrowLeft'], '←', 'Play head back by a second', (app) => app.goTo(app.playhead - STEP)],
  [['ArrowRight'], '→', 'Play head on by a second', (app) => app.goTo(app.playhead + STEP)],
  [['Shift+ArrowLeft'], 'Shift ←', 'Back by ten seconds', (app) => app.goTo(app.playhead - STRIDE)],
  [['Shift+ArrowRight'], 'Shift →', 'On by ten seconds', (app) => app.goTo(app.playhead + STRIDE)],
  [['Home'], 'Home', 'To the start', (app) => app.goTo(0)],
  [['End'], 'End', 'To the end', (app) => app.goTo(app.duration)],
  [['PageUp'], 'Page up', 'Show what is before', (app) => app.view.pan(-app.view.span * 0.9)],
  [['PageDown'], 'Page down', 'Show what is after', (app) => app.view.pan(app.view.span * 0.9)],
  [['+', '='], '+', 'Zoom in on the play head', (app) => zoom(app, 0.6)],
  [['-'], '−', 'Zoom out', (app) => zoom(app, 1 / 0.6)],
  [['0'], '0', 'Show all', (app) => app.view.all()],
  [['z'], 'Z', 'Zoom to the selected turn', zoomToSelection],
  [['g'], 'G', 'Go to a time', (app) => app.tell('goto')],
  [['n'], 'N', 'Next turn', (app) => stepTurn(app, 1)],
  [['p'], 'P', 'Previous turn', (app) => stepTurn(app, -1)],
  [['ArrowUp'], '↑', 'Turn of the speaker above', (app) => stepLane(app, -1)],
  [['ArrowDown'], '↓', 'Turn of the speaker below', (app) => stepLane(app, 1)],
  [['Enter'], 'Enter', 'Play the selected turn', playSelected],
  [['Escape'], 'Escape', 'Select nothing', (app) => app.select([])],
  [['['], '[', 'Start of the turn to the play head', (app) => boundaryToPlayhead(app, 'start')],
  [[']'], ']', 'End of the turn to the play head', (app) => boundaryToPlayhead(app, 'end')],
  [['Alt+ArrowLeft'], 'Alt ←', 'Start of the turn 20 ms earlier', (app) => nudge(app, 'start', -NUDGE)],
  [['Alt+ArrowRight'], 'Alt →', 'Start of the turn 20 ms later', (app) => nudge(app, 'start', NUDGE)],
  [['Alt+Shift+ArrowLeft'], 'Alt Shift ←', 'End of the turn 20 ms earlier', (app) => nudge(app, 'end', -NUDGE)],
  [['Alt+Shift+ArrowRight'], 'Alt Shift →', 'End of the turn 20 ms later', (app) => nudge(app, 'end', NUDGE)],
  [['a'], 'A', 'Add a turn at the play head', addAtPlayhead],
  [['s'], 'S', 'Split the turn at the play head', splitAtPlayhead],
  [['j'], 'J', 'Join with the speaker’s next turn', join],
  [['Delete', 'Backspace'], 'Delete', 'Delete the selected turns', removeSelected],
  [['1', '2', '3', '4', '5', '6', '7', '8', '9'], '1 to 9', 'Give the selected turns to that speaker', assignByNumber],
  [['r'], 'R', 'Rename, merge or split the turn’s speaker', (app) => openOwn(app)],
  [['Ctrl+z'], 'Ctrl Z', 'Undo', (app) => app.undo()],
  [['Ctrl+y', 'Ctrl+Shift+z'], 'Ctrl Y', 'Redo', (app) => app.redo()],
  [['Ctrl+s'], 'Ctrl S', 'Save', (app) => app.tell('save')],
  [['?'], '?', 'This list', openHelp],
];

function zoom(app, factor) {
  const { view, playhead } = app;
  view.zoom(factor, playhead >= view.start && playhead <= view.end ? playhead : undefined);
}

function zoomToSelection(app) {
  const turns = app.selected;
  if (!turns.length) return app.notice('Select a turn first.');
  const start = turns[0].start;
  const end = Math.max(...turns.map((turn) => turn.end));
  return app.view.centre((start + end) / 2, (end - start) * 1.6);
}

function playSelected(app) {
  const turn = app.selected[0];
  if (!turn) return app.togglePlay();
  if (!app.player.ready) return app.notice('There is no audio yet: choose the recording first.');
  return app.player.play(turn.start, turn.end);
}

function assignByNumber(app, event) {
  const speaker = app.state.speakers[Number(event.key) - 1];
  if (speaker) assign(app, speaker.id);
}

function openOwn(app) {
  const turn = app.selected[0];
  if (turn) app.openSpeaker(turn.speaker);
  else app.notice('Select a turn first.');
}

/** "Ctrl+Shift+z" of an event; the Mac's command key counts as Ctrl. */
function nameOfKey(event) {
  const modifiers = [
    event.ctrlKey || event.metaKey ? 'Ctrl+' : '',
    event.altKey ? 'Alt+' : '',
    event.shiftKey && event.key.length > 1 ? 'Shift+' : '',
  ];
  const letter = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (event.shiftKey && (event.ctrlKey || event.metaKey) && event.key.length === 1) modifiers[2] = 'Shift+';
  return modifiers.join('') + letter;
}

const TYPING = 'input, select, textarea, [contenteditable]';

export function listenToKeys(app, stage) {
  document.addEventListener('keydown', (event) => {
    const { target } = event;
    if (target.closest('dialog') || (target.matches(TYPING) && target.type !== 'checkbox')) return;
    const name = nameOfKey(event);
    const entry = KEYS.find(([keys]) => keys.includes(name));
    if (!entry) return;
    const onStage = target === stage;
    const free = target === document.body;
    const letter = name.length === 1 && name !== ' ';
    if (!onStage && !name.startsWith('Ctrl+') && (!free || letter)) return;
    event.preventDefault();
    entry[3](app, event);
  }, app.closing);
}

export function openHelp() {
  const row = ([, shown, what]) => h('tr', {}, h('th', { scope: 'row' }, h('kbd', {}, shown)), h('td', {}, what));
  openDialog(
    'Mouse, touch and keys',
    h(
      'ul',
      { class: 'hints' },
      h('li', {}, 'Wheel: zoom. Shift and wheel, or sideways: move. Drag: move. Two fingers: zoom.'),
      h('li', {}, 'Click: play from there, and select the turn. Ctrl and click: select several.'),
      h('li', {}, 'Drag the edge of a turn: move its boundary. Shift and drag in a lane: add a turn.'),
      h('li', {}, 'Click a name at the left: rename, merge or split a speaker.'),
    ),
    h('p', {}, 'Keys, while the timeline has the focus:'),
    h('table', { class: 'keys' }, h('tbody', {}, ...KEYS.map(row))),
  );
}
