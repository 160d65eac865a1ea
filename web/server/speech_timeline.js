// The timeline of a recording that the server is at work on: where one speaks and where several do, as far as it is known.
// Who they are is known at the end, when the viewer takes its place.
import { h, svg } from '../viewer/dom.js';
import { clock, lengthText } from '../viewer/time.js';

const LANE = 30;
/** More channels than have room at that height stand closer. */
const MOST_HEIGHT = 240;
const us = (seconds) => seconds * 1e6;

/** What is known of a recording's speech, from the server's events. */
export class Speech {
  constructor() {
    this.clear();
  }
  clear() {
    this.known = 0;
    this.channels = [];
    this.one = '';
    this.several = '';
    this.one_s = 0;
    this.several_s = 0;
    this.end_s = 0;
  }

  /** One event's data. False where it does not go on from what is known: the server began anew, which is heard of again. */
  add({ first, stretches }) {
    if (first === 0) this.clear();
    if (first !== this.known) return false;
    this.known += stretches.length;
    for (const { start_s: start, end_s: end, speakers, channel } of stretches) {
      if (!this.channels.includes(channel)) this.channels.push(channel);
      const top = this.channels.indexOf(channel) * LANE;
      const box = `M${start} ${top + 3}H${end}V${top + LANE - 3}H${start}Z`;
      if (speakers > 1) this.several += box;
      else this.one += box;
      if (speakers > 1) this.several_s += end - start;
      else this.one_s += end - start;
      this.end_s = Math.max(this.end_s, end);
    }
    return true;
  }

  /** In words, for those who do not see it. */
  text() {
    if (this.known === 0) return 'No speech is known yet.';
    const several = this.several_s > 0 ? `, ${lengthText(us(this.several_s))} of it by several at once` : '';
    const channels = this.channels.length > 1 ? `, in ${this.channels.length} channels together` : '';
    return `Speech so far: ${lengthText(us(this.one_s + this.several_s))}${several}${channels}.`;
  }
}

export class SpeechTimeline {
  constructor() {
    this.speech = new Speech();
    this.heard = svg('rect', { class: 'heard', x: 0, y: 0 });
    this.one = svg('path', { class: 'one' });
    this.several = svg('path', { class: 'several' });
    this.picture = svg('svg', { class: 'speech', preserveAspectRatio: 'none', 'aria-hidden': 'true' }, this.heard, this.one, this.several);
    this.end = h('span', {});
    this.words = h('p', { class: 'hint' });
    this.element = h('div', { hidden: true }, this.picture, h('div', { class: 'ends', 'aria-hidden': 'true' }, h('span', {}, clock(0)), this.end), this.words);
  }

  add(data) {
    this.speech.add(data);
    this.drawn = false;
  }

  /** `done` and `total` in seconds; `total` is null where it is not known. */
  show(done, total) {
    const { speech } = this;
    const heard = Math.max(done, speech.end_s);
    const end = Math.max(total || 0, heard, 1);
    const height = Math.max(1, speech.channels.length) * LANE;
    this.picture.setAttribute('viewBox', `0 0 ${end} ${height}`);
    this.picture.style.height = `${Math.min(height, MOST_HEIGHT)}px`;
    this.heard.setAttribute('width', heard);
    this.heard.setAttribute('height', height);
    if (!this.drawn) {
      this.drawn = true;
      this.one.setAttribute('d', speech.one);
      this.several.setAttribute('d', speech.several);
    }
    this.end.textContent = clock(us(end));
    const words = speech.text();
    if (this.words.textContent !== words) this.words.textContent = words;
    this.element.hidden = speech.known === 0;
  }
}
