// The turns as a table: the timeline for whoever reads with ears or fingers, and a list for everybody.
import { button, h, nameText } from './dom.js';
import { speakerVariable } from './palette.js';
import { clock, lengthText, percent } from './time.js';

/** Rows at once: five thousand would make the page slow, and nobody reads them all. */
const PAGE = 100;

export class TurnTable {
  constructor(app) {
    this.app = app;
    this.page = 0;
    this.speaker = null;
    this.filter = h('select', { id: 'table-speaker', onchange: () => this.choose() });
    this.pages = h('div', { class: 'buttons pages' });
    this.body = h('tbody', {});
    const heads = ['Turn', 'Start', 'End', 'Length', 'Speaker', 'Confidence'];
    this.caption = h('caption', {});
    this.element = h(
      'section',
      { class: 'panel turns', 'aria-labelledby': 'turns-title' },
      h(
        'div',
        { class: 'panel-head' },
        h('h2', { id: 'turns-title' }, 'Turns'),
        h('label', { class: 'field' }, h('span', {}, 'Speaker'), this.filter),
        this.pages,
      ),
      h(
        'div',
        { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Turns, table' },
        h('table', {}, this.caption, h('thead', {}, h('tr', {}, ...heads.map((head) => h('th', { scope: 'col' }, head)))), this.body),
      ),
    );
    app.on('state', () => this.show());
    app.on('selection', () => this.mark(true));
    this.show();
  }

  get turns() {
    const { turns } = this.app.state;
    return this.speaker === null ? turns : turns.filter((turn) => turn.speaker === this.speaker);
  }

  choose() {
    this.speaker = this.filter.value === '' ? null : Number(this.filter.value);
    this.page = 0;
    this.show();
  }

  show() {
    const { speakers } = this.app.state;
    if (!speakers.some((each) => each.id === this.speaker)) this.speaker = null;
    const option = (value, name) => h('option', { value, selected: value === String(this.speaker === null ? '' : this.speaker) }, name);
    this.filter.replaceChildren(option('', 'All'), ...speakers.map((each) => option(String(each.id), each.name)));
    this.rows(this.page * PAGE, PAGE);
  }

  /** Shows so many rows from the `first` on. */
  rows(first, count) {
    const { turns } = this;
    const last = Math.max(0, Math.ceil(turns.length / PAGE) - 1);
    this.page = Math.min(last, Math.max(0, Math.floor(first / PAGE)));
    const from = count === PAGE ? this.page * PAGE : first;
    const shown = turns.slice(from, from + count);
    const all = this.app.state.turns;
    const place = new Map(all.map((turn, i) => [turn.id, i + 1]));
    this.caption.textContent = turns.length ? `Turns ${from + 1} to ${from + shown.length} of ${turns.length}` : 'No turns';
    this.body.replaceChildren(...shown.map((turn) => this.row(turn, place.get(turn.id))));
    const step = (by, name, picture) =>
      button({ icon: picture, label: name, disabled: by < 0 ? this.page === 0 : this.page >= last, onclick: () => this.rows((this.page + by) * PAGE, PAGE) });
    this.pages.replaceChildren(
      step(-1, 'Earlier turns', 'back'),
      h('span', { class: 'hint' }, `${this.page + 1} / ${last + 1}`),
      step(1, 'Later turns', 'forward'),
    );
    this.mark(false);
  }

  row(turn, number) {
    const { app } = this;
    const name = app.nameOf(turn.speaker);
    const label = `Turn ${number}: select and show`;
    return h(
      'tr',
      { 'data-turn': String(turn.id) },
      h('th', { scope: 'row' }, button({ class: 'link', text: String(number), title: label, onclick: () => app.goToTurn(turn) })),
      h('td', {}, clock(turn.start, 2)),
      h('td', {}, clock(turn.end, 2)),
      h('td', {}, lengthText(turn.end - turn.start)),
      h('td', {}, h('i', { class: 'swatch', style: { background: speakerVariable(turn.speaker) } }), nameText(name)),
      h('td', {}, turn.confidence === null ? '–' : percent(turn.confidence)),
    );
  }

  /** Marks the rows that are selected; turns to the page of the first one where `follow` says so. */
  mark(follow) {
    const { selection } = this.app;
    if (follow && selection.size) {
      const at = this.turns.findIndex((turn) => selection.has(turn.id));
      if (at >= 0 && Math.floor(at / PAGE) !== this.page) return this.rows(at, PAGE);
    }
    for (const row of this.body.children) {
      if (selection.has(Number(row.dataset.turn))) row.setAttribute('aria-current', 'true');
      else row.removeAttribute('aria-current');
    }
    return undefined;
  }

  /** All of them on paper. */
  printing(on) {
    if (on) this.rows(0, this.turns.length);
    else this.rows(this.page * PAGE, PAGE);
  }
}
