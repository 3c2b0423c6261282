import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { fileExtracts } from './count-files.ts';
import type { PeopleCount } from './count.ts';
import { countPeople } from './count.ts';
import { countText } from './count-text.ts';
import { personKey } from './person-key.ts';
import { syntheticPerson } from './synth/person.ts';

const NHS = 'https://fhir.nhs.uk/Id/nhs-number';

async function countFiles(
  t: TestContext,
  files: Readonly<Record<string, unknown>>,
): Promise<PeopleCount> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'holdfast-fhir-'));
  t.after(() => rm(folder, { recursive: true }));
  await mkdir(path.join(folder, 'export'));
  for (const [name, value] of Object.entries(files)) {
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    await writeFile(path.join(folder, 'export', name), text);
  }
  return countPeople(fileExtracts([path.join(folder, 'export')]), {
    key: personKey([Buffer.alloc(32, 4)]),
    source: 'fhir',
    asOf: new Date('2022-08-04T00:00:00Z'),
    acceptTestNumbers: true,
  });
}

function patient(index: number, more: object = {}) {
  const person = syntheticPerson('fhir', index);
  return {
    resourceType: 'Patient',
    id: `p${index}`,
    identifier: [{ system: NHS, value: person.nhsNumber }],
    name: [{ use: 'official', family: person.family, given: [person.given, 'J'] }],
    birthDate: person.born,
    address: [{ line: [person.street], city: person.town, postalCode: person.postcode }],
    ...more,
  };
}

function about(type: string, index: number, more: object = {}) {
  return {
    resourceType: type,
    id: `${type}-${index}`,
    subject: { reference: `Patient/p${index}` },
    ...more,
  };
}

test('patients and what is recorded about them, over bundles, single resources and NDJSON', async (t) => {
  const count = await countFiles(t, {
    'bundle.json': {
      resourceType: 'Bundle',
      entry: [
        { resource: patient(1) },
        { resource: patient(2, { deceasedDateTime: '2021-05-01' }) },
        { resource: about('Condition', 1, { code: { text: 'Stroke' } }) },
        { resource: about('Condition', 2, { code: { text: 'Stroke' } }) },
        { fullUrl: 'urn:uuid:3', resource: patient(3) },
        { resource: { resourceType: 'Observation', subject: { reference: 'urn:uuid:3' } } },
        { resource: { resourceType: 'Organization', name: 'Kelderby Surgery' } },
      ],
    },
    'care-plan.json': about('CarePlan', 1, {
      note: [{ text: 'Key safe 4471 left of the front door' }],
    }),
    'more.ndjson': `${JSON.stringify(patient(4))}\n${JSON.stringify(patient(1))}\n`,
  });
  assert.equal(count.persons.best, 4);
  assert.equal(count.deceased.best, 1);
  assert.equal(count.specialCategory.best, 2);
  assert.equal(count.homeEntry.best, 1);
  assert.equal(count.partial, false);
});

test('a resource whose patient is not in the export still counts its patient once', async (t) => {
  const count = await countFiles(t, {
    'a.ndjson': [about('Condition', 9), about('Encounter', 9), about('Condition', 8)]
      .map((each) => JSON.stringify(each))
      .join('\n'),
  });
  assert.equal(count.persons.best, 2);
});

test('broken documents make the count partial and say where, without their content', async (t) => {
  const count = await countFiles(t, {
    'a.json': patient(1),
    'b.json': '{"resourceType":"Patient","name":[{"family":"Planted"',
    'c.ndjson': `{"x":\n${JSON.stringify(patient(2))}\n`,
  });
  assert.equal(count.persons.best, 2);
  assert.equal(count.partial, true);
  assert.deepEqual(
    count.problems.map(({ file, row, reason }) => [path.basename(file), row, reason]),
    [
      ['b.json', undefined, 'invalid-json'],
      ['c.ndjson', 1, 'invalid-json'],
    ],
  );
  const text = countText(count);
  assert.match(text, /PARTIAL/);
  assert.equal(text.includes('Planted'), false);
});
