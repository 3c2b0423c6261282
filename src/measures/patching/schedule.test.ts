import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import type { MaintenanceWindow } from './calendar/windows.ts';
import { schedule, type Visit } from './schedule.ts';

const NOW = new Date('2026-03-01T12:00:00Z');
const day = (offset: number): Date => new Date(NOW.getTime() + offset * 86_400_000);
const window = (end: number, ...whom: string[]): MaintenanceWindow => ({
  name: `night ${end}`,
  start: day(end - 0.2),
  end: day(end),
  for: whom,
});
const visit = (asset: string, due: number, ...more: string[]): Visit => ({
  asset,
  selectors: [`asset:${asset}`, ...more],
  due: day(due),
});
const nights = (all: ReturnType<typeof schedule>): (string | undefined)[] =>
  all.map(({ window: at }) => at?.name);

test('a visit moves to a later window of its own so that another keeps its deadline', () => {
  const planned = schedule([visit('a', 9), visit('b', 2)], [window(1), window(5)], {
    now: NOW,
    perWindow: 1,
  });
  assert.deepEqual(nights(planned), ['night 5', 'night 1']);
  assert.ok(planned.every(({ inTime }) => inTime));
});

test('what is overdue and important takes the first window, and nobody later takes it back', () => {
  const planned = schedule(
    [visit('dc', -700), visit('b', 2), visit('c', 2)],
    [window(1), window(5)],
    { now: NOW, perWindow: 1 },
  );
  assert.deepEqual(nights(planned), ['night 1', 'night 5', undefined]);
  assert.deepEqual(
    planned.map(({ inTime }) => inTime),
    [false, false, false],
  );
});

test('a window for one service serves no other, a past one nobody, the end counts and not the beginning', () => {
  const windows = [window(-1), window(1, 'service:rota'), window(3)];
  const planned = schedule(
    [visit('web', 1, 'service:rota'), visit('db', 2), visit('x', 2.9)],
    windows,
    { now: NOW, perWindow: 9 },
  );
  assert.deepEqual(nights(planned), ['night 1', 'night 3', 'night 3']);
  assert.deepEqual(
    planned.map(({ inTime }) => inTime),
    [true, false, false],
  );
});

/** Whether these visits can all be in time, by trying every assignment. */
function feasible(
  visits: readonly Visit[],
  windows: readonly MaintenanceWindow[],
  perWindow: number,
): boolean {
  const [first, ...rest] = visits;
  if (first === undefined) return true;
  const load = new Map<MaintenanceWindow, number>();
  const place = ([head, ...tail]: readonly Visit[]): boolean => {
    if (head === undefined) return true;
    return windows.some((each) => {
      const used = load.get(each) ?? 0;
      const fits = each.end > NOW && each.end <= head.due && used < perWindow;
      if (
        !fits ||
        !(each.for.length === 0 || each.for.some((name) => head.selectors.includes(name)))
      )
        return false;
      load.set(each, used + 1);
      const done = place(tail);
      load.set(each, used);
      return done;
    });
  };
  return place([first, ...rest]);
}

test('the most important assets that can be in time are, against every assignment there is', () => {
  const someWindows = fc.array(
    fc.record({
      end: fc.integer({ min: -1, max: 8 }),
      whom: fc.subarray(['service:a', 'service:b'], { maxLength: 1 }),
    }),
    { maxLength: 4 },
  );
  const someVisits = fc.array(
    fc.record({
      due: fc.integer({ min: 1, max: 9 }),
      service: fc.constantFrom('service:a', 'service:b'),
    }),
    { maxLength: 6 },
  );
  fc.assert(
    fc.property(someWindows, someVisits, fc.integer({ min: 1, max: 2 }), (w, v, perWindow) => {
      const windows = w.map(({ end, whom }) => window(end, ...whom));
      const visits = v.map(({ due, service }, i) => visit(`asset-${i}`, due, service));
      const planned = schedule(visits, windows, { now: NOW, perWindow });
      const kept: Visit[] = [];
      for (const each of visits) if (feasible([...kept, each], windows, perWindow)) kept.push(each);
      assert.deepEqual(
        planned.filter(({ inTime }) => inTime).map((each) => each.visit),
        kept,
      );
      for (const each of windows)
        assert.ok(planned.filter((one) => one.window === each).length <= perWindow);
    }),
    { numRuns: 500 },
  );
});
