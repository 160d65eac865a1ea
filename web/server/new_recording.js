// Recordings come in: chosen, dropped, pasted, or from the microphone.
import { button, h } from '../viewer/dom.js';

/** What the server takes of a name. */
const MOST_BYTES = 200;

/** A file's name without folder and ending, as the server takes it. */
export function recordingName(file) {
  let name = file.replace(/^.*[/\\]/, '').replace(/(.)\.[^.]*$/, '$1').replace(/[\u0000-\u001f\u007f-\u009f]/g, ' ').trim();
  const bytes = new TextEncoder();
  while (bytes.encode(name).length > MOST_BYTES) name = [...name].slice(0, -1).join('');
  return name || 'recording';
}

export class NewRecording {
  /** `onFiles(files)` and `onRecord()` are called with what is wanted; `options` is an OptionsForm. */
  constructor({ options, onFiles, onRecord, signal }) {
    this.onFiles = onFiles;
    const take = (list) => {
      const files = [...(list || [])];
      if (files.length) onFiles(files);
    };
    this.file = h('input', { type: 'file', id: 'files', class: 'hidden', multiple: true, accept: 'audio/*,video/*', tabindex: '-1', 'aria-label': 'Recordings', onchange: () => {
      take(this.file.files);
      this.file.value = '';
    } });
    this.element = h(
      'section',
      { class: 'panel new', 'aria-labelledby': 'new-title' },
      h('h2', { id: 'new-title' }, 'New recording'),
      h(
        'div',
        { class: 'drop' },
        h(
          'div', { class: 'buttons' },
          button({ text: 'Choose files', class: 'primary', id: 'choose', onclick: () => this.file.click() }),
          this.file,
          button({ text: 'Record', id: 'record', onclick: onRecord }),
        ),
        h('p', { class: 'hint' }, 'Or drop files anywhere on this page, or paste them. The recordings stay on this server.'),
      ),
      options.element,
    );
    const over = (event) => {
      if (!event.dataTransfer || ![...event.dataTransfer.types].includes('Files')) return false;
      event.preventDefault();
      this.element.classList.toggle('dropping', event.type === 'dragover');
      return true;
    };
    document.addEventListener('dragover', over, { signal });
    document.addEventListener('dragleave', over, { signal });
    document.addEventListener('drop', (event) => over(event) && take(event.dataTransfer.files), { signal });
    document.addEventListener('paste', (event) => take(event.clipboardData && event.clipboardData.files), { signal });
  }
}
