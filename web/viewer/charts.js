// Small charts, as SVG that says in words what it shows.
import { h, svg } from './dom.js';

const WIDTH = 600;

/**
 * Stacked columns: `columns` are [{label, parts: [{value, colour}]}] from left to right, `most` the value of the full
 * height. `onPick(i)` is called when one is clicked; the same can be reached without a mouse elsewhere.
 */
export function stackedColumns({ columns, most, height = 90, label, onPick, start, end }) {
  const step = WIDTH / columns.length;
  const groups = columns.map((column, i) => {
    let top = height;
    const rects = column.parts.map(({ value, colour }) => {
      const size = most > 0 ? Math.min(1, value / most) * height : 0;
      top -= size;
      return svg('rect', { x: (i * step).toFixed(2), y: top.toFixed(2), width: Math.max(0.5, step - 1).toFixed(2), height: size.toFixed(2), style: { fill: colour } });
    });
    const whole = svg('rect', { x: (i * step).toFixed(2), y: 0, width: step.toFixed(2), height, class: 'touch' });
    return svg('g', { onclick: () => onPick && onPick(i) }, svg('title', {}, column.label), whole, ...rects);
  });
  const picture = svg(
    'svg',
    { viewBox: `0 0 ${WIDTH} ${height}`, preserveAspectRatio: 'none', role: 'img', 'aria-label': label, class: 'columns', style: { height: `${height}px` } },
    svg('line', { x1: 0, x2: WIDTH, y1: height - 0.5, y2: height - 0.5, class: 'axis' }),
    ...groups,
  );
  return h('div', { class: 'chart' }, picture, h('div', { class: 'ends', 'aria-hidden': 'true' }, h('span', {}, start), h('span', {}, end)));
}

/** A bar of a share from 0 to 1; the number stands beside it in text. */
export function bar(share, colour) {
  return h('span', { class: 'bar', 'aria-hidden': 'true' }, h('i', { style: { width: `${(100 * share).toFixed(2)}%`, background: colour } }));
}

/** Parts of a whole in one bar: [{name, share, colour, text}], with a legend that has the numbers. */
export function wholeBar(parts) {
  return h(
    'div',
    { class: 'whole' },
    h(
      'div',
      { class: 'whole-bar', 'aria-hidden': 'true' },
      ...parts.map(({ share, colour }) => h('i', { style: { width: `${(100 * share).toFixed(3)}%`, background: colour } })),
    ),
    h(
      'ul',
      { class: 'legend' },
      ...parts.map(({ name, colour, text }) => h('li', {}, h('i', { class: 'swatch', style: { background: colour } }), `${name} `, h('b', {}, text))),
    ),
  );
}

/** Bins of lengths that people tell apart, in seconds. */
const EDGES_S = [0.5, 1, 2, 5, 10, 20, 60];

/** How many of the lengths (microseconds) lie in each bin: [{label, count}]. */
export function lengthBins(lengths) {
  const bins = EDGES_S.map((edge, i) => ({ label: i ? `${EDGES_S[i - 1]} to ${edge} s` : `under ${edge} s`, count: 0 }));
  bins.push({ label: `over ${EDGES_S[EDGES_S.length - 1]} s`, count: 0 });
  for (const length of lengths) {
    const at = EDGES_S.findIndex((edge) => length < edge * 1e6);
    bins[at < 0 ? bins.length - 1 : at].count++;
  }
  return bins;
}

export function histogram(bins, label) {
  const most = Math.max(1, ...bins.map((bin) => bin.count));
  return h(
    'table',
    { class: 'histogram' },
    h('caption', {}, label),
    h(
      'tbody',
      {},
      ...bins.map(({ label: name, count }) =>
        h('tr', {}, h('th', { scope: 'row' }, name), h('td', {}, bar(count / most, 'var(--accent)')), h('td', {}, String(count))),
      ),
    ),
  );
}
