// What went wrong, in words for whoever uses the page. The server says it as problem details (RFC 9457).

/** An answer of the server that is no good one. */
export class Problem extends Error {
  /** `problem` is the document, {} where there was none; `retryAfterS` is null where the server did not say. */
  constructor(status, problem, retryAfterS = null) {
    super(problemText(status, problem, retryAfterS));
    this.status = status;
    this.problem = problem;
  }
}

/** There was no answer. */
export class Unreachable extends Error {
  constructor() {
    super('The server does not answer.');
  }
}

/** What comes first; what the server says of this very case comes after it. */
const TEXTS = {
  401: 'The server wants a token, and this one it does not know.',
  403: 'The server takes this from its own page only. Open the page anew at the address that the server has.',
  408: 'The upload took longer than the server waits. A faster connection or a smaller file may help: MP3 or Opus take a tenth of WAV.',
  413: 'This recording is larger than the server takes. MP3 or Opus take a tenth of the room of WAV.',
  415: 'This is no recording of a kind that the server takes.',
  421: 'The server is not known under the address of this page.',
  429: 'The server has as much to do as it can take.',
  503: 'The server takes nothing at the moment.',
  507: 'The disk of the server is full. Recordings that are not needed any more can be deleted here.',
};

/** Of these the first sentence says it all. */
const ENOUGH = new Set([401, 403, 421, 429]);

const sentence = (text) => {
  const whole = text.trim();
  return whole ? whole[0].toUpperCase() + whole.slice(1) + (/[.!?]$/.test(whole) ? '' : '.') : '';
};

const inSeconds = (s) => (s === 1 ? 'in a second' : s < 120 ? `in ${s} seconds` : `in ${Math.round(s / 60)} minutes`);

export function problemText(status, { title = '', detail = '' }, retryAfterS) {
  const parts = [TEXTS[status] || (status >= 500 ? 'The server made a mistake.' : '')];
  if (!ENOUGH.has(status) || !parts[0]) parts.push(sentence(detail || title));
  if (retryAfterS !== null && (status === 429 || status === 503)) parts.push(`Try again ${inSeconds(retryAfterS)}.`);
  const text = parts.filter(Boolean).join(' ');
  return text || `The server answered with ${status}, and did not say why.`;
}

/** What was wrong with a recording, of a job that failed: {detail}, which may leave out what it speaks of. */
export function failureText({ detail = '' }) {
  const whole = /^(is|are|has|holds|ends|was|cannot)\b/.test(detail) ? `the recording ${detail}` : detail;
  return sentence(whole) || 'It did not work, and the server did not say why.';
}

/** The Problem of a response. */
export async function problemOf(response) {
  let problem = {};
  try {
    problem = JSON.parse(await response.text());
  } catch {
    // Something between the page and the server answered.
  }
  const after = Number(response.headers.get('Retry-After') || NaN);
  return new Problem(response.status, problem && typeof problem === 'object' ? problem : {}, Number.isFinite(after) ? after : null);
}
