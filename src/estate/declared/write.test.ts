import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import type { DeclaredEntity } from './entity.ts';
import { diffDeclared } from './diff.ts';
import type { FieldType } from './field-type.ts';
import { derivedIdentifiers } from './identifiers.ts';
import { formatProblem } from './problem.ts';
import { readDeclared } from './read.ts';
import { SHAPES, shapeOf, type ItemShape } from './shape.ts';
import { writeDeclared } from './write.ts';
import { declaredEstate } from '../../../test/support/declared-estate.ts';

const NOW = '2026-11-21T09:00:00Z';

function readBack(entities: readonly DeclaredEntity[], format: 'yaml' | 'csv') {
  const files = writeDeclared(entities, format).map(({ name, text }) => ({
    name,
    bytes: new TextEncoder().encode(text),
  }));
  const result = readDeclared(files, { now: NOW, isKnown: () => true });
  assert.deepEqual(
    result.ok ? [] : result.problems.map(formatProblem),
    [],
    files.map(({ bytes }) => new TextDecoder().decode(bytes)).join('\n'),
  );
  assert.ok(result.ok);
  return result.observations;
}

/** One line of text with everything that YAML, CSV or a spreadsheet might take for more. */
const text = fc
  .array(
    fc.constantFrom(
      ...[
        'a',
        'Ward',
        '1',
        ' ',
        ',',
        ';',
        '"',
        "'",
        '\\',
        ':',
        ': ',
        ' #',
        '#',
        '- ',
        '-',
        '=',
        '+',
        '@',
      ],
      ...[
        '[',
        ']',
        '{',
        '}',
        '&',
        '*',
        '!',
        '|',
        '>',
        '%',
        '?',
        '~',
        'null',
        'true',
        '.',
        '/',
        'é',
        '𝒳',
        '`',
      ],
    ),
    { minLength: 1, maxLength: 8 },
  )
  .map((parts) => parts.join('').trim())
  .filter((value) => value !== '');

/** Values that pass a field's own test. */
const SAMPLES: readonly [RegExp, readonly string[]][] = [
  [/network/, ['10.1.0.0/16', '2001:db8::/32']],
  [/address/, ['10.1.0.5', '::1', '2001:db8::7']],
  [/^$/, ['RX1', '123', 'A1B2C3']],
];

function value(type: FieldType): fc.Arbitrary<unknown> {
  switch (type.type) {
    case 'text': {
      const [rule] = type.tests;
      const samples = SAMPLES.find(([words]) => words.test(rule?.allowed ?? 'none'))?.[1];
      return samples === undefined ? text : fc.constantFrom(...samples);
    }
    case 'instant':
      return fc.constantFrom('2026-01-01T00:00:00Z', '2020-02-29T23:59:59.5+01:00');
    case 'number':
      return fc.integer({ min: type.minimum, max: Math.min(type.maximum, 2 ** 31 - 1) });
    case 'boolean':
      return fc.boolean();
    case 'choice':
      return fc.constantFrom(...type.values);
    default:
      return compound(type);
  }
}

function compound(type: FieldType): fc.Arbitrary<unknown> {
  switch (type.type) {
    case 'list':
      return fc.uniqueArray(value(type.of), {
        maxLength: 4,
        selector: (item) => JSON.stringify(item),
      });
    case 'range':
      return fc
        .array(fc.nat(), { minLength: 3, maxLength: 3 })
        .map((counts) => counts.sort((a, b) => a - b))
        .map(([low, best, high]) => ({ low, best, high }));
    case 'tally':
      return fc.dictionary(fc.constantFrom(...type.keys), fc.nat(), { noNullPrototype: true });
    case 'ref':
      return fc.record({ kind: fc.constantFrom(...type.kinds), key: text });
    case 'group':
      return body(type.fields);
    default:
      throw new TypeError(type.type);
  }
}

function body(fields: ItemShape['fields']): fc.Arbitrary<Record<string, unknown>> {
  const required = [...fields].filter(([, field]) => field.required).map(([name]) => name);
  const model = Object.fromEntries([...fields].map(([name, { of }]) => [name, value(of)]));
  return fc.record(model, { requiredKeys: required, noNullPrototype: true });
}

/** Entities of one kind as an import would have stored them. */
function entity(shape: ItemShape): fc.Arbitrary<DeclaredEntity> {
  const { kind } = shape;
  const named = fc.uniqueArray(
    text.map((name) => `serial:${name}`),
    { maxLength: 2 },
  );
  return fc.tuple(text, body(shape.fields), named).map(([key, generated, names]) => {
    const fitted = fit(kind, key, generated);
    const identifiers = [
      ...names.map((name) => `${name} ${kind} ${key}`),
      ...derivedIdentifiers(kind, fitted),
    ];
    return { kind, key, body: fitted, identifiers };
  });
}

/** Makes the generated body keep the rules that join fields. */
function fit(kind: string, key: string, generated: Record<string, unknown>) {
  if (kind === 'dependency') {
    const to = { kind: 'asset', key: `${key} target` };
    return { type: 'administers', from: { kind: 'account', key }, to };
  }
  if (kind === 'account') return { ...generated, login: `login ${key}` };
  if (kind === 'customer') return { name: generated['name'] };
  if (kind === 'asset') {
    const products =
      'products' in generated ? { products: ['citrix/netscaler-adc@13.1-48.47'] } : {};
    return { ...generated, ...products, hostnames: [`h ${key}`, `h.${key}`] };
  }
  if (kind !== 'holding') return generated;
  const fitted = { ...generated, asset: `on ${key}`, howCounted: 'declared' };
  return 'people' in fitted ? { ...fitted, people: { low: 0, best: 3, high: 2 ** 32 } } : fitted;
}

const estate = fc
  .tuple(
    ...SHAPES.map((shape) =>
      fc.uniqueArray(entity(shape), { maxLength: 3, selector: ({ key }) => key }),
    ),
  )
  .map((kinds) => kinds.flat())
  .filter((entities) => {
    const names = entities.flatMap(
      ({ kind, identifiers }) => identifiers?.map((name) => `${kind} ${name}`) ?? [],
    );
    return (
      entities.length > 0 && new Set(names.map((name) => name.toLowerCase())).size === names.length
    );
  });

for (const format of ['yaml', 'csv'] as const) {
  test(`what is exported as ${format} imports unchanged`, () => {
    let seen = 0;
    fc.assert(
      fc.property(estate, (entities) => {
        const diff = diffDeclared(entities, readBack(entities, format));
        assert.deepEqual([diff.added, diff.changed, diff.missing], [[], [], []]);
        seen += diff.unchanged;
        const again = readBack(entities, format).map(({ observation }) => observation);
        assert.deepEqual(
          writeDeclared(
            again.map((one) => ({ ...one, trueAt: undefined }) as never),
            format,
          ),
          writeDeclared(entities, format),
        );
      }),
      { numRuns: 100 },
    );
    assert.ok(seen > 250, `only ${seen} entities`);
  });
}

const ESTATE: readonly DeclaredEntity[] = [
  {
    kind: 'dependency',
    key: 'asset/dc1 administers asset/db1',
    body: {
      type: 'administers',
      from: { kind: 'asset', key: 'dc1' },
      to: { kind: 'asset', key: 'db1' },
    },
  },
  {
    kind: 'holding',
    key: 'h',
    body: {
      asset: 'db1',
      people: { low: 9, best: 9, high: 9 },
      categories: { health: 9 },
      howCounted: 'declared',
    },
    trueAt: '2026-01-01T00:00:00Z',
  },
  {
    kind: 'customer',
    key: 'b',
    body: { name: '=HYPERLINK("x")', ods: 'RX1' },
    identifiers: ['ods:RX1', 'nhs:7'],
  },
  { kind: 'customer', key: 'a', body: { name: 'Ward: "north"' } },
  { kind: 'service', key: 's', body: { name: 'null', customers: ['a', 'b;c'] } },
];

test('an exported YAML file reads like one written by hand', () => {
  assert.deepEqual(writeDeclared(ESTATE, 'yaml', { comment: 'Exported.\n2026-11-21' }), [
    {
      name: 'estate.yaml',
      text: `# Exported.
# 2026-11-21

customers:
  - id: a
    name: "Ward: \\"north\\""
  - id: b
    name: "=HYPERLINK(\\"x\\")"
    ods: RX1
    identifiers: ["nhs:7"]

services:
  - id: s
    name: "null"
    customers: [a, "b;c"]

holdings:
  - id: h
    asset: db1
    people: 9
    categories: { health: 9 }
    trueAt: 2026-01-01T00:00:00Z

dependencies:
  - type: administers
    from: asset/dc1
    to: asset/db1
`,
    },
  ]);
});

test('exported CSV files hold only filled columns and nothing that a spreadsheet runs', () => {
  assert.deepEqual(writeDeclared(ESTATE, 'csv'), [
    {
      name: 'customers.csv',
      text: 'id,name,ods,identifiers\na,"Ward: ""north""",,\nb,"\'=HYPERLINK(""x"")",RX1,nhs:7\n',
    },
    { name: 'services.csv', text: 'id,name,customers\ns,null,a;b\\;c\n' },
    {
      name: 'holdings.csv',
      text: 'id,asset,people,categories.health,trueAt\nh,db1,9,9,2026-01-01T00:00:00Z\n',
    },
    { name: 'dependencies.csv', text: 'type,from,to\nadministers,asset/dc1,asset/db1\n' },
  ]);
});

test('long lists go one value a line and come back whole', () => {
  const customers = Array.from({ length: 700 }, (_, index) => `customer-${index}`);
  const service: DeclaredEntity = { kind: 'service', key: 's', body: { name: 's', customers } };
  const [file] = writeDeclared([service], 'yaml');
  assert.equal(file?.text.split('\n').length, 705);
  assert.equal(diffDeclared([service], readBack([service], 'yaml')).unchanged, 1);
});

test('what only a machine can tell is not written as if a person had said it', () => {
  const asset: DeclaredEntity = {
    kind: 'asset',
    key: 'a',
    body: { name: 'a', type: 'host', bootedAt: NOW },
  };
  assert.throws(() => writeDeclared([asset], 'yaml'), {
    code: 'unsupported',
    message: 'asset "a" holds bootedAt, which only a connector can tell',
  });
  const counted: DeclaredEntity = {
    kind: 'holding',
    key: 'h',
    body: { asset: 'a', howCounted: 'counted' },
  };
  assert.throws(() => writeDeclared([counted], 'csv'), { code: 'unsupported' });
  assert.equal(shapeOf('asset').names.includes('bootedAt'), false);
});

test('an estate of 700 customers reads, writes and compares as itself', () => {
  const text = declaredEstate({ customers: 700, seed: 7 });
  const bytes = new TextEncoder().encode(text);
  const result = readDeclared([{ name: 'estate.yaml', bytes }], { now: NOW });
  assert.ok(result.ok);
  assert.equal(text, declaredEstate({ customers: 700, seed: 7 }));
  const customers = result.observations.filter(
    ({ observation }) => observation.kind === 'customer',
  );
  assert.equal(customers.length, 700);
  const entities = result.observations.map(({ observation }) => observation);
  for (const format of ['yaml', 'csv'] as const) {
    const { unchanged, ...rest } = diffDeclared(entities, readBack(entities, format));
    assert.deepEqual(rest, { added: [], changed: [], missing: [], complete: false });
    assert.equal(unchanged, entities.length);
  }
});
