/** Whatever happens to a file, reading it ends in facts or in problems that point into it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import * as fc from 'fast-check';
import { declaredEstate } from '../../../test/support/declared-estate.ts';
import { readDeclared } from './read.ts';
import { writeDeclared } from './write.ts';

const NOW = '2026-11-21T09:00:00Z';
const yaml = declaredEstate({ customers: 3, seed: 1 });
const whole = readDeclared([{ name: 'e.yaml', bytes: new TextEncoder().encode(yaml) }], {
  now: NOW,
});
assert.ok(whole.ok);
const written = writeDeclared(
  whole.observations.map(({ observation }) => observation),
  'csv',
);
const files = [{ name: 'e.yaml', text: yaml }, ...written].map(({ name, text }) => ({
  name,
  bytes: new TextEncoder().encode(text),
}));

/** Bytes put in the place of others: syntax of YAML and CSV, broken UTF-8, ends of lines. */
const insert = fc.oneof(
  fc
    .constantFrom(
      ...[
        '"',
        "'",
        '[',
        ']',
        '{',
        '}',
        '\n',
        '\r',
        '\t',
        ': ',
        '- ',
        '#',
        '&a ',
        '*a',
        '!x ',
        '|',
        '>',
        ',',
        ';',
      ],
      ...[
        '\0',
        '---\n',
        '...\n',
        '%',
        '? ',
        '<<: ',
        '\ufeff',
        '\u2028',
        '\u0085',
        '\u202e',
        '1e9',
        '-',
        '~',
        '\\',
        '`',
        '@',
      ],
    )
    .map((text) => new TextEncoder().encode(text)),
  fc.uint8Array({ minLength: 1, maxLength: 3 }),
);
const cut = fc.record({ at: fc.nat(), remove: fc.nat({ max: 40 }), insert });

test('a damaged file gives problems in the file, or facts, and never throws', () => {
  let refused = 0;
  fc.assert(
    fc.property(
      fc.constantFrom(...files),
      fc.array(cut, { minLength: 1, maxLength: 3 }),
      (file, cuts) => {
        let bytes: Uint8Array = file.bytes;
        for (const { at, remove, insert: put } of cuts) {
          const from = at % (bytes.length + 1);
          bytes = Buffer.concat([bytes.subarray(0, from), put, bytes.subarray(from + remove)]);
        }
        const result = readDeclared([{ name: file.name, bytes }], {
          now: NOW,
          isKnown: () => true,
        });
        if (result.ok) return;
        refused += 1;
        const lines = Buffer.from(bytes)
          .toString('utf8')
          .split(/\r\n|[\r\n]/);
        for (const { file: name, line, column, message } of result.problems) {
          assert.equal(name, file.name);
          assert.ok(
            line >= 1 && line <= lines.length,
            `line ${line} of ${lines.length}: ${message}`,
          );
          const width = (lines[line - 1]?.length ?? 0) + 2;
          assert.ok(column >= 1 && column <= width, `column ${column} of ${width}: ${message}`);
        }
      },
    ),
    { numRuns: 2000 },
  );
  assert.ok(refused > 500, `only ${refused} were refused`);
});

test('a CSV file cut short gives at most a changed last row', () => {
  const rows = whole.observations.map(({ observation }) => observation);
  for (const { name, bytes } of files.slice(1)) {
    for (let length = 0; length < bytes.length - 1; length += 1) {
      const cutShort = { name, bytes: bytes.subarray(0, length) };
      const result = readDeclared([cutShort], { now: NOW, isKnown: () => true });
      const found = result.ok ? result.observations.map(({ observation }) => observation) : [];
      for (const observation of found.slice(0, -1)) {
        assert.ok(
          rows.some((one) => isDeepStrictEqual(one.body, observation.body)),
          `${name} ${length}`,
        );
      }
    }
  }
});
