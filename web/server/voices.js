// Names that are given in the viewer, kept by the server, so that recordings to come have them.
import { SPEAKERS, query } from './api.js';
import { failureText } from './problems.js';
import { clipOf } from './voice_clip.js';

/**
 * What the viewer's speaker dialog takes. `job` is whose result is shown, or null; the server then learns the voice from
 * the recording. So it does of a speaker whom its own result does not have.
 */
export function voicesOf({ api, recordings }, job, result) {
  // What the server calls each speaker of the viewer, by id: the place in the result.
  const labels = new Map(result.speakers.map(({ name }, id) => [id, name]));

  /** A voice that was learnt from this recording, and is to be called otherwise, is renamed: it is one person. */
  async function renameKnown(label, name) {
    if (label === name) return;
    const { speakers } = await api.json(SPEAKERS);
    const known = speakers.find((voice) => voice.name === label && voice.sessions.some(({ source }) => source === job.name));
    if (known && !speakers.some((voice) => voice.name === name)) await api.send('PATCH', `${SPEAKERS}/${encodeURIComponent(label)}`, { name });
  }
  async function learnFromJob(app, id, name) {
    await renameKnown(labels.get(id), name);
    await api.send('POST', SPEAKERS, { name, job: job.id, speaker: labels.get(id) });
    labels.set(id, name);
    app.notice(`${name} is remembered.`);
    // The server's result has the name too: nothing is left to save if nothing else was changed.
    const { history } = app;
    const same = app.state.turns === history.original.turns && app.state.speakers.every((each) => labels.get(each.id) === each.name);
    if (same && history.unsaved) history.markSaved();
  }

  async function learnFromSound(app, id, name) {
    const clip = await clipOf(app, id);
    const learning = await api.upload(SPEAKERS + query({ name }), clip, { progress: () => {}, signal: app.closing.signal });
    app.notice(`The voice of ${name} is being learnt.`);
    const stop = recordings.on('ended', (ended) => {
      if (ended.id !== learning.id) return;
      stop();
      app.notice(ended.state === 'succeeded' ? `${name} is remembered.` : `The voice of ${name} was not learnt. ${failureText(ended.error || {})}`);
    });
    recordings.put(learning);
    recordings.wake();
  }

  return {
    hint: 'Remember this voice in recordings to come',
    async remember(app, id, name) {
      try {
        await (job && labels.has(id) ? learnFromJob : learnFromSound)(app, id, name);
      } catch (error) {
        app.notice(`${name} is not remembered. ${error.message}`);
      }
    },
  };
}
