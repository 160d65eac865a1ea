// Sentences for everybody: on the screen for a while, and read aloud.
import { h } from './dom.js';

/** How long one stays on the screen. */
const NOTICE_MS = 6000;

/** {element, say(text)}. */
export function noticeBar() {
  const element = h('div', { class: 'notice', role: 'status', 'aria-live': 'polite' });
  let timer = 0;
  const say = (text) => {
    // The same sentence twice is news too.
    element.replaceChildren(h('span', {}, text));
    element.classList.add('shown');
    clearTimeout(timer);
    timer = setTimeout(() => element.classList.remove('shown'), NOTICE_MS);
  };
  return { element, say };
}
