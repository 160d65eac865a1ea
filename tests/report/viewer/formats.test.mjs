// What the page writes is, byte for byte, what `diarist convert` writes. DIARIST names the program.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

import { toJson, toRttm, toTextGrid } from '../../../web/viewer/formats.js';
import { randomDocument, randomFrom } from './random.mjs';

const folder = mkdtempSync(join(tmpdir(), 'diarist-formats-'));
after(() => rmSync(folder, { recursive: true }));
const ROUNDS = 60;

test('RTTM, TextGrid and JSON', () => {
  assert.ok(process.env.DIARIST, 'set DIARIST to the program');
  for (let seed = 1; seed <= ROUNDS; seed++) {
    const document = randomDocument(randomFrom(seed));
    const json = join(folder, 'talk.json');
    writeFileSync(json, toJson(document));
    const convert = (format, ending) => {
      const file = join(folder, `out.${ending}`);
      const { status, stderr } = spawnSync(process.env.DIARIST, ['convert', json, '-o', file, '-f', format, '--quiet'], { encoding: 'utf8' });
      assert.equal(status, 0, stderr);
      return readFileSync(file, 'utf8');
    };
    assert.equal(toRttm(document), convert('rttm', 'rttm'), `seed ${seed}`);
    assert.equal(toTextGrid(document), convert('textgrid', 'TextGrid'), `seed ${seed}`);
    // The program spells small numbers its own way: 1e-06.
    assert.deepEqual(JSON.parse(toJson(document)), JSON.parse(convert('json', 'json')), `seed ${seed}`);
  }
});

test('of nobody', () => {
  const empty = { recording: 'quiet', duration: 12500000, speakers: [], turns: [], notices: [] };
  assert.equal(toRttm(empty), '');
  assert.match(toTextGrid(empty), /name = "speaker"/);
  assert.deepEqual(JSON.parse(toJson(empty)).turns, []);
});
