// The voices that the server knows: looked at, renamed, forgotten.
import { button, h, nameText, openDialog } from '../viewer/dom.js';
import { lengthText } from '../viewer/time.js';
import { SPEAKERS } from './api.js';
import { confirm } from './recording_list.js';

const pathOf = (voice) => `${SPEAKERS}/${encodeURIComponent(voice.name)}`;

export class VoicesPanel {
  constructor(site) {
    this.site = site;
    this.body = h('div', {});
    this.summary = h('summary', {}, 'Known voices');
    this.element = h('details', { class: 'panel voices', ontoggle: () => this.element.open && this.show() }, this.summary, this.body);
  }

  async show() {
    try {
      const { speakers } = await this.site.api.json(SPEAKERS);
      this.body.replaceChildren(speakers.length ? this.table(speakers) : h('p', { class: 'hint' }, 'None yet: give a speaker a name in a recording that is done.'));
    } catch (error) {
      this.site.say(error.message);
    }
  }
  table(voices) {
    const row = (voice) => h(
      'tr',
      {},
      h('th', { scope: 'row' }, nameText(voice.name)),
      h('td', {}, lengthText(voice.speech_s * 1e6)),
      h('td', {}, String(voice.sessions.length)),
      h(
        'td', {},
        button({ text: 'Rename', class: 'quiet', 'aria-label': `Rename ${voice.name}`, onclick: () => this.rename(voice) }),
        button({ text: 'Forget', class: 'quiet', 'aria-label': `Forget ${voice.name}`, onclick: () => this.forget(voice) }),
      ),
    );
    return h(
      'div',
      { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Known voices, table' },
      h(
        'table', {},
        h('thead', {}, h('tr', {}, ...['Voice', 'Speech', 'Recordings'].map((text) => h('th', { scope: 'col' }, text)), h('td', {}))),
        h('tbody', {}, ...voices.map(row)),
      ),
    );
  }

  async change(act, said) {
    try {
      await act();
      this.site.say(said);
    } catch (error) {
      this.site.say(error.message);
    }
    await this.show();
    this.summary.focus();
  }
  rename(voice) {
    const input = h('input', { type: 'text', id: 'voice-name', value: voice.name, autocomplete: 'off', dir: 'auto', required: true });
    const submit = (event) => {
      event.preventDefault();
      const name = input.value.trim();
      dialog.close();
      if (name && name !== voice.name) this.change(() => this.site.api.send('PATCH', pathOf(voice), { name }), `${voice.name} is ${name} from now on.`);
    };
    const dialog = openDialog('Rename', h('form', { class: 'part', onsubmit: submit }, h('label', { for: 'voice-name' }, 'Name'), input, h('button', { class: 'primary' }, 'Rename')));
    input.select();
  }
  forget(voice) {
    const run = () => this.change(() => this.site.api.json(pathOf(voice), { method: 'DELETE' }), `${voice.name} is forgotten.`);
    confirm('Forget', [nameText(voice.name), ': what the server knows of this voice goes.'], 'Forget', run);
  }
}
