// When to ask a server again that did not answer: soon at first, then less and less often, never all pages at once.

const FIRST_MS = 500;
const LONGEST_MS = 15000;
/** Pages that lost the same server come back spread over this share of the pause. */
const SPREAD = 0.5;

/** How long to wait before the try number `attempt`, from 0; `random` is between 0 and 1. */
export function pauseMs(attempt, random) {
  const most = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempt, 16));
  return Math.round(most * (1 - SPREAD * random));
}

/** Waits so long, or until `signal` is aborted, whichever is first. */
export function wait(ms, signal) {
  return new Promise((done) => {
    if (signal.aborted) return done();
    const timer = setTimeout(end, ms);
    function end() {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      done();
    }
    return signal.addEventListener('abort', end);
  });
}
