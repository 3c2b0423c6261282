import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Fetch } from '../kernel/http/outgoing.ts';
import type { PeopleCount } from './count.ts';
import { countPeople } from './count.ts';
import { personKey } from './person-key.ts';
import { fhirServerExtract } from './read-fhir-server.ts';
import { syntheticPerson } from './synth/person.ts';

const BASE = 'https://fhir.example.org/R4';

function patient(index: number) {
  const person = syntheticPerson('fhir-server', index);
  return {
    resourceType: 'Patient',
    id: `p${index}`,
    identifier: [{ system: 'https://fhir.nhs.uk/Id/nhs-number', value: person.nhsNumber }],
    name: [{ family: person.family, given: [person.given] }],
    birthDate: person.born,
  };
}

function bundle(resources: readonly object[], next?: string): Response {
  const link = next === undefined ? [] : [{ relation: 'next', url: next }];
  const entry = resources.map((resource) => ({ resource }));
  return Response.json({ resourceType: 'Bundle', link, entry });
}

const none = (): Response => bundle([]);

async function countAt(answers: Readonly<Record<string, () => Response>>) {
  const asked: string[] = [];
  const fetch: Fetch = (url, init) => {
    const address = new URL(url);
    asked.push(`${address.pathname}${address.search}`);
    assert.equal((init.headers as Record<string, string>)['authorization'], 'Bearer planted-token');
    const type = address.pathname.split('/').at(-1) ?? '';
    const page = address.searchParams.get('page');
    return Promise.resolve((answers[page === null ? type : `${type} ${page}`] ?? none)());
  };
  const extract = fhirServerExtract({ base: `${BASE}/`, token: 'planted-token', fetch }, 'server');
  const count: PeopleCount = await countPeople([extract], {
    key: personKey([Buffer.alloc(32, 4)]),
    source: 'fhir',
    asOf: new Date('2022-08-04T00:00:00Z'),
    acceptTestNumbers: true,
  });
  return { count, asked };
}

test('pages are followed, conditions count for their patients, a refused type makes the count partial', async () => {
  const { count, asked } = await countAt({
    Patient: () => bundle([patient(1), patient(2)], `${BASE}/Patient?page=2`),
    'Patient 2': () => bundle([patient(3), patient(1)]),
    Condition: () =>
      bundle([{ resourceType: 'Condition', subject: { reference: `${BASE}/Patient/p3` } }]),
    Coverage: () => new Response('', { status: 403 }),
  });
  assert.equal(count.persons.best, 3);
  assert.equal(count.specialCategory.best, 1);
  assert.deepEqual(count.problems, [{ file: 'server', column: 'Coverage', reason: 'read-failed' }]);
  assert.equal(asked[0], '/R4/Patient?_count=500');
});

test('a busy server is asked again after the time it names', async () => {
  let refusals = 1;
  const { count } = await countAt({
    Patient: () =>
      refusals-- > 0
        ? new Response('', { status: 429, headers: { 'retry-after': '0.01' } })
        : bundle([patient(1)]),
  });
  assert.equal(count.persons.best, 1);
  assert.equal(count.partial, false);
});

test('a page that leads round in a circle ends, one that leads elsewhere is refused with the token kept', async () => {
  const circle = await countAt({
    Patient: () => bundle([patient(1)], `${BASE}/Patient?_count=500`),
  });
  assert.equal(circle.count.partial, true);
  await assert.rejects(
    countAt({ Patient: () => bundle([patient(1)], 'https://elsewhere.example/Patient') }),
    (error: Error) => /another server/.test(error.message) && !error.message.includes('planted'),
  );
  await assert.rejects(countAt({ Patient: () => new Response('', { status: 401 }) }), {
    code: 'unreachable',
  });
});

test('a server elsewhere is never asked in clear text', () => {
  const fetch: Fetch = () => assert.fail('asked');
  const ask = (base: string) => fhirServerExtract({ base, fetch }, 'server');
  assert.throws(() => ask('http://fhir.example.org/R4'), { code: 'bad_input' });
  assert.doesNotThrow(() => ask('http://127.0.0.1:8080/fhir'));
});
