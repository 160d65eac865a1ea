// Asks for the server's token.
import { h, openDialog } from '../viewer/dom.js';

/** A promise of the token, or of null where none was given. `wrong` says that there was one, which is not known. */
export function askToken(wrong) {
  return new Promise((done) => {
    const input = h('input', { type: 'password', id: 'token', autocomplete: 'off', required: true, spellcheck: 'false' });
    const submit = (event) => {
      event.preventDefault();
      given = input.value.trim() || null;
      dialog.close();
    };
    let given = null;
    const dialog = openDialog(
      'Token',
      wrong ? h('p', { class: 'warning', role: 'alert' }, 'The server does not know this token.') : null,
      h('p', { class: 'hint' }, 'This server lets in who has one of its tokens. It is kept until this window is closed.'),
      h('form', { class: 'part', onsubmit: submit }, h('label', { for: 'token' }, 'Token'), input, h('button', { class: 'primary' }, 'Use')),
    );
    dialog.addEventListener('close', () => done(given));
    input.focus();
  });
}
