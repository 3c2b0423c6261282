import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DeclaredEntity } from './entity.ts';
import { diffDeclared } from './diff.ts';
import { readDeclared } from './read.ts';
import { diffJson, renderDiff } from './render-diff.ts';

function placed(text: string) {
  const bytes = new TextEncoder().encode(text);
  const result = readDeclared([{ name: 'e.yaml', bytes }], {
    now: '2026-11-21T09:00:00Z',
    isKnown: () => true,
  });
  assert.ok(result.ok, JSON.stringify(result));
  return result.observations;
}

const entities = (text: string): DeclaredEntity[] =>
  placed(text).map(({ observation }) => observation);

const BEFORE = `
customers:
- { id: rx1, name: Riverside, ods: RX1 }
- { id: rx2, name: Hill }
services:
- { id: rota, clinicalCriticality: routine, customers: [rx1, rx2] }
holdings:
- { id: h, asset: db, people: 10 }
`;
const AFTER = `
customers:
- { id: rx1, name: Riverside Trust }
- { id: rx3, name: Dale }
services:
- { id: rota, clinicalCriticality: urgent, customers: [rx3, rx1] }
holdings:
- { id: h, asset: db, people: { low: 10, best: 12, high: 20 } }
`;

test('a diff tells field by field what was and what is', () => {
  const diff = diffDeclared(entities(BEFORE), placed(AFTER));
  assert.equal(
    renderDiff(diff),
    `+ customer rx3 (e.yaml:4:3)
~ customer rx1 (e.yaml:3:3)
    name: Riverside → Riverside Trust
    ods: RX1 → (none)
    identifiers: - ods:RX1
~ service rota (e.yaml:6:3)
    clinicalCriticality: routine → urgent
    customers: + rx3, - rx2
~ holding h (e.yaml:8:3)
    people.best: 10 → 12
    people.high: 10 → 20
? customer rx2 is no longer in the files (kept)
1 added, 3 changed, 1 no longer in the files (kept).
`,
  );
});

test('with complete files, what is missing ends', () => {
  const diff = diffDeclared(entities(BEFORE), placed('customers: [{ id: rx2, name: Hill }]'), {
    complete: true,
  });
  assert.equal(
    renderDiff(diff),
    `- customer rx1 ends: no longer in the files
- service rota ends: no longer in the files
- holding h ends: no longer in the files
1 unchanged, 3 ended.
`,
  );
});

test('the same estate changes nothing, whatever the order of lists and fields', () => {
  const [rota] = entities('services: [{ id: rota, customers: [b, a], division: care }]');
  const again = placed('services: [{ division: care, customers: [a, b], id: rota }]');
  assert.ok(rota);
  assert.equal(renderDiff(diffDeclared([rota], again)), 'Nothing changes: 1 unchanged.\n');
});

test('colour only when asked, bounded length, no control characters from what was stored', () => {
  const diff = diffDeclared([], placed('divisions: [{ id: a }, { id: b }, { id: c }]'));
  assert.equal(
    renderDiff(diff, { most: 2 }),
    '+ division a (e.yaml:1:13)\n+ division b (e.yaml:1:24)\n  … and 1 more added\n3 added.\n',
  );
  assert.match(renderDiff(diff, { color: true }), /^\u001b\[32m\+ division a/);
  const stored: DeclaredEntity = { kind: 'division', key: 'a', body: { name: 'x\u001b[2J' } };
  const text = renderDiff(diffDeclared([stored], placed('divisions: [{ id: a }]')));
  assert.equal(text.includes('\u001b'), false);
});

test('the JSON shape holds positions, bodies and changes', () => {
  const diff = diffDeclared(
    entities(BEFORE),
    placed('customers: [{ id: rx1, name: R, ods: RX1 }, { id: n }]'),
  );
  assert.deepEqual(JSON.parse(JSON.stringify(diffJson(diff))), {
    complete: false,
    summary: { added: 1, changed: 1, unchanged: 0, missing: 3 },
    added: [
      { kind: 'customer', key: 'n', file: 'e.yaml', line: 1, column: 45, body: { name: 'n' } },
    ],
    changed: [
      {
        kind: 'customer',
        key: 'rx1',
        file: 'e.yaml',
        line: 1,
        column: 13,
        changes: [{ field: 'name', old: 'Riverside', new: 'R' }],
      },
    ],
    missing: [
      { kind: 'customer', key: 'rx2' },
      { kind: 'service', key: 'rota' },
      { kind: 'holding', key: 'h' },
    ],
  });
});
