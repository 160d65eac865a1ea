// Who speaks how much, as figures and small charts; made anew after each edit.
import { bar, histogram, lengthBins, stackedColumns, wholeBar } from './charts.js';
import { button, h, nameText } from './dom.js';
import { speakerVariable } from './palette.js';
import { BREATH, PARTS, SILENCE } from './statistics.js';
import { clock, lengthText, percent } from './time.js';

/** A table of who interrupts whom gets unreadable with more. */
const MOST_IN_MATRIX = 12;

const swatch = (id) => h('i', { class: 'swatch', style: { background: speakerVariable(id) } });

export class FiguresPanel {
  constructor(app) {
    this.app = app;
    this.element = h('section', { class: 'panel figures', 'aria-labelledby': 'figures-title' });
    app.on('state', () => this.show());
    this.show();
  }

  show() {
    this.element.replaceChildren(
      h('h2', { id: 'figures-title' }, 'Figures'),
      this.cards(),
      this.whole(),
      this.speakers(),
      this.overTime(),
      h('div', { class: 'side-by-side' }, this.lengths(), this.matrix()),
      this.meanings(),
    );
  }

  /** A button that goes to where something is. */
  place(stretch, text) {
    const { app } = this;
    const go = () => {
      app.goTo(stretch.start);
      app.view.reveal(stretch.start, stretch.end);
    };
    return button({ class: 'link', text, title: `Show ${clock(stretch.start)} to ${clock(stretch.end)}`, onclick: go });
  }

  cards() {
    const { figures, duration, app } = { figures: this.app.figures, duration: this.app.duration, app: this.app };
    const card = (name, value, more) => h('div', { class: 'card' }, h('dt', {}, name), h('dd', {}, h('b', {}, value), h('small', {}, more)));
    const { monologue, longestSilence } = figures;
    const share = (us) => percent(duration ? us / duration : 0);
    return h(
      'dl',
      { class: 'cards' },
      card('Speech', lengthText(figures.speech), `${share(figures.speech)} of the recording`),
      card('Turns', String(figures.turns), figures.turns ? `${lengthText(app.state.turns.reduce((sum, turn) => sum + turn.end - turn.start, 0) / figures.turns)} each, on average` : 'nobody speaks'),
      card('Overlap', lengthText(figures.overlap), `${figures.overlaps} times, ${share(figures.overlap)}`),
      card('Interruptions', String(figures.interruptions.length), 'begun while another spoke'),
      card(
        'Longest monologue',
        monologue ? lengthText(monologue.end - monologue.start) : '–',
        monologue ? [nameText(app.nameOf(monologue.speaker)), ', ', this.place(monologue, `at ${clock(monologue.start)}`)] : '',
      ),
      card(
        'Silences',
        String(figures.silences),
        longestSilence ? ['longest ', this.place(longestSilence, lengthText(longestSilence.end - longestSilence.start))] : 'none',
      ),
    );
  }

  whole() {
    const { figures, duration } = this.app;
    if (!duration) return null;
    const part = (name, us, colour) => ({ name, share: us / duration, colour, text: `${lengthText(us)} (${percent(us / duration)})` });
    return wholeBar([
      part('One speaks', figures.speech - figures.overlap, 'var(--accent)'),
      part('Several speak', figures.overlap, 'var(--overlap)'),
      part('Nobody speaks', figures.silence, 'var(--wave)'),
    ]);
  }

  speakers() {
    const { app } = this;
    const most = Math.max(1e-9, ...app.figures.speakers.map((each) => each.share));
    const row = (figure) =>
      h(
        'tr',
        {},
        h('th', { scope: 'row' }, swatch(figure.id), nameText(app.nameOf(figure.id))),
        h('td', { class: 'wide' }, bar(figure.share / most, speakerVariable(figure.id))),
        h('td', {}, percent(figure.share)),
        h('td', {}, lengthText(figure.time)),
        h('td', {}, String(figure.turns)),
        h('td', {}, lengthText(figure.mean)),
        h('td', {}, figure.monologue ? lengthText(figure.monologue.end - figure.monologue.start) : '–'),
        h('td', {}, lengthText(figure.together)),
        h('td', {}, `${figure.by} / ${figure.of}`),
        h('td', {}, figure.confidence === null ? '–' : percent(figure.confidence)),
      );
    const heads = ['Share', 'Time', 'Turns', 'Mean turn', 'Longest', 'In overlap', 'Interrupts / is', 'Confidence'];
    return h(
      'div',
      { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Speakers, table' },
      h(
        'table',
        { class: 'speakers' },
        h('caption', {}, 'Speakers'),
        h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, 'Speaker'), h('td', { class: 'wide' }), ...heads.map((head) => h('th', { scope: 'col' }, head)))),
        h('tbody', {}, ...[...app.figures.speakers].sort((a, b) => b.time - a.time).map(row)),
      ),
    );
  }

  overTime() {
    const { app } = this;
    const width = app.duration / PARTS;
    if (!app.state.turns.length) return null;
    const columns = Array.from({ length: PARTS }, (_, i) => {
      const parts = app.state.speakers.map(({ id }) => ({ id, value: app.figures.overTime.get(id)[i] / width }));
      const said = parts.filter(({ value }) => value > 0).map(({ id, value }) => `${app.nameOf(id)} ${percent(value)}`);
      return {
        label: `${clock(i * width)} to ${clock((i + 1) * width)}: ${said.join(', ') || 'nobody'}`,
        parts: parts.map(({ id, value }) => ({ value, colour: speakerVariable(id) })),
      };
    });
    const most = Math.max(1, ...columns.map((column) => column.parts.reduce((sum, { value }) => sum + value, 0)));
    return h(
      'figure',
      {},
      h('figcaption', {}, 'Who speaks when'),
      stackedColumns({
        columns,
        most,
        label: `Shares of speaking time in ${PARTS} equal parts of the recording, stacked by speaker; the table of turns has the same in numbers.`,
        onPick: (i) => app.goTo(i * width),
        start: clock(0),
        end: clock(app.duration),
      }),
    );
  }

  lengths() {
    const { turns } = this.app.state;
    return histogram(lengthBins(turns.map((turn) => turn.end - turn.start)), 'Lengths of turns');
  }

  matrix() {
    const { app } = this;
    const { speakers } = app.state;
    if (speakers.length < 2 || speakers.length > MOST_IN_MATRIX) return null;
    const counts = new Map();
    for (const { by, of } of app.figures.interruptions) counts.set(`${by} ${of}`, (counts.get(`${by} ${of}`) || 0) + 1);
    return h(
      'div',
      { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Interruptions, table' },
      h(
        'table',
        { class: 'matrix' },
        h('caption', {}, 'Who interrupts (rows) whom (columns)'),
        h('thead', {}, h('tr', {}, h('td', {}), ...speakers.map(({ id, name }) => h('th', { scope: 'col', title: name }, swatch(id), nameText(name))))),
        h(
          'tbody',
          {},
          ...speakers.map((by) =>
            h(
              'tr',
              {},
              h('th', { scope: 'row', title: by.name }, swatch(by.id), nameText(by.name)),
              ...speakers.map((of) => h('td', {}, by === of ? '·' : String(counts.get(`${by.id} ${of.id}`) || 0))),
            ),
          ),
        ),
      ),
    );
  }

  meanings() {
    return h(
      'details',
      {},
      h('summary', {}, 'What the figures mean'),
      h(
        'ul',
        { class: 'hints' },
        h('li', {}, 'Share: of the speaking time of all. A speaker’s time counts once where turns of the same name overlap.'),
        h('li', {}, 'Interruption: somebody begins while another speaks, and still speaks when the other has stopped. A short word inside of another’s turn is none.'),
        h('li', {}, `Monologue: nobody else speaks, and no pause is longer than ${BREATH / 1e6} s.`),
        h('li', {}, `Silence: nobody speaks for at least ${SILENCE / 1e6} s.`),
        h('li', {}, 'Confidence: how sure the program was of the turns, on average over their time. In the timeline unsure turns are paler.'),
      ),
    );
  }
}
