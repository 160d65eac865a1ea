// What is selected, and what can be done with it.
import { button, h } from './dom.js';
import { addAtPlayhead, assign, assignToNew, join, removeSelected, setBoundary, splitAtPlayhead } from './edits.js';
import { clock, lengthText, parseClock, percent } from './time.js';

const NEW = 'new';

export class TurnBar {
  constructor(app) {
    this.app = app;
    this.element = h('section', { class: 'turn-bar', 'aria-label': 'Selected turn' });
    app.on('selection', () => this.show());
    app.on('state', () => this.show());
    this.show();
  }

  show() {
    const { app } = this;
    const turns = app.selected.map((turn) => app.shownTurn(turn));
    // While somebody types in it, it stays as it is.
    const focused = this.element.contains(document.activeElement) ? document.activeElement.id : null;
    const content = turns.length === 0 ? this.nothing() : turns.length === 1 ? this.one(turns[0]) : this.several(turns);
    this.element.replaceChildren(...content);
    const again = focused ? document.getElementById(focused) : null;
    if (again) again.focus({ preventScroll: true });
  }

  nothing() {
    return [
      h('p', { class: 'hint' }, 'Click a turn to select it; its edges can be dragged. Click a name to rename, merge or split.'),
      button({ text: 'Add a turn', title: 'Add a turn at the play head (A)', id: 'turn-add', onclick: () => addAtPlayhead(this.app) }),
    ];
  }

  speakerChoice(current) {
    const { app } = this;
    const change = (event) => {
      const { value } = event.target;
      if (value === NEW) assignToNew(app);
      else if (value !== '') assign(app, Number(value));
    };
    return h(
      'label',
      { class: 'field' },
      h('span', {}, 'Speaker'),
      h(
        'select',
        { id: 'turn-speaker', onchange: change },
        current === null ? h('option', { value: '', selected: true }, 'Give to …') : null,
        ...app.state.speakers.map((speaker) =>
          h('option', { value: String(speaker.id), selected: speaker.id === current }, speaker.name),
        ),
        h('option', { value: NEW }, 'A new speaker'),
      ),
    );
  }

  time(turn, side, label) {
    const { app } = this;
    const change = (event) => {
      const time = parseClock(event.target.value);
      if (time === null) app.notice(`“${event.target.value}” is no time. Write 1:02:03.5, 62:03 or 90.`);
      else if (clock(time, 3) !== clock(turn[side], 3)) setBoundary(app, turn, { [side]: time });
      event.target.value = clock(app.selected[0] ? app.selected[0][side] : turn[side], 3);
    };
    return h(
      'label',
      { class: 'field' },
      h('span', {}, label),
      h('input', { id: `turn-${side}`, type: 'text', inputmode: 'decimal', autocomplete: 'off', value: clock(turn[side], 3), onchange: change }),
    );
  }

  one(turn) {
    const { app } = this;
    const sure = turn.confidence === null ? 'confidence unknown' : `confidence ${percent(turn.confidence)}`;
    const number = app.state.turns.findIndex((each) => each.id === turn.id) + 1;
    return [
      h('p', { class: 'what' }, `Turn ${number} of ${app.state.turns.length}`, h('small', {}, `${lengthText(turn.end - turn.start)}, ${sure}`)),
      this.speakerChoice(turn.speaker),
      this.time(turn, 'start', 'Start'),
      this.time(turn, 'end', 'End'),
      h(
        'div',
        { class: 'buttons' },
        button({ text: 'Play', icon: 'play', id: 'turn-play', title: 'Play this turn (Enter)', disabled: !app.player.ready, onclick: () => app.player.play(turn.start, turn.end) }),
        button({ text: 'Split', id: 'turn-split', title: 'Split at the play head (S)', onclick: () => splitAtPlayhead(app) }),
        button({ text: 'Join', id: 'turn-join', title: 'Join with the speaker’s next turn (J)', onclick: () => join(app) }),
        button({ text: 'Delete', id: 'turn-delete', title: 'Delete (Delete)', class: 'danger', onclick: () => removeSelected(app) }),
      ),
    ];
  }

  several(turns) {
    const length = turns.reduce((sum, turn) => sum + turn.end - turn.start, 0);
    return [
      h('p', { class: 'what' }, `${turns.length} turns`, h('small', {}, lengthText(length))),
      this.speakerChoice(null),
      h('div', { class: 'buttons' }, button({ text: 'Delete', id: 'turn-delete', class: 'danger', onclick: () => removeSelected(this.app) })),
    ];
  }
}
