import assert from 'node:assert/strict';
import process from 'node:process';
import { test } from 'node:test';
import { holdsEntryDetail, holdsHomeEntry } from './detect-home-entry.ts';
import type { NoteSet } from './synth/notes.ts';
import { careNote } from './synth/notes.ts';
import { seeded } from './synth/random.ts';

/** Precision and recall over `size` seeded notes of the set; the wordings that were judged wrong, without codes. */
function measure(set: NoteSet, size: number) {
  const random = seeded(`notes ${set}`);
  const judged = { right: 0, missed: 0, invented: 0 };
  const wrong = new Map<string, number>();
  for (let i = 0; i < size; i++) {
    const note = careNote(random, set);
    const found = holdsHomeEntry(note.text);
    if (found && note.entry) judged.right++;
    else if (found) judged.invented++;
    else if (note.entry) judged.missed++;
    if (found !== note.entry) {
      const wording = `${note.entry ? 'missed' : 'invented'}: ${note.text.toLowerCase().replaceAll(/\d/g, '0')}`;
      wrong.set(wording, (wrong.get(wording) ?? 0) + 1);
    }
  }
  return {
    precision: judged.right / (judged.right + judged.invented),
    recall: judged.right / (judged.right + judged.missed),
    wrong,
  };
}

for (const [set, floor] of [
  ['develop', { precision: 0.99, recall: 0.99 }],
  ['held-out', { precision: 0.95, recall: 0.95 }],
] as const) {
  test(`precision and recall on ${set} wordings`, (t) => {
    const { precision, recall, wrong } = measure(set, 20_000);
    t.diagnostic(
      `home entry, ${set}: precision ${precision.toFixed(4)}, recall ${recall.toFixed(4)}`,
    );
    if (process.env['SHOW_WRONG'] === '1') console.log([...wrong].slice(0, 60));
    assert.ok(precision >= floor.precision, `precision ${precision}`);
    assert.ok(recall >= floor.recall, `recall ${recall}`);
  });
}

test('a column of entry details counts codes and refuses "none" and its kin', () => {
  for (const value of ['4471', 'C1379X left of door', '4 7 1 2', 'under the blue pot'])
    assert.equal(holdsEntryDetail(value) || holdsHomeEntry(value), true, value);
  for (const value of ['', 'n/a', 'None', 'no key safe', 'TBC', '-', 'Yes'])
    assert.equal(holdsEntryDetail(value), false, value);
});

test('long hostile text is judged in linear time and without failing', () => {
  for (const text of ['key '.repeat(50_000), 'door code '.repeat(20_000), '1'.repeat(200_000)])
    assert.equal(typeof holdsHomeEntry(text), 'boolean');
});
