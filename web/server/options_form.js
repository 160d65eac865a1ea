// How recordings are worked on: what the server's options are called for people.
import { h } from '../viewer/dom.js';

const PRESETS = [
  ['exact', 'Exact: slowest'],
  ['balanced', 'Balanced'],
  ['fast', 'Fast: less exact'],
];

export class OptionsForm {
  constructor() {
    this.preset = h('select', { id: 'preset' }, ...PRESETS.map(([value, text]) => h('option', { value, selected: value === 'balanced' }, text)));
    this.speakers = h('input', { id: 'speakers', type: 'number', min: '1', max: '1000', step: '1', placeholder: 'any', inputmode: 'numeric' });
    this.identify = h('input', { type: 'checkbox', id: 'identify', checked: true, onchange: () => this.follow() });
    this.remember = h('input', { type: 'checkbox', id: 'remember' });
    this.element = h(
      'details',
      { class: 'options' },
      h('summary', {}, 'Options'),
      h(
        'div',
        { class: 'group' },
        h('label', { class: 'field' }, h('span', {}, 'Preset'), this.preset),
        h('label', { class: 'field' }, h('span', {}, 'Speakers, if you know'), this.speakers),
        h('label', { class: 'check' }, this.identify, 'Name the voices that are known'),
        h('label', { class: 'check' }, this.remember, 'Remember the other voices too'),
      ),
    );
  }

  follow() {
    this.remember.disabled = !this.identify.checked;
    if (!this.identify.checked) this.remember.checked = false;
  }

  /** Of a file, as the query has them. Throws an Error with a sentence for people. */
  get values() {
    if (!this.speakers.checkValidity()) {
      this.element.open = true;
      this.speakers.focus();
      throw new Error('The number of speakers is a whole number from 1 to 1000, or empty.');
    }
    const flag = (box) => (box.checked ? 'true' : '');
    return { preset: this.preset.value, speakers: this.speakers.value, identify: flag(this.identify), remember: flag(this.remember) };
  }
  /** Of a live stream, which remembers nobody. */
  get liveValues() {
    const { preset, speakers, identify } = this.values;
    return { preset, speakers, identify };
  }
}
