import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cvssLine } from './lines.ts';

test('a line of JSON for each vector', () => {
  assert.equal(
    cvssLine(' CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H\r'),
    '{"vector":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H","version":"3.1","base":9.8,' +
      '"baseSeverity":"critical","score":9.8,"severity":"critical"}',
  );
  assert.equal(cvssLine(''), '{"vector":"","problem":"there is no vector"}');
  assert.equal(cvssLine('x'.repeat(100_000)).length < 500, true);
});
