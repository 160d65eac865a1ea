// Elements of the page. Text goes in as text only: nothing here, or anywhere in the viewer, parses HTML.

const SVG = 'http://www.w3.org/2000/svg';

function fill(element, attributes, children) {
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (typeof value === 'function') element.addEventListener(key.slice(2), value);
    else if (key === 'style') for (const [name, text] of Object.entries(value)) element.style.setProperty(name, text);
    else if (key === 'value' || key === 'checked' || key === 'selected') element[key] = value;
    else element.setAttribute(key, value === true ? '' : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** An HTML element: attributes, `onclick` and its like as functions, `style` as an object; children are nodes or text. */
export function h(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

export function svg(tag, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

/** A name that somebody else wrote, in whatever direction it runs, which nothing around it turns. */
export const nameText = (name) => h('bdi', {}, name);

const ICONS = {
  play: 'M5 3.5v13l11-6.5z',
  pause: 'M5 3.5h3.5v13H5zM11.5 3.5H15v13h-3.5z',
  undo: 'M8 4 3.5 8.5 8 13v-3h4.5a2.5 2.5 0 0 1 0 5H9v2h3.5a4.5 4.5 0 0 0 0-9H8z',
  redo: 'M12 4l4.5 4.5L12 13v-3H7.5a2.5 2.5 0 0 0 0 5H11v2H7.5a4.5 4.5 0 0 1 0-9H12z',
  plus: 'M9 4h2v5h5v2h-5v5H9v-5H4V9h5z',
  minus: 'M4 9h12v2H4z',
  fit: 'M3 6h2v8H3zM15 6h2v8h-2zM6 10l3-3v2h2V7l3 3-3 3v-2H9v2z',
  back: 'M13 4.5 6.5 10l6.5 5.5z',
  forward: 'M7 4.5 13.5 10 7 15.5z',
};

export function icon(name) {
  return svg('svg', { viewBox: '0 0 20 20', 'aria-hidden': 'true', class: 'icon' }, svg('path', { d: ICONS[name] }));
}

/** A button with an icon, text or both; `label` is what it is called where it shows no text. */
export function button({ icon: picture, text, label, title, ...attributes }, ...children) {
  return h(
    'button',
    { type: 'button', 'aria-label': text ? undefined : label, title: title || (text ? undefined : label), ...attributes },
    picture ? icon(picture) : null,
    text ? h('span', {}, text) : null,
    ...children,
  );
}

/** A dialog over the page with a heading; closes with Escape, and is removed then. */
export function openDialog(title, ...content) {
  const heading = h('h2', { id: 'dialog-title', tabindex: '-1' }, title);
  const dialog = h(
    'dialog',
    { 'aria-labelledby': 'dialog-title', onclose: () => dialog.remove() },
    h('div', { class: 'dialog-head' }, heading, button({ text: 'Close', class: 'quiet', onclick: () => dialog.close() })),
    ...content,
  );
  // One that was closed goes with an event that may still be on its way: there is no second of an id.
  document.querySelectorAll('dialog:not([open])').forEach((closed) => closed.remove());
  (document.getElementById('app') || document.body).append(dialog);
  dialog.showModal();
  return dialog;
}
