// The reference that the turns were held against: its lanes, the errors by kind, and the rates. All figures are those of
// `diarist score`, for the turns as they were when the file was made.
import { bar, stackedColumns } from './charts.js';
import { h, nameText } from './dom.js';
import { colourOfSpeaker } from './drawing.js';
import { Lane } from './lanes.js';
import { rowsOf } from './report_data.js';
import { clock, lengthText } from './time.js';

const KINDS = [
  { key: 'miss', colour: 'miss', variable: 'var(--miss)', name: 'Missed', hint: 'somebody speaks, and no turn says so' },
  { key: 'false_alarm', colour: 'falseAlarm', variable: 'var(--false-alarm)', name: 'False alarm', hint: 'a turn, and nobody speaks' },
  { key: 'confusion', colour: 'confusion', variable: 'var(--confusion)', name: 'Confusion', hint: 'a turn of somebody else' },
];

const stretches = ({ start, end }) => new Lane(start.map((from, i) => ({ start: from, end: end[i] })));

/** What the timeline draws, of the file's `reference` and the state as the file has it; null without one. */
export function makeReference(reference, original) {
  if (!reference) return null;
  const turns = rowsOf(reference.turns);
  return {
    ...reference,
    lanes: reference.speakers.map(({ name, mapped }, i) => ({
      name,
      mapped: mapped === null ? null : original.speakers[mapped].id,
      index: new Lane(turns.filter((turn) => turn.speaker === i)),
    })),
    /** A reference speaker has the colour of whom he is taken for. */
    colourOf: (lane, palette) => (lane.mapped === null ? palette.soft : colourOfSpeaker(palette, lane.mapped)),
    kinds: KINDS.map((kind) => ({ ...kind, lane: stretches(reference.errors[kind.key]) })),
  };
}

const seconds = (value) => `${value.toFixed(2)} s`;

/** An error rate: a share of nothing is none, or infinite where there is an error all the same. */
const rate = (error, total) => (total > 0 ? percent2(error / total) : error > 0 ? '∞' : '–');
const percent2 = (share) => `${(100 * share).toFixed(2)} %`;

export class ReferencePanel {
  constructor(app) {
    this.app = app;
    const { reference } = app;
    this.stale = h('p', { class: 'warning', hidden: true }, 'These figures are of the turns as the file was made, without your changes.');
    this.element = h(
      'section',
      { class: 'panel reference', 'aria-labelledby': 'reference-title' },
      h('h2', { id: 'reference-title' }, 'Against the reference'),
      this.stale,
      this.rates(reference),
      this.byTime(reference),
      this.bySpeaker(reference),
      h('p', { class: 'hint' }, this.convention(reference)),
    );
    const show = () => (this.stale.hidden = !(app.history.changed || app.report.edited));
    app.on('state', show);
    show();
  }

  convention({ collar, skip_overlap: skipped }) {
    return `As “diarist score” counts: convention pyannote, collar ${collar} s in all, overlap ${skipped ? 'skipped' : 'scored'}.`;
  }

  rates({ score, kinds }) {
    const error = score.miss + score.false_alarm + score.confusion;
    const card = (name, value, more, colour) =>
      h('div', { class: 'card' }, h('dt', {}, colour ? h('i', { class: 'swatch', style: { background: colour } }) : null, name), h('dd', {}, h('b', {}, value), h('small', {}, more)));
    return h(
      'dl',
      { class: 'cards' },
      card('DER', rate(error, score.total), `${seconds(error)} of ${seconds(score.total)}`),
      ...kinds.map(({ key, name, variable, hint }) => card(name, rate(score[key], score.total), `${seconds(score[key])}: ${hint}`, variable)),
      card('JER', percent2(score.jer), 'each speaker weighs alike'),
    );
  }

  byTime(reference) {
    const { app } = this;
    const { step, total } = reference.by_stretch;
    const rateOf = (i) => KINDS.reduce((sum, { key }) => sum + reference.by_stretch[key][i], 0);
    const columns = total.map((all, i) => ({
      label: `${clock(i * step)} to ${clock((i + 1) * step)}: DER ${rate(rateOf(i), all)}`,
      parts: KINDS.map(({ key, variable }) => ({ value: reference.by_stretch[key][i], colour: variable })),
    }));
    const most = Math.max(...total.map((_, i) => rateOf(i)));
    const row = (_, i) =>
      h(
        'tr', {}, h('th', { scope: 'row' }, `${clock(i * step)} to ${clock((i + 1) * step)}`), h('td', {}, rate(rateOf(i), total[i])),
        ...KINDS.map(({ key }) => h('td', {}, seconds(reference.by_stretch[key][i]))), h('td', {}, seconds(total[i])),
      );
    return h(
      'figure',
      {},
      h('figcaption', {}, `Errors in stretches of ${lengthText(step)}, the highest column ${seconds(most)}`),
      stackedColumns({
        columns, most, label: 'Seconds of error in each stretch of the recording, by kind; the table below has the numbers.',
        onPick: (i) => app.goTo(i * step), start: clock(0), end: clock(app.duration),
      }),
      h(
        'details', {}, h('summary', {}, 'As a table'),
        h('table', {}, this.head('Stretch'), h('tbody', {}, ...total.map(row))),
      ),
    );
  }

  head(first, ...more) {
    const heads = [first, ...more, 'DER', ...KINDS.map(({ name }) => name), 'Speech'];
    return h('thead', {}, h('tr', {}, ...heads.map((text) => h('th', { scope: 'col' }, text))));
  }

  bySpeaker({ by_speaker: rows }) {
    const error = (row) => row.miss + row.false_alarm + row.confusion;
    const most = Math.max(1e-9, ...rows.map(error));
    return h(
      'div',
      { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Errors by speaker, table' },
      h(
        'table',
        {},
        h('caption', {}, 'Errors by speaker'),
        this.head('In the reference', 'Taken for'),
        h(
          'tbody',
          {},
          ...rows.map((row) =>
            h(
              'tr',
              {},
              h('th', { scope: 'row' }, row.reference === null ? '–' : nameText(row.reference)),
              h('td', {}, row.hypothesis === null ? '–' : nameText(row.hypothesis)),
              h('td', {}, bar(error(row) / most, 'var(--accent)'), rate(error(row), row.total)),
              ...KINDS.map(({ key }) => h('td', {}, seconds(row[key]))),
              h('td', {}, seconds(row.total)),
            ),
          ),
        ),
      ),
    );
  }
}
