/* eslint-disable @typescript-eslint/no-unsafe-call, @typescript-eslint/no-unsafe-argument, @typescript-eslint/no-unsafe-return --
   documents of other people's formats are looked into by path; a wrong path fails the test */
/** SARIF, CycloneDX and OpenVEX: what they say, that they are valid, the same bytes, and harmless whatever a name holds. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  aComponent,
  aFinding,
  aHostileReport,
  anUnsureReport,
  aReport,
} from '../../test/support/a-report.ts';
import { cycloneDxProblems } from '../../test/support/cyclonedx-schema.ts';
import { anInputFile, foundIn } from '../../test/support/input-files.ts';
import { cyclonedx } from '../inventory/cyclonedx/extractor.ts';
import { formatOf } from './formats.ts';
import type { ScanReport } from './report.ts';

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- foreign documents are looked into by path
type Any = any;

async function document(
  format: 'sarif' | 'cyclonedx' | 'openvex',
  report: ScanReport,
): Promise<Any> {
  return JSON.parse(await formatOf(format, [report]));
}

test('SARIF: a rule an advisory, a result a finding, what is unknown among the notifications', async () => {
  const sarif = await document('sarif', anUnsureReport());
  const [run] = sarif.runs;
  assert.deepEqual(
    run.results.map((each: Any) => [each.ruleId, each.kind, each.level]),
    [
      ['GHSA-aaaa-bbbb-cccc', 'fail', 'error'],
      ['GHSA-unde-cide-d000', 'open', 'none'],
      ['GHSA-nott-affe-cted', 'pass', 'none'],
    ],
  );
  assert.equal(run.tool.driver.rules[0].properties['security-severity'], '7.5');
  assert.deepEqual(run.results[0].locations[0], {
    physicalLocation: {
      artifactLocation: { uri: 'package-lock.json' },
      region: { startLine: 7 },
    },
    logicalLocations: [{ fullyQualifiedName: 'pkg:npm/left-lib@1.2.3', kind: 'package' }],
  });
  const notes = run.invocations[0].toolExecutionNotifications.map((each: Any) => each.message.text);
  assert.equal(notes.length, 7);
  assert.match(notes.join('\n'), /2 generic: nobody publishes[^]*feed osv:crates\.io: too old/);
});

test('SARIF keeps the rules of its schema that a type cannot say', async () => {
  for (const report of [aReport(), anUnsureReport(), aHostileReport()]) {
    const { version, runs } = await document('sarif', report);
    assert.equal(version, '2.1.0');
    for (const { tool, results, invocations } of runs) {
      const ids = tool.driver.rules.map(({ id }: Any) => id);
      assert.equal(new Set(ids).size, ids.length);
      for (const result of results) {
        assert.equal(ids[result.ruleIndex], result.ruleId);
        assert.ok(result.level === 'none' || result.kind === 'fail');
        assert.ok(result.message.text !== '');
        for (const { physicalLocation } of result.locations) {
          const { uri } = physicalLocation.artifactLocation;
          assert.match(uri, /^[\w!'()*.~%-]+(?:\/[\w!'()*.~%-]+)*$/);
          assert.doesNotMatch(uri, /(^|\/)\.\.(\/|$)/);
        }
      }
      const notifications = tool.driver.notifications.length;
      for (const { descriptor } of invocations[0].toolExecutionNotifications) {
        assert.ok(descriptor.index < notifications);
      }
    }
  }
});

test('SARIF: what lies in an archive stands at the archive; other places are related', async () => {
  const component = aComponent({
    locations: [
      { path: 'lib/app 1.jar!BOOT-INF/a.jar', extractor: 'java' },
      { path: 'other.jar', extractor: 'java' },
    ],
  });
  const sarif = await document(
    'sarif',
    aReport({ components: [component], findings: [aFinding()] }),
  );
  const [result] = sarif.runs[0].results;
  assert.equal(result.locations[0].physicalLocation.artifactLocation.uri, 'lib/app%201.jar');
  assert.equal(
    result.locations[0].logicalLocations[1].fullyQualifiedName,
    'lib/app 1.jar!BOOT-INF/a.jar',
  );
  assert.equal(result.relatedLocations[0].physicalLocation.artifactLocation.uri, 'other.jar');
});

test('CycloneDX: valid by its own schema, with states and how complete it is', async () => {
  for (const report of [
    aReport(),
    anUnsureReport(),
    aHostileReport(),
    aReport({ findings: [], components: [] }),
  ]) {
    assert.deepEqual(cycloneDxProblems(await document('cyclonedx', report), '1.6'), []);
  }
  const bom = await document('cyclonedx', anUnsureReport());
  assert.deepEqual(
    bom.vulnerabilities.map(({ id, analysis, affects }: Any) => [
      id,
      analysis.state,
      affects[0].versions[0].status,
    ]),
    [
      ['GHSA-aaaa-bbbb-cccc', 'exploitable', 'affected'],
      ['GHSA-unde-cide-d000', 'in_triage', 'unknown'],
      ['GHSA-nott-affe-cted', 'not_affected', 'unaffected'],
    ],
  );
  assert.equal(bom.compositions[0].aggregate, 'incomplete');
  assert.equal((await document('cyclonedx', aReport())).compositions[0].aggregate, 'complete');
  assert.deepEqual(bom.components[0], {
    'bom-ref': 'distribution',
    type: 'operating-system',
    name: 'debian',
    version: '12',
  });
});

test('CycloneDX: every reference leads somewhere and none is given twice', async () => {
  const twice = aReport({ components: [aComponent(), aComponent()], findings: [aFinding()] });
  for (const report of [twice, aReport(), aHostileReport()]) {
    const { metadata, components, vulnerabilities } = await document('cyclonedx', report);
    const references = [metadata.component, ...components, ...vulnerabilities].map(
      (each: Any) => each['bom-ref'],
    );
    assert.equal(new Set(references).size, references.length);
    for (const { affects } of vulnerabilities) assert.ok(references.includes(affects[0].ref));
  }
});

test('CycloneDX: what is written reads back as the same components', async () => {
  const report = aReport({
    components: [aComponent(), aComponent({ name: '@scope/other', scope: 'development' })],
    findings: [],
  });
  const file = anInputFile('bom.json', await formatOf('cyclonedx', [report]));
  const found = await foundIn(cyclonedx, file);
  assert.deepEqual(
    found.map(({ purl, scope }) => [purl, scope]),
    report.components.map(({ purl, scope }) => [purl, scope]),
  );
});

test('OpenVEX: one statement for all components of which the same is said, by CVE, with what to do', async () => {
  const same = (purl: string) => aFinding({ id: 'GHSA-aaaa-bbbb-cccc', purl });
  const report = aReport({
    findings: [
      same('pkg:npm/a@1'),
      same('pkg:npm/b@1'),
      aFinding({ id: 'GHSA-no-fix', aliases: [], fixed: [], fixState: 'none-known' }),
      aFinding({ id: 'GHSA-unknown', state: 'unknown', reason: 'version' }),
      aFinding({
        id: 'GHSA-outside',
        state: 'not_affected',
        explain: {
          ...aFinding().explain,
          feeds: [
            { feed: 'osv:npm', record: 'GHSA-outside', says: 'outside', because: '', fresh: true },
          ],
        },
      }),
      aFinding({
        id: 'GHSA-vex',
        state: 'not_affected',
        vex: {
          document: 'v.json',
          number: 1,
          status: 'not_affected',
          justification: 'inline_mitigations_already_exist',
          timestamp: '2026-01-01T00:00:00Z',
        },
      }),
    ],
  });
  const vex = await document('openvex', report);
  assert.deepEqual(
    vex.statements.map((each: Any) => [
      each.vulnerability.name,
      each.products.length,
      each.status,
      each.justification ?? each.action_statement ?? each.status_notes,
    ]),
    [
      ['CVE-2026-0001', 2, 'affected', 'Update to 1.2.4.'],
      [
        'GHSA-no-fix',
        1,
        'affected',
        'No repair is known: restrict who reaches the component until there is one.',
      ],
      ['CVE-2026-0001', 1, 'under_investigation', 'Not known: the version cannot be read.'],
      ['CVE-2026-0001', 1, 'not_affected', 'vulnerable_code_not_present'],
      ['CVE-2026-0001', 1, 'not_affected', 'inline_mitigations_already_exist'],
    ],
  );
  assert.deepEqual(vex.statements[0].vulnerability.aliases, ['GHSA-aaaa-bbbb-cccc']);
});

test('OpenVEX keeps the rules of its specification', async () => {
  for (const report of [aReport(), anUnsureReport(), aHostileReport()]) {
    const vex = await document('openvex', report);
    assert.match(
      vex['@id'],
      /^urn:uuid:[\da-f]{8}-[\da-f]{4}-8[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/,
    );
    for (const {
      status,
      action_statement,
      impact_statement,
      justification,
      products,
    } of vex.statements) {
      if (status === 'affected') assert.ok(action_statement);
      if (status === 'not_affected') assert.ok(justification ?? impact_statement);
      for (const product of products) assert.match(product['@id'], /^pkg:[^\s<>"{}|\\^`]*$/);
    }
  }
});

for (const format of ['json', 'sarif', 'cyclonedx', 'openvex'] as const) {
  test(`${format}: the same report gives the same bytes, of other findings others`, async () => {
    assert.equal(await formatOf(format, [aReport()]), await formatOf(format, [aReport()]));
    const other = aReport({ findings: [aFinding({ fixed: ['9'] })] });
    assert.notEqual(await formatOf(format, [aReport()]), await formatOf(format, [other]));
  });

  test(`${format}: no text from outside reaches a terminal as a command`, async () => {
    const text = await formatOf(format, [aHostileReport()]);
    assert.doesNotMatch(
      text,
      /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\ud800-\udfff]/,
    );
    if (format === 'json') return;
    const values: string[] = [];
    JSON.parse(text, (_key, value: unknown) => {
      if (typeof value === 'string') values.push(value);
      return value;
    });
    for (const value of values) {
      assert.doesNotMatch(value, /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\ud800-\udfff]/);
      assert.doesNotMatch(value, /^javascript:/);
    }
  });
}
