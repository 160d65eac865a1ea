// A recording on its way to the server, and its turns on their way back (/v1/live). The recording is in the page: when
// the connection breaks, the next one is given all of it anew, faster than it was spoken.
import { pauseMs, wait } from './backoff.js';

/** What may wait in the browser to be sent: two seconds of 16 bits at 16 kHz. More is only held twice. */
const MOST_WAITING_BYTES = 65536;
/** A connection that lasted so long was a good one: a server that takes each and drops it at once is asked less and less often. */
const GOOD_MS = 5000;
/** How often it is looked whether there is room. */
const LOOK_MS = 50;

export class LiveStream {
  /**
   * `recording` is one of recording.js; `open()` gives a WebSocket, or throws where there can be none; `probe()` is asked after a connection that failed: a
   * promise, which throws a Problem where it is of no use to try again. `on` has what is told: message(message) of
   * everything that the server says, again() before it is said anew, connection(true or false), failed(error).
   */
  constructor({ recording, open, probe, on }) {
    Object.assign(this, { recording, open, probe, on });
    this.closing = new AbortController();
    this.done = false;
    this.socket = null;
    this.pump = null;
  }

  /** There is more of the recording. Timers alone would not do: browsers slow them down in pages that nobody looks at. */
  more() {
    if (this.pump) this.pump();
  }

  /** Until the result is there, or it is closed, or there is no use. */
  async run() {
    const { signal } = this.closing;
    for (let attempt = 0; !this.done && !signal.aborted; ) {
      let socket;
      try {
        socket = this.open();
      } catch (error) {
        this.done = true;
        this.on.failed(error);
        return;
      }
      if ((await this.connection(socket)) >= GOOD_MS) attempt = 0;
      if (this.done || signal.aborted) return;
      this.on.connection(false);
      try {
        await this.probe();
      } catch (error) {
        if (error.status) {
          this.done = true;
          this.on.failed(error);
          return;
        }
      }
      await wait(pauseMs(attempt++, Math.random()), signal);
    }
  }

  /** One connection from its begin to its end; gives how long it was open, in milliseconds. */
  connection(socket) {
    this.socket = socket;
    return new Promise((over) => {
      let opened = null;
      let sent = 0;
      let ended = false;
      const pump = () => {
        const { blocks, complete } = this.recording;
        while (sent < blocks.length && socket.bufferedAmount < MOST_WAITING_BYTES) socket.send(blocks[sent++]);
        if (complete && sent === blocks.length && !ended) {
          ended = true;
          socket.send('{"type":"end"}');
        }
      };
      let timer = 0;
      socket.onopen = () => {
        opened = performance.now();
        this.pump = pump;
        this.on.again();
        this.on.connection(true);
        timer = setInterval(pump, LOOK_MS);
      };
      socket.onmessage = ({ data }) => {
        const message = JSON.parse(data);
        if (message.type === 'result' || message.type === 'error') this.done = true;
        this.on.message(message);
      };
      socket.onclose = () => {
        clearInterval(timer);
        this.pump = null;
        this.socket = null;
        over(opened === null ? 0 : performance.now() - opened);
      };
    });
  }

  /** What comes is not wanted any more. */
  close() {
    this.closing.abort();
    if (this.socket) this.socket.close();
  }
}
