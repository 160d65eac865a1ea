// What comes from the server and what keeps the page at it: events, pauses, problems, the list of jobs.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Api, query } from '../../../web/server/api.js';
import { pauseMs, wait } from '../../../web/server/backoff.js';
import { EventParser } from '../../../web/server/event_stream.js';
import { Problem, Unreachable, failureText, problemOf, problemText } from '../../../web/server/problems.js';
import { Recordings, jobToFollow, joined } from '../../../web/server/recordings.js';
import { below, randomFrom } from '../../report/viewer/random.mjs';

const STREAM = '\ufeff:hello\r\nevent: state\r\nid: 1\r\ndata: {"a":1}\r\n\r\nretry: 2000\n\ndata: one\ndata:two\ndata\n\nevent: empty\n\nevent:ended\rdata:  x\r\rdata: cut off';
const EVENTS = [
  { event: 'state', data: '{"a":1}' },
  { event: 'message', data: 'one\ntwo\n' },
  { event: 'ended', data: ' x' },
];

test('server-sent events, however the stream is cut', () => {
  assert.deepEqual(new EventParser().push(STREAM), EVENTS);
  const random = randomFrom(1);
  for (let i = 0; i < 500; i++) {
    const parser = new EventParser();
    const events = [];
    for (let at = 0; at < STREAM.length; ) {
      const next = at + 1 + below(random, 9);
      events.push(...parser.push(STREAM.slice(at, next)));
      at = next;
    }
    assert.deepEqual(events, EVENTS);
  }
});

test('pauses grow to a limit, and pages do not come back all at once', () => {
  const pauses = Array.from({ length: 40 }, (_, i) => pauseMs(i, 0));
  assert.deepEqual(pauses.slice(0, 6), [500, 1000, 2000, 4000, 8000, 15000]);
  assert.equal(pauses[39], 15000);
  assert.equal(pauseMs(3, 1), 2000);
  assert.equal(pauseMs(3, 0.5), 3000);
});

test('a pause ends at once when it is broken off', async () => {
  const closing = new AbortController();
  const begun = Date.now();
  setTimeout(() => closing.abort(), 20);
  await wait(60000, closing.signal);
  await wait(60000, closing.signal);
  assert.ok(Date.now() - begun < 5000);
});

test('problems in words', () => {
  const say = (status, problem = {}, after = null) => problemText(status, problem, after);
  assert.match(say(413, { detail: 'the body is larger than 2147 MB' }), /^This recording is larger than the server takes\. .* The body is larger than 2147 MB\.$/);
  assert.equal(say(429, { detail: 'the queue is full' }, 30), 'The server has as much to do as it can take. Try again in 30 seconds.');
  assert.equal(say(429, {}, 600), 'The server has as much to do as it can take. Try again in 10 minutes.');
  assert.equal(say(422, { detail: 'speakers: expected a whole number' }), 'Speakers: expected a whole number.');
  assert.equal(say(500, { detail: 'something went wrong!' }), 'The server made a mistake. Something went wrong!');
  assert.equal(say(418), 'The server answered with 418, and did not say why.');
  assert.equal(say(404, { title: 'There is no such thing' }), 'There is no such thing.');
  assert.equal(failureText({ code: 'corrupt_audio', detail: 'is truncated: it ends at byte 7' }), 'The recording is truncated: it ends at byte 7.');
  assert.equal(failureText({ code: 'audio_too_long', detail: 'it is longer than 12 h' }), 'It is longer than 12 h.');
  assert.match(failureText({}), /did not say why/);
});

test('problems of responses, also of what stands between', async () => {
  const problem = await problemOf(new Response('{"detail":"d","field":"f"}', { status: 503, headers: { 'Retry-After': '7' } }));
  assert.ok(problem instanceof Problem);
  assert.deepEqual([problem.status, problem.problem.field], [503, 'f']);
  assert.match(problem.message, /Try again in 7 seconds/);
  for (const body of ['<html>Bad gateway', 'null', '']) {
    assert.equal((await problemOf(new Response(body, { status: 502 }))).message, 'The server made a mistake.');
  }
});

test('options as a query', () => {
  assert.equal(query({}), '');
  assert.equal(query({ a: '', b: null, c: undefined }), '');
  assert.equal(query({ name: 'a&b=ü', speakers: 2 }), '?name=a%26b%3D%C3%BC&speakers=2');
});

/** A storage, and a fetch() that answers what it is told, one after the other. */
function server(...answers) {
  const kept = new Map();
  const storage = { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value), removeItem: (key) => kept.delete(key) };
  const asked = [];
  globalThis.fetch = async (path, options) => {
    asked.push([path, options.headers.Authorization]);
    const answer = answers.shift();
    if (answer === undefined) throw new TypeError('no network');
    return answer;
  };
  return { storage: () => storage, asked, kept };
}
const answer = (status, document = {}) => new Response(status === 204 ? null : JSON.stringify(document), { status });

test('a token is asked for once, kept, and sent from then on', async () => {
  const { storage, asked, kept } = server(answer(401), answer(401), answer(200, { a: 1 }), answer(204));
  const wrongs = [];
  const api = new Api({ storage, askToken: async (wrong) => (wrongs.push(wrong), wrong ? 'right' : 'wrong') });
  assert.deepEqual(await api.json('v1/x'), { a: 1 });
  assert.deepEqual(wrongs, [false, true]);
  assert.equal(await api.json('v1/y', { method: 'DELETE' }), null);
  assert.deepEqual(asked.at(-1), ['v1/y', 'Bearer right']);
  assert.deepEqual([...kept.values()], ['right']);
  assert.equal(new Api({ storage, askToken: null }).token, 'right');
});

test('who gives no token gets the problem; several that wait for one ask once', async () => {
  const { storage } = server(answer(401), answer(401), answer(401));
  let asked = 0;
  const api = new Api({ storage, askToken: async () => (asked++, null) });
  const results = await Promise.allSettled([api.json('a'), api.json('b'), api.json('c')]);
  assert.ok(results.every(({ reason }) => reason.status === 401));
  assert.equal(asked, 1);
});

test('a refusal that comes late asks for no second token', async () => {
  const { storage } = server();
  let asked = 0;
  const api = new Api({ storage, askToken: async () => (asked++, 'right') });
  let late;
  globalThis.fetch = async (path, { headers }) => {
    if (headers.Authorization) return answer(200, { path });
    if (path === 'late') await new Promise((done) => (late = done));
    return answer(401);
  };
  const waiting = api.json('late');
  assert.deepEqual(await api.json('first'), { path: 'first' });
  late();
  assert.deepEqual(await waiting, { path: 'late' });
  assert.equal(asked, 1);
});

test('no answer is no answer, and a broken-off request is none of it', async () => {
  const { storage } = server();
  const api = new Api({ storage, askToken: null });
  await assert.rejects(api.json('a'), Unreachable);
  await assert.rejects(api.json('a', { signal: AbortSignal.abort() }), TypeError);
});

test('an answer that is no JSON is a problem, not a broken page', async () => {
  const { storage } = server(new Response('<html>Log in</html>', { status: 200 }));
  await assert.rejects(new Api({ storage, askToken: null }).json('a'), Problem);
});

const job = (id, state, more = {}) => ({ id, state, created: `2026-01-01T00:00:0${id}Z`, queue_position: null, ...more });

test('which job is followed', () => {
  const jobs = [job(1, 'succeeded'), job(2, 'queued', { queue_position: 1 }), job(3, 'queued', { queue_position: 0 })];
  assert.equal(jobToFollow(jobs, null).id, 3);
  assert.equal(jobToFollow(jobs, 2).id, 2);
  assert.equal(jobToFollow(jobs, 1).id, 3);
  assert.equal(jobToFollow([...jobs, job(4, 'running')], null).id, 4);
  assert.equal(jobToFollow([job(1, 'failed')], 1), null);
  assert.deepEqual(joined([job(3, 'x'), job(2, 'x')], [job(2, 'y'), job(1, 'y')]).map(({ id, state }) => id + state), ['3x', '2x', '1y']);
});

test('the list keeps older pages, and tells the end of a job once', async () => {
  const pages = {
    'v1/diarizations': { jobs: [job(9, 'running'), job(8, 'queued')], next: '8' },
    'v1/diarizations?before=8': { jobs: [job(7, 'succeeded')], next: null },
  };
  const recordings = new Recordings({ json: async (path) => pages[path] });
  const ended = [];
  recordings.on('ended', (each) => ended.push(each.id));
  await recordings.refresh();
  await recordings.more();
  assert.deepEqual(recordings.jobs.map(({ id }) => id), [9, 8, 7]);
  assert.equal(recordings.next, null);
  pages['v1/diarizations'] = { jobs: [job(9, 'failed')], next: '9' };
  await recordings.refresh();
  // Of what is older than all that came, nothing is known anew.
  assert.deepEqual(recordings.jobs.map(({ id }) => id), [9, 8, 7]);
  recordings.put(job(9, 'failed'));
  recordings.put(job(8, 'cancelled'));
  assert.deepEqual(ended, [9, 8]);
  assert.equal(recordings.find(7).state, 'succeeded');
});

test('cancelling never removes: what has ended meanwhile stays, and is looked at again', async () => {
  const asked = [];
  let gives = async () => job(1, 'cancelled');
  const recordings = new Recordings({
    json: (path, { method }) => {
      asked.push(`${method} ${path}`);
      return gives();
    },
  });
  let woken = 0;
  recordings.wake = () => woken++;
  recordings.jobs = [job(1, 'running')];
  await recordings.cancel(recordings.jobs[0]);
  assert.equal(recordings.find(1).state, 'cancelled');
  recordings.jobs = [job(1, 'running')];
  gives = async () => {
    throw new Problem(409, {});
  };
  await recordings.cancel(recordings.jobs[0]);
  assert.equal(recordings.jobs.length, 1);
  gives = async () => {
    throw new Problem(503, {});
  };
  await assert.rejects(recordings.cancel(recordings.jobs[0]), Problem);
  assert.deepEqual(asked, Array(3).fill('POST v1/diarizations/1/cancel'));
  assert.equal(woken, 3);
});

test('an upload that is cancelled while a token is asked for is not sent again', async () => {
  const sent = [];
  globalThis.XMLHttpRequest = class {
    constructor() {
      this.upload = {};
      this.status = 401;
      this.responseText = '{}';
    }
    open() {}
    setRequestHeader() {}
    getResponseHeader() {
      return null;
    }
    abort() {}
    send(blob) {
      sent.push(blob);
      setTimeout(() => this.onload());
    }
  };
  const { storage } = server();
  const closing = new AbortController();
  const askToken = async () => {
    closing.abort();
    return 'right';
  };
  const api = new Api({ storage, askToken });
  await assert.rejects(api.upload('v1/diarizations', new Blob(['x']), { progress: () => {}, signal: closing.signal }), { name: 'AbortError' });
  assert.equal(sent.length, 1);
});
