// A recording that goes on: its samples, the turns that become known of it, its way to the server and back.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { LiveStream } from '../../../web/server/live_stream.js';
import { NO_TURNS, speakingNow, stateOfTurns, withEvent } from '../../../web/server/live_turns.js';
import { recordingNameAt } from '../../../web/server/live_screen.js';
import { recordingName } from '../../../web/server/new_recording.js';
import { GrowingPeaks, Recording, sixteenBits } from '../../../web/server/recording.js';
import { stateText } from '../../../web/server/recording_list.js';
import { reportOf, withData } from '../../../web/server/result_data.js';
import { Speech } from '../../../web/server/speech_timeline.js';
import { soloStretches } from '../../../web/server/voice_clip.js';
import { WavSamples, wavFormat } from '../../../web/viewer/wav.js';
import { reportText, stateOf } from '../../../web/viewer/report_data.js';
import { below, randomFrom } from '../../report/viewer/random.mjs';

const message = (type, turn, start_s, end_s, speaker) => ({ type, clock_s: 0, turn, start_s, end_s, speaker, confidence: 0.5 });

test('events make turns: begun, extended, revised, ended, and nobody', () => {
  const events = [
    message('speaker', 0, 1, 1, 'SPEAKER_00'),
    message('begun', 1, 1, 1.5, 'SPEAKER_00'),
    message('extended', 1, 1, 2.5, 'SPEAKER_00'),
    message('speaker', 0, 2, 2, 'SPEAKER_01'),
    message('begun', 2, 2, 2.25, 'SPEAKER_01'),
    message('ended', 1, 1, 2.75, 'SPEAKER_00'),
    message('begun', 3, 3, 3.5, 'SPEAKER_01'),
    { ...message('revised', 1, 1, 2.75, 'SPEAKER_01'), previous_speaker: 'SPEAKER_00' },
  ];
  const states = [NO_TURNS];
  for (const event of events) states.push(withEvent(states.at(-1), event));
  // No state was changed by what came after it.
  assert.equal(NO_TURNS.turns.size, 0);
  assert.equal(states[2].turns.get(1).end, 1.5e6);
  assert.deepEqual(speakingNow(states[5]), ['SPEAKER_00', 'SPEAKER_01']);
  assert.deepEqual(speakingNow(states[6]), ['SPEAKER_01']);
  // Revised after it had ended, it does not go on again.
  assert.equal(states.at(-1).turns.get(1).ended, true);
  const shown = stateOfTurns(states.at(-1));
  // Nobody is called SPEAKER_00 any more; the other keeps his place, and so his colour.
  assert.deepEqual(shown.speakers.map(({ id, name }) => [id, name]), [[1, 'SPEAKER_01']]);
  assert.deepEqual(shown.turns.map(({ start, end, speaker }) => [start, end, speaker]), [[1e6, 2.75e6, 1], [2e6, 2.25e6, 1], [3e6, 3.5e6, 1]]);
  const fewer = withEvent(states.at(-1), message('revised', 3, 3, 3, 'SPEAKER_01'));
  assert.deepEqual([...fewer.turns.keys()], [1, 2]);
});

test('who is known by name keeps turns, place and colour', () => {
  const events = [
    message('begun', 1, 1, 1.5, 'SPEAKER_00'),
    message('begun', 2, 2, 2.5, 'SPEAKER_01'),
    { ...message('identified', 0, 0, 0, 'Ann'), previous_speaker: 'SPEAKER_00', score: 9 },
    message('extended', 1, 1, 3, 'Ann'),
  ];
  const shown = stateOfTurns(events.reduce(withEvent, NO_TURNS));
  assert.deepEqual(shown.speakers.map(({ id, name }) => [id, name]), [[0, 'Ann'], [1, 'SPEAKER_01']]);
  assert.deepEqual(shown.turns.map(({ start, end, speaker }) => [start, end, speaker]), [[1e6, 3e6, 0], [2e6, 2.5e6, 1]]);
});

test('samples become 16 bits, and a WAV that the viewer reads', async () => {
  assert.deepEqual([...sixteenBits([0, 0.5, -0.5, 1, -1, 2, -2, NaN])], [0, 16384, -16384, 32767, -32768, 32767, -32768, 0]);
  const recording = new Recording(16000);
  const random = randomFrom(4);
  const all = [];
  for (const length of [1600, 1600, 700]) {
    const block = Float32Array.from({ length }, () => random() - 0.5);
    all.push(...block);
    recording.add(sixteenBits(block));
  }
  assert.equal(recording.durationUs, 243750);
  const wav = recording.wav();
  const format = wavFormat(await wav.slice(0, 65536).arrayBuffer(), wav.size);
  assert.deepEqual([format.rate, format.channels, format.bits, format.frames], [16000, 1, 16, 3900]);
  const read = await new WavSamples(wav, format).read(0, 3900);
  assert.ok(read.every((sample, i) => Math.abs(sample - all[i]) <= 1 / 65536));
});

test('the waveform of what there is so far', () => {
  const recording = new Recording(16000);
  const peaks = new GrowingPeaks(recording);
  assert.equal(peaks.loudest(0, 1e6), 0);
  const block = new Int16Array(1600);
  block[10] = -16384;
  block[1599] = 8192;
  recording.add(block);
  assert.equal(recording.peaks.length, 5);
  assert.equal(peaks.loudest(0, 20000), 1);
  assert.equal(peaks.loudest(20000, 60000), 0);
  assert.equal(peaks.loudest(90000, 91000), 0.5);
  assert.equal(peaks.loudest(2e6, 3e6), 0);
  // A whisper alone is not blown up.
  const quiet = new Recording(16000);
  quiet.add(Int16Array.of(328));
  assert.ok(new GrowingPeaks(quiet).loudest(0, 1000) < 0.2);
});

/** A server as a WebSocket: it gathers what it is sent, and can be taken away. */
class Socket {
  constructor(log) {
    this.log = log;
    this.bufferedAmount = 0;
    this.closed = false;
  }
  send(data) {
    this.log.push(data);
  }
  close() {
    if (this.closed) return;
    this.closed = true;
    this.onclose();
  }
}

const until = async (what) => {
  for (let i = 0; !what(); i++) {
    assert.ok(i < 400, 'it never comes');
    await new Promise((done) => setTimeout(done, 10));
  }
};

test('when the server goes, the next connection gets all of it anew', async () => {
  const recording = new Recording(16000);
  const [a, b, c] = [1, 2, 3].map((value) => new Int16Array(4).fill(value));
  const sockets = [];
  const told = [];
  let down = false;
  const stream = new LiveStream({
    recording,
    open: () => {
      const socket = new Socket([]);
      sockets.push(socket);
      setTimeout(() => (down ? socket.close() : socket.onopen()));
      return socket;
    },
    probe: async () => {
      if (down) throw new Error('nobody there');
    },
    on: { again: () => told.push('again'), message: (each) => told.push(each.type), connection: (open) => told.push(open), failed: () => told.push('failed') },
  });
  recording.add(a);
  const run = stream.run();
  await until(() => sockets[0]?.log.length === 1);
  // Said that there is more, it does not wait for its time to look.
  recording.add(b);
  stream.more();
  assert.equal(sockets[0].log.length, 2);
  // A server that does not read is not flooded.
  sockets[0].bufferedAmount = 1e6;
  recording.add(c);
  await new Promise((done) => setTimeout(done, 120));
  assert.equal(sockets[0].log.length, 2);
  down = true;
  sockets[0].close();
  await until(() => sockets.length === 2);
  down = false;
  await until(() => sockets.at(-1).log.length === 3);
  assert.deepEqual(sockets.at(-1).log, [a, b, c]);
  recording.complete = true;
  await until(() => sockets.at(-1).log.length === 4);
  assert.equal(sockets.at(-1).log[3], '{"type":"end"}');
  sockets.at(-1).onmessage({ data: '{"type":"result","result":{}}' });
  sockets.at(-1).close();
  await run;
  assert.deepEqual(told.filter((each) => each !== false), ['again', true, 'again', true, 'result']);
  assert.ok(told.includes(false));
});

test('a server that takes each connection and drops it is asked less and less often; one that lasted is as new', async () => {
  const { setTimeout: later, setInterval: each, performance: clock } = globalThis;
  const { random } = Math;
  const pauses = [];
  let now = 0;
  let opened = 0;
  Math.random = () => 0;
  globalThis.performance = { now: () => now };
  globalThis.setInterval = () => 0;
  globalThis.setTimeout = (run, ms) => {
    pauses.push(ms);
    return later(run, 0);
  };
  try {
    const stream = new LiveStream({
      recording: new Recording(16000),
      open: () => {
        const socket = new Socket([]);
        const number = opened++;
        later(() => {
          socket.onopen();
          // The fourth is a good one; the others end as soon as they begin.
          now += number === 3 ? 60000 : 100;
          if (number === 6) stream.close();
          else socket.close();
        }, 0);
        return socket;
      },
      probe: async () => {},
      on: { again: () => {}, connection: () => {}, message: () => {}, failed: () => {} },
    });
    await stream.run();
  } finally {
    Object.assign(globalThis, { setTimeout: later, setInterval: each, performance: clock });
    Math.random = random;
  }
  assert.deepEqual(pauses, [500, 1000, 2000, 500, 1000, 2000]);
});

test('where there is no use, it is not tried again', async () => {
  let opened = 0;
  let failed = null;
  const stream = new LiveStream({
    recording: new Recording(16000),
    open: () => {
      opened++;
      const socket = new Socket([]);
      setTimeout(() => socket.close());
      return socket;
    },
    probe: async () => {
      throw Object.assign(new Error('no'), { status: 422 });
    },
    on: { connection: () => {}, failed: (error) => (failed = error.status) },
  });
  await stream.run();
  assert.deepEqual([opened, failed], [1, 422]);
  const never = new LiveStream({
    recording: new Recording(16000),
    open: () => {
      throw new Error('a token that cannot be sent');
    },
    on: { failed: (error) => (failed = error.message) },
  });
  await never.run();
  assert.equal(failed, 'a token that cannot be sent');
});

test('a result as the viewer takes it', () => {
  const turn = (start, end, speaker, confidence) => ({ start, end, speaker, confidence, channel: 2 });
  const result = {
    recording: 'r', duration: 9.5, notices: ['n'],
    turns: [turn(1, 2.5, 'B', 0.25), turn(2, 2, 'A', null), turn(3, 9.75, 'B', 1)],
    speakers: [{ name: 'A', total: 0, channel: 1, centroid: null }, { name: 'B', total: 1.5, channel: 2, centroid: [1] }],
  };
  const report = reportOf(result);
  assert.equal(report.duration, 9.75e6);
  const state = stateOf(report);
  assert.deepEqual(state.speakers.map(({ name, channel }) => [name, channel]), [['A', 1], ['B', 2]]);
  assert.deepEqual(state.turns.map(({ start, end, speaker, confidence }) => [start, end, speaker, confidence]), [[1e6, 2.5e6, 1, 0.25], [2e6, 2e6 + 1, 0, null], [3e6, 9.75e6, 1, 1]]);
});

test('a report’s page with other data: what looks like a pattern, or like markup, is text', () => {
  const page = '<p>a</p>\n<script type="application/json" id="report-data">{"a":"\\u003c"}</script>\n<script>b</script>';
  const data = reportText({ title: "$& $' $1 </script><b>" });
  const made = withData(page, data);
  assert.equal(made, `<p>a</p>\n<script type="application/json" id="report-data">${data}</script>\n<script>b</script>`);
  assert.equal(JSON.parse(/report-data">([^<]*)</.exec(made)[1]).title, "$& $' $1 </script><b>");
  assert.throws(() => withData('<p></p>', data), /no place/);
});

test('what a voice is learnt from: alone, the longest stretches, no more than is of use', () => {
  const part = (start, end, ...speakers) => ({ start: start * 1e6, end: end * 1e6, speakers });
  const parts = [part(0, 1, 0), part(1, 2, 0, 1), part(2, 2.4, 0), part(3, 100, 0), part(100, 101, 1), part(101, 160, 0)];
  assert.deepEqual(soloStretches(parts, 0), [{ start: 3e6, end: 100e6 }, { start: 101e6, end: 124e6 }]);
  assert.deepEqual(soloStretches(parts, 1), [{ start: 100e6, end: 101e6 }]);
  assert.deepEqual(soloStretches(parts, 2), []);
  const random = randomFrom(5);
  for (let i = 0; i < 100; i++) {
    let at = 0;
    const made = Array.from({ length: 30 }, () => part(at, (at += 0.1 + 10 * random()), ...[0, 1].slice(0, below(random, 3))));
    const chosen = soloStretches(made, 0);
    const length = chosen.reduce((sum, { start, end }) => sum + end - start, 0);
    assert.ok(length <= 120e6 + 1);
    assert.ok(chosen.every(({ start }, j) => j === 0 || start >= chosen[j - 1].end));
  }
});

test('names of recordings', () => {
  assert.equal(recordingName('C:\\x\\Sitzung.2026.wav'), 'Sitzung.2026');
  assert.equal(recordingName('.wav'), '.wav');
  assert.equal(recordingName('a\u0000\tb.mp3'), 'a  b');
  assert.equal(recordingName('/'), 'recording');
  const long = recordingName(`${'山'.repeat(300)}.wav`);
  assert.equal(new TextEncoder().encode(long).length, 198);
  assert.equal(recordingNameAt(new Date(2026, 10, 9, 7, 5)), 'Recording 2026-11-09 07.05');
});

test('how a job is, in words', () => {
  const progress = { done_s: 12, total_s: 60, share: 0.2 };
  assert.equal(stateText({ state: 'queued', queue_position: 0 }), 'Waiting, next');
  assert.equal(stateText({ state: 'queued', queue_position: 2 }), 'Waiting, 2 before it');
  assert.equal(stateText({ state: 'running', progress }), '20 %, 0:12 of 1:00');
  assert.equal(stateText({ state: 'running', progress: { done_s: 12, total_s: null, share: null } }), '0:12 done');
  assert.equal(stateText({ state: 'succeeded', kind: 'diarization', duration_s: 60, speakers: ['A'], turns: 2 }), '1 min 0 s · 1 speaker · 2 turns');
  assert.equal(stateText({ state: 'succeeded', kind: 'enrolment', speaker: 'Ann', duration_s: 6, speakers: ['A'], turns: 1 }), 'Voice of Ann · 6.0 s · 1 speaker · 1 turn');
  assert.equal(stateText({ state: 'cancelled' }), 'Cancelled');
});

test('speech of a job at work: in pieces, from the beginning again, and of several channels', () => {
  const stretch = (start_s, end_s, speakers = 1, channel = 1) => ({ start_s, end_s, speakers, channel });
  const speech = new Speech();
  assert.equal(speech.text(), 'No speech is known yet.');
  assert.ok(speech.add({ first: 0, stretches: [stretch(1, 2), stretch(2, 2.5, 2)] }));
  assert.ok(speech.add({ first: 2, stretches: [stretch(4, 64)] }));
  assert.equal(speech.text(), 'Speech so far: 1 min 2 s, 0.5 s of it by several at once.');
  assert.equal(speech.end_s, 64);
  assert.equal(speech.one, 'M1 3H2V27H1ZM4 3H64V27H4Z');
  assert.equal(speech.several, 'M2 3H2.5V27H2Z');
  // What does not follow is left out, not drawn in a wrong order.
  assert.equal(speech.add({ first: 7, stretches: [stretch(90, 91)] }), false);
  assert.equal(speech.end_s, 64);
  // Another connection is told all anew.
  assert.ok(speech.add({ first: 0, stretches: [stretch(1, 2), stretch(1, 3, 1, 2)] }));
  assert.deepEqual(speech.channels, [1, 2]);
  assert.equal(speech.one, 'M1 3H2V27H1ZM1 33H3V57H1Z');
  assert.equal(speech.text(), 'Speech so far: 3.0 s, in 2 channels together.');
});
