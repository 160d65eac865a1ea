// Runs where the browser handles sound (AudioWorklet): gathers what the microphone gives into blocks of a tenth of a
// second, and hands them to the page. A file of its own: that place loads nothing else.

class Capture extends AudioWorkletProcessor {
  constructor() {
    super();
    // sampleRate is of that place.
    this.block = new Float32Array(Math.round(sampleRate / 10));
    this.filled = 0;
    this.stopped = false;
    this.port.onmessage = () => {
      this.stopped = true;
      this.port.postMessage({ block: this.block.slice(0, this.filled), last: true });
    };
  }

  process([channels]) {
    if (this.stopped) return false;
    if (!channels.length) return true;
    const [first] = channels;
    for (let i = 0; i < first.length; i++) {
      let sum = 0;
      for (const channel of channels) sum += channel[i];
      this.block[this.filled++] = sum / channels.length;
      if (this.filled === this.block.length) {
        this.port.postMessage({ block: this.block, last: false });
        this.filled = 0;
      }
    }
    return true;
  }
}

registerProcessor('capture', Capture);
