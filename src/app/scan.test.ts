import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { workplace } from '../../test/support/command.ts';

const LOCK = {
  name: 'rota',
  lockfileVersion: 3,
  packages: {
    '': { name: 'rota' },
    'node_modules/left': { version: '1.0.0' },
    'node_modules/right': { version: '2.0.0' },
  },
};

function advisory(id: string, name: string, fixed: string, modified: string) {
  return {
    id,
    modified,
    summary: 'An invented flaw',
    aliases: [id.replace('GHSA', 'CVE-2026')],
    severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H' }],
    affected: [
      {
        package: { ecosystem: 'npm', name },
        ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed }] }],
      },
    ],
  };
}

/** A project with a lock file, and a data directory whose advisories are of `asOf`. */
function aTarget(t: TestContext, asOf: string) {
  const place = workplace(t);
  const project = path.join(place.home, 'project');
  const feed = path.join(place.home, 'feed');
  fs.mkdirSync(project);
  fs.mkdirSync(feed);
  fs.writeFileSync(path.join(project, 'package-lock.json'), JSON.stringify(LOCK));
  const records = [
    advisory('GHSA-1111', 'left', '1.1.0', asOf),
    advisory('GHSA-2222', 'right', '2.0.0', asOf),
    // The canary of npm: without it the feed's silence proves nothing.
    { ...advisory('GHSA-3333', 'other', '9.0.0', asOf), aliases: ['CVE-2019-10744'] },
  ];
  fs.writeFileSync(
    path.join(feed, 'npm.osv.jsonl'),
    records.map((record) => JSON.stringify(record)).join('\n'),
  );
  const updated = place.run('advisories', 'update', '--from', feed);
  assert.equal(updated.status, 0, updated.stderr);
  return { place, project };
}

const TODAY = new Date().toISOString();

test('a scan matches a project, explains itself, and its exit code tells what is known', (t) => {
  const { project, place } = aTarget(t, TODAY);
  const scanned = place.run('scan', project, '--format', 'json');
  const report = JSON.parse(scanned.stdout) as {
    schema: string;
    summary: { components: number; affected: number };
    components: { purl: string }[];
    findings: { purl: string; id: string; aliases: string[]; fixed: string[]; state: string }[];
  };
  assert.equal(report.schema, 'holdfast.scan/1');
  assert.deepEqual(
    report.components.map(({ purl }) => purl),
    ['pkg:npm/left@1.0.0', 'pkg:npm/right@2.0.0'],
  );
  assert.deepEqual(
    report.findings.map(({ purl, id, state, fixed }) => [purl, id, state, fixed]),
    [['pkg:npm/left@1.0.0', 'GHSA-1111', 'affected', ['1.1.0']]],
  );
  const failed = place.run('scan', project, '--fail-on', 'critical');
  assert.equal(failed.status, 5);
  const passed = place.run('scan', project, '--fail-on', 'kev');
  assert.notEqual(passed.status, 5);
});

test('without advisories, or with old ones, nothing is called clean', (t) => {
  const { project, place } = aTarget(t, '2025-01-01T00:00:00Z');
  const old = place.run('scan', project);
  assert.equal(old.status, 3);
  assert.match(old.stdout, /too old/);
  assert.match(old.stdout, /GHSA-1111/);
  const none = workplace(t).run('scan', project, '--json');
  assert.equal(none.status, 3);
  const { summary } = JSON.parse(none.stdout) as { summary: Record<string, unknown> };
  assert.deepEqual([summary['unknown'], summary['complete']], [2, false]);
});

test('VEX statements are applied, and the one that matches nothing is reported', (t) => {
  const { project, place } = aTarget(t, TODAY);
  const statement = (id: string, product: string) => ({
    vulnerability: { name: id },
    products: [{ '@id': product }],
    status: 'not_affected',
    justification: 'component_not_present',
  });
  const vex = place.write(
    'vex.json',
    JSON.stringify({
      '@context': 'https://openvex.dev/ns/v0.2.0',
      statements: [
        statement('GHSA-1111', 'pkg:npm/left'),
        statement('GHSA-1111', 'pkg:npm/left@0.9.0'),
      ],
    }),
  );
  const { stdout } = place.run('scan', project, '--json', '--vex', vex);
  const { findings, vex: applied } = JSON.parse(stdout) as {
    findings: { state: string }[];
    vex: { applied: number; unmatched: { nearest: { differs: string[] } }[] };
  };
  assert.deepEqual(
    findings.map(({ state }) => state),
    ['not_affected'],
  );
  assert.equal(applied.applied, 1);
  assert.deepEqual(applied.unmatched[0]?.nearest.differs, ['version: 0.9.0 ≠ 1.0.0']);
});

test('wrong targets and options are refused with what to do', (t) => {
  const place = workplace(t);
  const missing = place.run('scan', path.join(place.home, 'none'));
  assert.equal(missing.status, 2);
  const unclear = place.run('scan', 'host', '--fail-on', 'bad');
  assert.equal(unclear.status, 2);
  assert.match(unclear.stderr, /affected, fixable, kev/);
});
