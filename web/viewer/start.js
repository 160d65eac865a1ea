// Runs first in a report's file: takes the data out of it, and knows how to write the file anew.
import { mountReport } from './page.js';
import { digest, parseReport } from './report_data.js';

/** What the file consists of, before anything is changed: `with(text)` gives it with other data inside. */
function originalFile() {
  const { innerHTML: head } = document.head;
  const { outerHTML: noscript } = document.querySelector('noscript');
  const block = (id) => document.getElementById(id);
  const script = (attributes, text) => `<script ${attributes}>${text}<` + '/script>\n';
  const audio = block('report-audio');
  return (text) =>
    `<!doctype html>\n<html lang="en"><head>${head}</head><body>\n<div id="app"></div>\n${noscript}\n` +
    script('type="application/json" id="report-data"', text) +
    (audio ? script('type="text/plain" id="report-audio"', audio.textContent) : '') +
    script('type="module" id="report-viewer"', block('report-viewer').textContent) +
    '</body></html>\n';
}

/** Shows what the file holds. */
function start(data) {
  const root = document.getElementById('app');
  const copy = originalFile();
  const text = data.textContent;
  const audioBlock = document.getElementById('report-audio');
  try {
    // For whoever drives the page from outside: tests, and the console.
    window.report = mountReport(root, {
      report: parseReport(text),
      key: digest(text),
      storage: () => window.localStorage,
      sound: audioBlock && ((player) => player.loadDataUri(audioBlock.textContent)),
      copy,
    });
  } catch (error) {
    root.textContent = `This report cannot be shown: ${error.message}`;
    throw error;
  }
}

// The server's page has this script too, and no data of its own.
const data = document.getElementById('report-data');
if (data) start(data);
