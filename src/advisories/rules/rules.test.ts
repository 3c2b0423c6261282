import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareProductVersions } from '../products/order.ts';
import { productKey } from '../products/names.ts';
import { judgeByRule } from './judge.ts';
import { rules, rulesFeed, rulesFor } from './index.ts';
import type { Branch, RuleProduct } from './model.ts';

const NONE: ReadonlySet<string> = new Set();
const DAY = /^20\d\d-\d\d-\d\d$/;

test('every rule has a source, dates that are days, and ranges that parse', () => {
  assert.ok(rules.length >= 40, `${rules.length} rules`);
  for (const rule of rules) {
    assert.match(rule.cve, /^CVE-\d{4}-\d{4,}$/);
    assert.match(rule.source, /^https:\/\/[^\s/]+\/\S+$/, rule.cve);
    assert.ok(rule.title !== '' && rule.publisher !== '', rule.cve);
    for (const day of [rule.fixReleased, rule.checked, rule.kev?.added, rule.kev?.due])
      if (day !== undefined) assert.ok(DAY.test(day) && isDay(day), `${rule.cve}: ${day}`);
    assert.ok(rule.fixReleased <= rule.checked, rule.cve);
    assert.ok(rule.products.length > 0, rule.cve);
    for (const product of rule.products) checkProduct(product, rule.cve);
  }
});

function isDay(text: string): boolean {
  return new Date(`${text}T00:00:00Z`).toISOString().slice(0, 10) === text;
}

function checkProduct({ vendor, names, branches }: RuleProduct, cve: string): void {
  assert.ok(names.length > 0 && vendor !== '', cve);
  for (const name of names) {
    const key = productKey(vendor, name);
    assert.ok(
      rulesFor(key.vendor, key.product).some(({ rule }) => rule.cve === cve),
      `${cve} is not found under ${vendor}/${name}`,
    );
  }
  const starts = branches.flatMap(({ from }) => from ?? []);
  for (const [at, from] of starts.entries())
    if (at > 0)
      assert.equal(compareProductVersions(from, starts[at - 1] ?? ''), 1, `${cve}: ${from}`);
  for (const branch of branches) {
    assert.ok((branch.trains === undefined) !== (branch.from === undefined), cve);
    assert.ok(branch.released === undefined || isDay(branch.released), cve);
    for (const update of branch.updates ?? []) assert.match(update, /^KB\d{7}$/, cve);
  }
}

test('no product and flaw are spoken of twice', () => {
  const seen = new Set<string>();
  for (const { cve, products } of rules)
    for (const { vendor, names } of products)
      for (const name of names) {
        const { vendor: maker, product } = productKey(vendor, name);
        const key = `${cve} ${maker}/${product}`;
        assert.ok(!seen.has(key), key);
        seen.add(key);
      }
});

/** The version next below a bound: its last number less one; undefined where that is none. */
function justBelow(bound: string): string | undefined {
  const found = /^(.*?)(\d+)(\D*)$/.exec(bound);
  const last = Number(found?.[2] ?? 0);
  return last === 0 ? undefined : `${found?.[1] ?? ''}${last - 1}${found?.[3] ?? ''}`;
}

function justAbove(bound: string): string {
  return bound.replace(
    /(\d+)(\D*)$/,
    (_, last: string, rest: string) => `${Number(last) + 1}${rest}`,
  );
}

function inTrain(branch: Branch, version: string): string[] {
  return branch.trains?.map((train) => `${train}-${version}`) ?? [version];
}

test('just below, at and above every bound', () => {
  let bounds = 0;
  for (const { cve, products } of rules)
    for (const product of products)
      for (const branch of product.branches) {
        const state = (version: string) => judgeByRule(product, version, NONE).state;
        const { fixed, last } = branch;
        const check = (version: string | undefined, expected: string): void => {
          if (version === undefined) return;
          for (const each of inTrain(branch, version))
            assert.equal(state(each), expected, `${cve} ${product.names.join()} ${each}`);
        };
        if (fixed !== undefined) {
          check(justBelow(fixed), 'affected');
          check(fixed, 'not_affected');
          check(justAbove(fixed), 'not_affected');
          bounds += 1;
        }
        if (last !== undefined) {
          check(justBelow(last), 'affected');
          check(last, 'affected');
          check(justAbove(last), 'not_affected');
          bounds += 1;
        }
      }
  assert.ok(bounds > 150, `${bounds} bounds`);
});

function product(cve: string, name: string): RuleProduct {
  const found = rules
    .find((rule) => rule.cve === cve)
    ?.products.find(({ names }) => names.includes(name));
  assert.ok(found !== undefined, `${cve} ${name}`);
  return found;
}

test('ZeroLogon by the build: before its fix of 11 August 2020 and not from it on', () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ['windows-server-2016', '10.0.14393.3808', 'affected'],
    ['windows-server-2016', '10.0.14393.3866', 'not_affected'],
    ['windows-server-2019', '10.0.17763.1339', 'affected'],
    ['windows-server-2019', '10.0.17763.1397', 'not_affected'],
    ['windows-server-2019', '10.0.17763.10000', 'not_affected'],
    ['windows-server', '10.0.18363.1015', 'affected'],
    ['windows-server', '10.0.19041.450', 'not_affected'],
    ['windows-server-2012-r2', '6.3.9600.19780', 'affected'],
    ['windows-server-2012-r2', '6.3.9600.19785', 'not_affected'],
    ['windows-server-2012-r2', '6.3.9600', 'unknown'],
    ['windows-server-2016', '10.0.14393', 'unknown'],
    ['windows-server-2016', '', 'unknown'],
    ['windows-server-2008-r2', '6.1.7601', 'unknown'],
    ['windows-server-2022', '10.0.20348.1', 'not_affected'],
  ];
  for (const [name, version, expected] of cases) {
    const verdict = judgeByRule(product('CVE-2020-1472', name), version, NONE);
    assert.equal(verdict.state, expected, `${name} ${version}`);
  }
});

test('an update in the list counts where the version does not tell, and never against a running build', () => {
  const installed = new Set(['KB4571723', 'KB4571694']);
  const state = (name: string, version: string) =>
    judgeByRule(product('CVE-2020-1472', name), version, installed).state;
  assert.equal(state('windows-server-2012-r2', '6.3.9600'), 'not_affected');
  assert.equal(state('windows-server-2012-r2', '6.3.9600.19000'), 'not_affected');
  assert.equal(state('windows-server-2016', '10.0.14393'), 'not_affected');
  assert.equal(state('windows-server-2016', '10.0.14393.3808'), 'affected', 'waits for a restart');
});

test('NetScaler: each train by itself, certified editions apart, what is at its end stays affected', () => {
  const bleed = product('CVE-2023-4966', 'netscaler-adc');
  const cases: readonly (readonly [string, string])[] = [
    ['14.1-8.49', 'affected'],
    ['14.1-8.50', 'not_affected'],
    ['13.1-49.14', 'affected'],
    ['13.1-49.15', 'not_affected'],
    ['13.1-FIPS-37.163', 'affected'],
    ['13.1-FIPS-37.164', 'not_affected'],
    ['13.1-NDcPP-37.163', 'affected'],
    ['12.1-65.39', 'affected'],
    ['12.1-FIPS-55.300', 'not_affected'],
    ['13.1', 'unknown'],
    ['13.10-1.1', 'unknown'],
    ['11.1-65.23', 'unknown'],
    ['', 'unknown'],
    ['the newest', 'unknown'],
  ];
  for (const [version, expected] of cases)
    assert.equal(judgeByRule(bleed, version, NONE).state, expected, version);
});

test('the rules are a feed with a date, the same in every run', () => {
  const feed = rulesFeed();
  assert.equal(feed.id, 'rules');
  assert.match(feed.asOf, /^20\d\d-\d\d-\d\dT00:00:00\.000Z$/);
  assert.match(feed.sha256, /^[0-9a-f]{64}$/);
  assert.equal(feed.records, new Set(rules.map(({ cve }) => cve)).size);
});
