// Server-sent events out of text as it comes, for streams that are fetched: an EventSource cannot send a token.
// After the HTML standard, 9.2.6, but for `retry`, which backoff.js decides here.

export class EventParser {
  constructor() {
    this.rest = '';
    this.begun = false;
    this.clear();
  }
  clear() {
    this.event = '';
    this.data = [];
  }

  /** The events that are complete with this text: [{event, data}]. A last one that is cut off is none. */
  push(text) {
    if (!this.begun && text) {
      this.begun = true;
      text = text.replace(/^\ufeff/, '');
    }
    const events = [];
    this.rest += text;
    for (;;) {
      const end = this.rest.search(/[\r\n]/);
      // After a CR that is the last so far, an LF of the same line end may come.
      if (end < 0 || (this.rest[end] === '\r' && end + 1 === this.rest.length)) return events;
      const line = this.rest.slice(0, end);
      this.rest = this.rest.slice(end + (this.rest.startsWith('\r\n', end) ? 2 : 1));
      const event = this.line(line);
      if (event) events.push(event);
    }
  }

  line(line) {
    if (line === '') {
      const event = this.data.length ? { event: this.event || 'message', data: this.data.join('\n') } : null;
      this.clear();
      return event;
    }
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'event') this.event = value;
    if (field === 'data') this.data.push(value);
    return null;
  }
}

/** Calls `listener(event, data)` with each event of a response until it ends. */
export async function readEvents(response, listener) {
  const parser = new EventParser();
  const decoder = new TextDecoder();
  const reader = response.body.getReader();
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    for (const { event, data } of parser.push(decoder.decode(value, { stream: true }))) listener(event, data);
  }
}
