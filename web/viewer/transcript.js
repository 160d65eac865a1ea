// The transcript beside the timeline: what is said follows the play head, and a word that is clicked is played.
import { button, h, nameText } from './dom.js';
import { Lane } from './lanes.js';
import { speakerVariable } from './palette.js';
import { clock } from './time.js';
import { currentSpeaker, speakerOf } from './turns.js';

/** The words of a segment [{start, end, text}], blanks before them included, times in microseconds; the file has milliseconds, from its start and how long. */
export function wordsOf(segment) {
  const { start, words, at_ms: at, for_ms: duration } = segment;
  return words.map((text, i) => ({
    text,
    start: start + at[i] * 1000,
    end: start + (at[i] + duration[i]) * 1000,
  }));
}

/**
 * Whose words a segment holds now: the speaker whom the file names, as long as he has a turn there; else who speaks
 * there for longest; else whom the file names.
 */
export function speakerOfSegment(segment, state, lanes, idByName) {
  const named = idByName.get(segment.speaker);
  const own = named === undefined ? null : currentSpeaker(state, named);
  const heard = (id) => {
    const lane = lanes.get(id);
    if (!lane) return 0;
    const [from, until] = lane.within(segment.start, segment.end);
    let time = 0;
    for (let i = from; i < until; i++) {
      time += Math.max(0, Math.min(lane.turns[i].end, segment.end) - Math.max(lane.turns[i].start, segment.start));
    }
    return time;
  };
  if (own !== null && heard(own) > 0) return own;
  let best = own !== null && lanes.has(own) ? own : null;
  let most = 0;
  for (const id of lanes.keys()) {
    const time = heard(id);
    if (time > most) [best, most] = [id, time];
  }
  return best;
}

export class Transcript {
  constructor(app) {
    this.app = app;
    this.segments = app.report.transcript.segments;
    this.index = new Lane(this.segments);
    this.idByName = new Map(app.history.original.speakers.map((speaker) => [speaker.name, speaker.id]));
    this.active = null;
    this.find = h('input', { type: 'search', id: 'transcript-find', placeholder: 'Find a word', autocomplete: 'off', oninput: () => this.filter() });
    this.list = h('div', { class: 'said', tabindex: '0', role: 'region', 'aria-label': 'What is said' });
    this.count = h('span', { class: 'hint', role: 'status' });
    this.element = h(
      'section',
      { class: 'panel transcript', 'aria-labelledby': 'transcript-title' },
      h('div', { class: 'panel-head' }, h('h2', { id: 'transcript-title' }, 'Transcript'), h('label', { for: 'transcript-find', class: 'hidden' }, 'Find in the transcript'), this.find, this.count),
      this.list,
    );
    this.paragraphs = this.segments.map((segment) => this.paragraph(segment));
    this.list.append(...this.paragraphs.map(({ element }) => element));
    this.list.addEventListener('click', (event) => this.click(event));
    app.on('state', () => this.name());
    app.on('playhead', () => this.follow());
    this.name();
  }

  paragraph(segment) {
    const words = wordsOf(segment);
    const play = () => this.play(segment.start);
    const time = button({ class: 'link', text: clock(segment.start), title: 'Play from here', onclick: play });
    const who = h('b', { class: 'who' });
    const spans = words.map((word) => h('span', { class: 'word', 'data-at': String(word.start) }, word.text.trim()));
    // Blanks between words are text of their own, so that lines break there; Chinese has none.
    const said = h('p', { dir: 'auto' }, ...spans.flatMap((span, i) => (i && /^\s/.test(words[i].text) ? [' ', span] : [span])));
    return { segment, words, spans, who, element: h('div', { class: 'segment' }, h('div', { class: 'segment-head' }, who, time), said) };
  }

  /** Puts the speakers' names as they are now. */
  name() {
    const { state, lanes } = this.app;
    for (const { segment, who, element } of this.paragraphs) {
      const id = speakerOfSegment(segment, state, lanes, this.idByName);
      const name = id === null ? segment.speaker || 'Nobody' : speakerOf(state, id).name;
      element.style.setProperty('--speaker', id === null ? 'var(--soft)' : speakerVariable(id));
      if (who.textContent !== name) who.replaceChildren(nameText(name));
    }
  }

  /** What the file's segments are to be called in a copy with the edits inside. */
  currentNames() {
    const { state, lanes } = this.app;
    return this.segments.map((segment) => {
      const id = speakerOfSegment(segment, state, lanes, this.idByName);
      return id === null ? segment.speaker : speakerOf(state, id).name;
    });
  }

  play(time) {
    const { app } = this;
    app.goTo(time);
    if (app.player.ready && app.playOnClick) app.player.play(time);
  }
  click(event) {
    const at = event.target.closest('.word');
    if (at && String(window.getSelection()) === '') this.play(Number(at.dataset.at));
  }

  follow() {
    const { app } = this;
    const segment = this.index.at(app.playhead);
    const paragraph = segment ? this.paragraphs[this.segments.indexOf(segment)] : null;
    if (paragraph !== this.active) {
      if (this.active) this.active.element.classList.remove('active');
      this.active = paragraph;
      if (paragraph) {
        paragraph.element.classList.add('active');
        if (app.follow) this.scrollTo(paragraph.element);
      }
    }
    const word = paragraph ? paragraph.words.findIndex((each) => app.playhead >= each.start && app.playhead < each.end) : -1;
    const span = word >= 0 ? paragraph.spans[word] : null;
    if (span === this.word) return;
    if (this.word) this.word.classList.remove('now');
    this.word = span;
    if (span) span.classList.add('now');
  }
  /** Within the list alone: the page stays where it is. */
  scrollTo(element, tries = 3) {
    const [top, bottom] = [element.offsetTop - this.list.offsetTop, element.offsetTop - this.list.offsetTop + element.offsetHeight];
    const { scrollTop, clientHeight } = this.list;
    if (top >= scrollTop + 8 && bottom <= scrollTop + clientHeight - 8) return;
    const near = Math.abs(top - scrollTop) < 2 * clientHeight;
    const smooth = near && !matchMedia('(prefers-reduced-motion: reduce)').matches;
    this.list.scrollTo({ top: top - clientHeight / 3, behavior: smooth ? 'smooth' : 'auto' });
    // Heights of what was never shown are guesses: where the aim was far, look again.
    if (!near && tries > 0) requestAnimationFrame(() => this.scrollTo(element, tries - 1));
  }

  filter() {
    const wanted = this.find.value.trim().toLocaleLowerCase();
    let found = 0;
    for (const { segment, element } of this.paragraphs) {
      const text = segment.words.join('');
      const shown = !wanted || text.toLocaleLowerCase().includes(wanted);
      element.hidden = !shown;
      if (shown) found++;
    }
    this.count.textContent = wanted ? `${found} of ${this.segments.length}` : '';
  }
}
