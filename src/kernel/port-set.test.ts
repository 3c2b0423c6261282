import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { countPorts, hasPort, listPorts, portsText, readPorts, withoutPorts } from './port-set.ts';

test('lists as people write them, sorted and joined', () => {
  for (const [written, spelled] of [
    ['80,22', '22,80'],
    ['22-25, 24 - 30', '22-30'],
    ['1-10,11', '1-11'],
    ['', ''],
    ['0-65535', '0-65535'],
  ] as const)
    assert.equal(portsText(readPorts(written) ?? []), spelled, written);
  for (const none of ['65536', '30-20', 'ssh', '-5', '1-2-3', '99999999'])
    assert.equal(readPorts(none), undefined, none);
});

test('without some ports, exactly those are gone', () => {
  const port = fc.integer({ min: 0, max: 60 });
  fc.assert(
    fc.property(fc.array(port), fc.array(port), (ports, gone) => {
      const ranges = readPorts(ports.join(',')) ?? [];
      const left = withoutPorts(ranges, gone);
      const expected = [...new Set(ports)].filter((each) => !gone.includes(each));
      assert.deepEqual(
        listPorts(left),
        expected.sort((a, b) => a - b),
      );
      assert.equal(countPorts(left), expected.length);
      assert.ok(expected.every((each) => hasPort(left, each)));
    }),
  );
});
