// The pages that the tests open, made by the program: the sample in full dress, names of all kinds, three hours.
import { execFileSync } from 'node:child_process';
import { closeSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';

import { randomFrom } from '../viewer/random.mjs';

const { WORK, DIARIST, SAMPLES } = process.env;
const pages = join(WORK, 'pages');
const file = (name) => join(pages, name);
const sample = join(SAMPLES, 'sample.wav');

function diarist(...words) {
  execFileSync(DIARIST, words, { cwd: pages, stdio: ['ignore', 'ignore', 'inherit'] });
}

/** Speakers who try to be markup, or stand the text around them on its head. */
export const HOSTILE = [
  '<img src=x onerror="window.broken=1">',
  '</script><script>window.broken=2</script>',
  '"><svg onload=window.broken=3>',
  '\u05d3\u05d5\u05d3 \u05db\u05d4\u05df',
  '\u202eturned \u0627\u0644',
  "J\u00fcrgen \u5c71\u7530 \u{1f600} '\"`${window.broken=4}",
  'javascript:window.broken=5',
];

function csv(recording, turns) {
  const quoted = (text) => `"${text.replace(/"/g, '""')}"`;
  const line = ({ start, end, speaker, confidence }) =>
    [quoted(recording), 1, start.toFixed(3), end.toFixed(3), quoted(speaker), confidence.toFixed(4)].join(',');
  return `recording,channel,start_s,end_s,speaker,confidence\n${turns.map(line).join('\n')}\n`;
}

const transcript = (turns, wordsOf) =>
  JSON.stringify({
    segments: turns.map((turn) => {
      const words = wordsOf(turn);
      const step = (turn.end - turn.start) / words.length;
      const word = (text, i) => ({ word: text, start: +(turn.start + i * step).toFixed(3), end: +(turn.start + (i + 0.9) * step).toFixed(3) });
      return { start: turn.start, end: turn.end, speaker: turn.speaker, text: words.join(' '), words: words.map(word) };
    }),
  });

/** A WAV of 8 bits at 8 kHz, written piece by piece; `loudness` has 50 values a second. */
function writeWav(path, seconds, loudness, random) {
  const rate = 8000;
  const header = Buffer.alloc(44);
  header.write('RIFF');
  header.writeUInt32LE(36 + seconds * rate, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(rate, 24);
  header.writeUInt32LE(rate, 28);
  header.writeUInt16LE(1, 32);
  header.writeUInt16LE(8, 34);
  header.write('data', 36);
  header.writeUInt32LE(seconds * rate, 40);
  const handle = openSync(path, 'w');
  writeSync(handle, header);
  const noise = Float32Array.from({ length: 65536 }, () => random() * 2 - 1);
  const block = Buffer.alloc(60 * rate);
  for (let from = 0; from < seconds; from += 60) {
    const count = Math.min(60, seconds - from) * rate;
    const shift = Math.floor(random() * 65536);
    for (let i = 0; i < count; i++) {
      const level = loudness[Math.floor(from * 50 + (i * 50) / rate)] || 0;
      block[i] = 128 + Math.round(110 * level * noise[(i + shift) & 65535]);
    }
    writeSync(handle, block, 0, count);
  }
  closeSync(handle);
}

function makeSample() {
  diarist(sample, '-o', 'sample.json', '--quiet');
  const { turns } = JSON.parse(readFileSync(file('sample.json'), 'utf8'));
  writeFileSync(file('sample.transcript.json'), transcript(turns, (turn) => ['so', 'this', 'is', 'what', `${turn.speaker.slice(-2)}`, 'says']));
  diarist('report', sample, 'sample.json', '-o', 'sample.html', '--embed-audio', '--reference', join(SAMPLES, 'sample.rttm'),
    '--transcript', 'sample.transcript.json', '--title', 'Sample', '--quiet');
  diarist('report', sample, 'sample.json', '-o', 'guide.html', '--embed-audio', '--reference', join(SAMPLES, 'sample.rttm'), '--quiet');
  diarist('convert', 'sample.json', '-o', 'plain.html', '--quiet');
}

function makeHostile() {
  const turns = HOSTILE.flatMap((speaker, i) => [
    { start: i * 3, end: i * 3 + 4, speaker, confidence: 0.2 + 0.1 * i },
    { start: 25 + i * 0.5, end: 25.5 + i * 0.5, speaker, confidence: 0.9 },
  ]);
  writeFileSync(file('hostile.csv'), csv('hostile', turns));
  writeFileSync(file('hostile.json'), transcript(turns, (turn) => [turn.speaker, '<b>bold</b>', '\u05e9\u05dc\u05d5\u05dd']));
  diarist('report', sample, 'hostile.csv', '-o', 'hostile.html', '--title', HOSTILE[1], '--transcript', 'hostile.json',
    '--reference', 'hostile.csv', '--quiet');
}

/** Three hours, five thousand turns of eight people who overlap now and then. */
function makeLong() {
  const random = randomFrom(7);
  const seconds = 3 * 3600;
  const names = ['Anna Berger', 'B\u00fclent \u00d6z', 'Cleo', '\u05d3\u05d5\u05d3 \u05db\u05d4\u05df', 'Eve', 'Farid', 'Grace', 'Hiro'];
  const turns = [];
  let at = 1;
  for (let i = 0; i < 5000; i++) {
    const length = 0.3 + -Math.log(1 - random() * 0.999) * 1.7;
    turns.push({ start: at, end: at + length, speaker: names[Math.floor(random() ** 1.7 * names.length)], confidence: 1 - 0.7 * random() ** 3 });
    at += Math.max(0.05, length + [-0.4, -0.1, 0.1, 0.3, 0.6][Math.floor(random() * 5)]);
  }
  const scale = (seconds - 10) / at;
  for (const turn of turns) Object.assign(turn, { start: +(turn.start * scale).toFixed(3), end: +(turn.end * scale).toFixed(3) });
  writeFileSync(file('long.csv'), csv('long', turns));
  const moved = turns.filter(() => random() > 0.03).map((turn) => ({
    ...turn, start: Math.max(0, turn.start + 0.2 * (random() - 0.5)), speaker: random() < 0.04 ? names[0] : turn.speaker,
  }));
  writeFileSync(file('long.reference.csv'), csv('long', moved.filter((turn) => turn.end > turn.start)));
  const loudness = new Float32Array(seconds * 50 + 50);
  for (const turn of turns) loudness.fill(0.2 + 0.6 * random(), Math.floor(turn.start * 50), Math.floor(turn.end * 50));
  for (let i = 0; i < loudness.length; i++) loudness[i] *= 0.25 + 0.75 * random();
  writeWav(file('long.wav'), seconds, loudness, random);
  diarist('report', 'long.wav', 'long.csv', '-o', 'long.html', '--reference', 'long.reference.csv', '--quiet');
}

// The module is also read for its names.
if (process.argv[1] && process.argv[1].endsWith('make_pages.mjs')) {
  makeSample();
  makeHostile();
  makeLong();
}
