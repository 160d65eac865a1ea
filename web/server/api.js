// The server, asked. What it takes and gives is in its own description, openapi.json.
//
// Paths are relative, so that the page works behind a proxy that gives the server a folder. Where the server wants a
// token, whoever uses the page is asked for one; it lives as long as the window, and goes nowhere but to this server.
import { Problem, Unreachable, problemOf } from './problems.js';

const TOKEN = 'diarist.token';

export class Api {
  /** `askToken(wrong)` gives a promise of a token, or null; `storage` gives the sessionStorage, or what behaves like it. */
  constructor({ askToken, storage }) {
    this.askToken = askToken;
    this.storage = storage;
    this.asking = null;
    this.token = this.recall();
  }
  recall() {
    try {
      return this.storage().getItem(TOKEN) || '';
    } catch {
      return '';
    }
  }
  keepToken(token) {
    this.token = token;
    try {
      if (token) this.storage().setItem(TOKEN, token);
      else this.storage().removeItem(TOKEN);
    } catch {
      // It lives as long as the page, then.
    }
  }

  /** After a 401 of a request that had `token`: another one is there when this is through; throws where there is none. */
  async renewToken(token, problem) {
    // Another request may have asked meanwhile.
    if (this.token !== token) return;
    this.asking ||= this.askToken(token !== '').finally(() => (this.asking = null));
    const given = await this.asking;
    if (!given) throw problem;
    this.keepToken(given);
  }

  headers(token = this.token) {
    return token ? { Authorization: `Bearer ${token}` } : {};
  }

  /** A good response; throws Problem, Unreachable, or what an aborted `signal` throws. */
  async request(path, { headers = {}, ...options } = {}) {
    for (;;) {
      const { token } = this;
      let response;
      try {
        response = await fetch(path, { ...options, headers: { ...headers, ...this.headers(token) }, cache: 'no-store' });
      } catch (error) {
        if (options.signal && options.signal.aborted) throw error;
        throw new Unreachable();
      }
      if (response.ok) return response;
      const problem = await problemOf(response);
      if (problem.status !== 401) throw problem;
      await this.renewToken(token, problem);
    }
  }
  async json(path, options) {
    const response = await this.request(path, options);
    if (response.status === 204) return null;
    try {
      return await response.json();
    } catch (error) {
      if (options && options.signal && options.signal.aborted) throw error;
      throw new Problem(response.status, { detail: 'the answer is none of diarist, or was cut off' });
    }
  }
  /** JSON in, JSON out. */
  send(method, path, value) {
    return this.json(path, { method, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(value) });
  }

  /**
   * Sends a Blob. `progress(share)` is called on the way. A request of its own kind, as fetch() does not tell how far an
   * upload is.
   */
  async upload(path, blob, { progress, signal }) {
    for (;;) {
      const { token } = this;
      const { status, text, retryAfterS } = await sendBlob(path, blob, this.headers(token), progress, signal);
      const document = parsed(text);
      if (status >= 200 && status < 300) return document;
      const problem = new Problem(status, document, retryAfterS);
      if (status !== 401) throw problem;
      await this.renewToken(token, problem);
    }
  }
}

function parsed(text) {
  try {
    return JSON.parse(text) || {};
  } catch {
    return {};
  }
}

function sendBlob(path, blob, headers, progress, signal) {
  return new Promise((done, fail) => {
    const request = new XMLHttpRequest();
    request.open('POST', path);
    // A browser's guess that it is something else is no reason to refuse it.
    request.setRequestHeader('Content-Type', /^(audio|video)\//.test(blob.type) ? blob.type : 'application/octet-stream');
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.upload.onprogress = ({ loaded, total }) => progress(total ? loaded / total : 0);
    request.onload = () => {
      const after = Number(request.getResponseHeader('Retry-After') || NaN);
      done({ status: request.status, text: request.responseText, retryAfterS: Number.isFinite(after) ? after : null });
    };
    request.onerror = () => fail(new Unreachable());
    request.onabort = () => fail(new DOMException('The upload was cancelled.', 'AbortError'));
    signal.addEventListener('abort', () => request.abort());
    // Cancelled while a token was asked for, it has not been told yet.
    if (signal.aborted) request.onabort();
    else request.send(blob);
  });
}

/** Options as a query, what is null or '' left out; '' where nothing is left. */
export function query(options) {
  const given = Object.entries(options).filter(([, value]) => value !== null && value !== undefined && value !== '');
  return given.length ? `?${new URLSearchParams(given)}` : '';
}

export const JOBS = 'v1/diarizations';
export const jobPath = (id) => `${JOBS}/${encodeURIComponent(id)}`;
export const SPEAKERS = 'v1/speakers';
