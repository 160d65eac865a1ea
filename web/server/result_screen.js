// A result in the viewer: a job's, or a live stream's, of which the recording is in this page alone.
import { button, h } from '../viewer/dom.js';
import { Memory } from '../viewer/memory.js';
import { mountReport } from '../viewer/page.js';
import { download, fileName } from '../viewer/save.js';
import { jobPath } from './api.js';
import { soundOf } from './remote_audio.js';
import { reportOf, withData } from './result_data.js';
import { voicesOf } from './voices.js';

/** The formats of the server, for people. */
const FORMATS = [
  ['rttm', 'RTTM'], ['json', 'JSON, with the voices'], ['csv', 'CSV'], ['tsv', 'TSV'], ['txt', 'Text'], ['textgrid', 'TextGrid'],
  ['textgrid-short', 'TextGrid, short'], ['audacity', 'Audacity labels'], ['eaf', 'ELAN'], ['srt', 'SubRip'], ['vtt', 'WebVTT'],
  ['ctm', 'CTM'], ['uem', 'UEM'], ['html', 'Report'],
];
const ENDINGS = { textgrid: 'TextGrid', 'textgrid-short': 'TextGrid', audacity: 'txt' };

/** Part of the save dialog: the turns as the server has them. */
function serverFiles(site, job) {
  const choice = h('select', { id: 'server-format' }, ...FORMATS.map(([value, text]) => h('option', { value }, text)));
  const fetchFile = async (event) => {
    event.preventDefault();
    const format = choice.value;
    try {
      const response = await site.api.request(`${jobPath(job.id)}?format=${format}`);
      download(fileName(job.name, ENDINGS[format] || format), await response.blob());
    } catch (error) {
      site.say(error.message);
    }
  };
  return h(
    'form',
    { class: 'part', onsubmit: fetchFile },
    h('h3', {}, 'As the server has it'),
    h('p', { class: 'hint' }, 'Without what was changed here, but for names that are remembered.'),
    h('label', { class: 'hidden', for: 'server-format' }, 'Format'), choice, h('button', {}, 'Save'),
  );
}

/** Mounts the viewer on a job that has succeeded; gives its App. */
export function showJob(site, root, job) {
  const { result } = job;
  const app = mountReport(root, {
    report: reportOf(result, job.audio.available ? null : job.name),
    key: job.id,
    storage: () => window.localStorage,
    sound: job.audio.available ? soundOf(site.api, `${jobPath(job.id)}/audio`, job) : null,
    copy: async (text) => withData(await (await site.api.request(`${jobPath(job.id)}?format=html`)).text(), text),
    voices: voicesOf(site, job, result),
    files: () => serverFiles(site, job),
  });
  window.report = app;
  return app;
}

/** Mounts it on what a live stream gave: `wav` is a Blob. `kept()` says that nothing is lost with the page. */
export function showLive(site, root, { result, wav, kept }) {
  const nowhere = new Map();
  const app = mountReport(root, {
    report: reportOf(result),
    key: 'live',
    // It ends with the page: what is kept under its name would never be asked for.
    storage: () => ({ getItem: () => null, setItem: (key, value) => nowhere.set(key, value), removeItem: (key) => nowhere.delete(key) }),
    sound: (player) => player.load(wav, result.recording),
    copy: null,
    voices: voicesOf(site, null, result),
    files: (close) => h(
      'div',
      { class: 'part' },
      h('h3', {}, 'The sound'),
      button({ text: 'The recording as WAV', 'data-format': 'wav', onclick: () => {
        download(fileName(result.recording, 'wav'), wav);
        kept();
        close();
      } }),
    ),
  });
  window.report = app;
  return app;
}

/** What was changed in a live stream's viewer goes on in that of the job that its recording became. */
export function handOver(app, jobId) {
  if (app.history.changed) new Memory(jobId, () => window.localStorage).keep(app.state, new Date().toISOString(), !app.history.unsaved);
}
export const forgetEdits = (jobId) => new Memory(jobId, () => window.localStorage).keep(null);
