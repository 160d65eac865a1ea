// Play, find a time, zoom, and what sound there is.
import { button, h, icon } from './dom.js';
import { clock, parseClock } from './time.js';

const SPEEDS = [0.5, 0.75, 1, 1.25, 1.5, 2];
/** A file that differs more from the recording's length is most likely another one. */
const SAME_LENGTH = 1000000;

export class Toolbar {
  /** `onSpectrogram(on)` is called when the picture of the sound is switched. */
  constructor(app, onSpectrogram) {
    this.app = app;
    this.playIcon = h('span', { class: 'play-icon' }, icon('play'));
    this.playButton = h('button', { type: 'button', class: 'primary play', 'aria-label': 'Play', title: 'Play or pause (Space)', onclick: () => app.togglePlay() }, this.playIcon);
    this.now = h('output', { class: 'now', 'aria-label': 'Play head' });
    this.file = h('input', { type: 'file', id: 'audio-file', class: 'hidden', accept: 'audio/*,video/*', tabindex: '-1', 'aria-label': 'The recording', onchange: () => this.pick() });
    this.choose = button({ text: 'Choose the recording', title: `Choose the file ${app.report.file || app.report.recording}, to hear it`, onclick: () => this.file.click() });
    this.goto = h('input', { type: 'text', id: 'goto', placeholder: '1:02:03', size: '8', autocomplete: 'off', inputmode: 'text' });
    this.spectrogram = h('button', { type: 'button', 'aria-pressed': 'false', title: 'Show the spectrogram instead of the waveform', onclick: () => onSpectrogram(!app.spectrogram) }, 'Spectrogram');
    const speed = h('select', { id: 'speed', onchange: (event) => app.player.setSpeed(Number(event.target.value)) }, ...SPEEDS.map((rate) => h('option', { value: String(rate), selected: rate === 1 }, `${rate} ×`)));
    const check = (text, key) => h('label', { class: 'check' }, h('input', { type: 'checkbox', checked: app[key], onchange: (event) => (app[key] = event.target.checked) }), text);
    const find = (event) => {
      event.preventDefault();
      const time = parseClock(this.goto.value);
      if (time === null) return app.notice(`“${this.goto.value}” is no time. Write 1:02:03, 62:03, 90 or 1h 2m.`);
      if (time > app.duration) return app.notice(`The recording ends at ${clock(app.duration)}.`);
      app.view.centre(time);
      app.goTo(time);
      return app.notice(`At ${clock(app.playhead, 1)}.`);
    };
    this.element = h(
      'div',
      { class: 'toolbar', role: 'toolbar', 'aria-label': 'Playing and finding' },
      h('div', { class: 'group' }, this.playButton, this.now, h('label', { class: 'hidden', for: 'speed' }, 'Speed'), speed, this.choose, this.file),
      h('form', { class: 'group', onsubmit: find }, h('label', { for: 'goto' }, 'Go to'), this.goto, h('button', {}, 'Go')),
      h(
        'div',
        { class: 'group' },
        button({ icon: 'minus', label: 'Zoom out', onclick: () => app.view.zoom(1 / 0.6) }),
        button({ icon: 'plus', label: 'Zoom in', onclick: () => app.view.zoom(0.6) }),
        button({ icon: 'fit', label: 'Show all', onclick: () => app.view.all() }),
      ),
      h('div', { class: 'group' }, this.spectrogram, check('Play on click', 'playOnClick'), check('Follow', 'follow')),
    );
    app.on('playhead', () => this.showTime());
    app.on('audio', (event) => this.showAudio(event));
    app.on('goto', () => this.goto.focus());
    app.on('draw', () => this.spectrogram.setAttribute('aria-pressed', String(Boolean(app.spectrogram))));
    this.showTime();
    this.showAudio('');
  }

  pick() {
    const file = this.file.files[0];
    if (!file) return;
    this.app.player.load(file, file.name);
    this.app.tell('audio', 'picked');
  }

  showTime() {
    const text = `${clock(this.app.playhead, 1)} / ${clock(this.app.duration)}`;
    if (this.now.textContent !== text) this.now.textContent = text;
  }

  showAudio(event) {
    const { app } = this;
    const { player } = app;
    this.playIcon.replaceChildren(icon(player.playing ? 'pause' : 'play'));
    this.playButton.setAttribute('aria-label', player.playing ? 'Pause' : 'Play');
    this.playButton.disabled = !player.ready;
    this.choose.hidden = player.ready;
    if (event === 'error') app.notice(`This browser cannot play ${player.name}. WAV, FLAC and MP3 are played everywhere.`);
    if (event === 'picked') app.notice(`${player.name} is played from now on.`);
    if (event === 'loadedmetadata' && Math.abs(player.duration - app.duration) > SAME_LENGTH) {
      app.notice(`${player.name} lasts ${clock(player.duration)}, the recording ${clock(app.duration)}: is it the right file?`);
    }
  }
}
