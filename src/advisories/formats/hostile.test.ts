import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  aVex,
  anNvdRecord,
  anOsvRecord,
  sampleOf,
} from '../../../test/support/advisory-samples.ts';
import type { ParseDocument } from '../item.ts';
import { recogniseDocument } from '../recognise.ts';
import { parseCsaf } from './csaf.ts';
import { parseCve } from './cve.ts';
import { parseTrackerPackage } from './debian-tracker.ts';
import { parseEndOfLife } from './endoflife.ts';
import { parseKev } from './kev.ts';
import { parseNvd } from './nvd.ts';
import { parseOsv } from './osv.ts';
import { parseSecdb } from './secdb.ts';

const notes = { dropped: () => undefined, asOf: () => undefined };

function json(source: string, file: string): unknown {
  return JSON.parse(String(sampleOf(source)[file])) as unknown;
}

const PARSERS: readonly (readonly [string, ParseDocument, unknown])[] = [
  ['csaf', parseCsaf, aVex()],
  [
    'cve',
    parseCve,
    {
      cveMetadata: { cveId: 'CVE-2026-0001', state: 'PUBLISHED' },
      containers: {
        cna: { metrics: [{ cvssV3_1: { vectorString: 'a/b' } }] },
        adp: [
          {
            metrics: [{ other: { type: 'ssvc', content: { options: [{ Exploitation: 'poc' }] } } }],
          },
        ],
      },
    },
  ],
  [
    'debian',
    parseTrackerPackage,
    {
      'CVE-2026-0001': {
        description: 'x',
        releases: { bookworm: { status: 'open', urgency: 'low', nodsa: 'x' } },
      },
    },
  ],
  ['endoflife', parseEndOfLife, json('endoflife', 'api/v1/products/full')],
  ['kev', parseKev, json('kev', 'known_exploited_vulnerabilities.json')],
  [
    'nvd',
    parseNvd,
    { format: 'NVD_CVE', vulnerabilities: [{ cve: anNvdRecord('CVE-2026-0001') }] },
  ],
  [
    'osv',
    parseOsv,
    JSON.parse(
      anOsvRecord('A-1', 'npm', 'left', {
        aliases: ['CVE-2026-0001'],
        severity: [{ type: 'CVSS_V3', score: 'a/b' }],
      }),
    ),
  ],
  ['secdb', parseSecdb, json('alpine', 'v3.20/main.json')],
];

for (const [name, parse, good] of PARSERS) {
  test(`${name}: whatever stands in the place of whatever, it is read or passed over, never thrown at`, () => {
    assert.ok(parse(good, notes, 'curl').length > 0);
    fc.assert(
      fc.property(fc.jsonValue(), fc.nat(), (value, place) => {
        const spoiled = replaced(good, value, place);
        recogniseDocument(spoiled);
        assert.ok(Array.isArray(parse(spoiled, notes, 'curl')));
        assert.ok(Array.isArray(parse(value, notes, 'curl')));
      }),
      { numRuns: 400 },
    );
  });
}

/** A copy with one of its values, counted through, replaced. */
function replaced(whole: unknown, value: unknown, place: number): unknown {
  let count = 0;
  const walk = (node: unknown): void => {
    count += 1;
    if (typeof node === 'object' && node !== null) Object.values(node).forEach(walk);
  };
  walk(whole);
  const target = place % count;
  let at = -1;
  const copy = (node: unknown): unknown => {
    at += 1;
    if (at === target) return value;
    if (Array.isArray(node)) return node.map(copy);
    if (typeof node !== 'object' || node === null) return node;
    return Object.fromEntries(Object.entries(node).map(([key, entry]) => [key, copy(entry)]));
  };
  return copy(whole);
}
