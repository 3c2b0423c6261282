import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Entry } from 'ldapts';
import type { Directory } from './directory.ts';
import { readGroups } from './groups.ts';
import type { Search, Session } from './session.ts';

const DIRECTORY: Directory = {
  kind: 'active-directory',
  base: 'DC=corp,DC=example',
  identitySource: 'ad:corp.example',
  domain: 'corp.example',
};
const GROUP = 'CN=Everyone Here,OU=Groups,DC=corp,DC=example';
const member = (n: number): string => `CN=u${n},OU=Staff,DC=corp,DC=example`;
const part = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => member(from + index));

/** A directory that gives a list in parts of 1500 ([MS-ADTS] MaxValRange), up to `last`; `stuck` gives no more than the first. */
function directory(last: number, stuck: boolean): Session {
  async function* pages({
    attributes,
  }: Search): AsyncGenerator<{ entries: Entry[]; referrals: string[] }> {
    await Promise.resolve();
    const asked = /^member;range=(\d+)-/.exec(attributes[0] ?? '')?.[1];
    const from = Number(asked ?? 0);
    const to = Math.min(from + 1499, last);
    const range = `member;range=${from}-${to === last ? '*' : to}`;
    const own =
      asked === undefined
        ? { cn: 'Everyone Here', sAMAccountName: 'Everyone Here', member: [] }
        : {};
    const listed = asked !== undefined && stuck ? {} : { [range]: part(from, to) };
    yield { entries: [{ dn: GROUP, ...own, ...listed }], referrals: [] };
  }
  return { pages, close: () => Promise.resolve() };
}

test('a list of members in parts is read to its end', async () => {
  const { memberships, unseen } = await readGroups(directory(4000, false), DIRECTORY);
  assert.deepEqual(unseen, []);
  for (const n of [0, 1499, 1500, 3999, 4000]) {
    assert.deepEqual(memberships.of(member(n), [], undefined).names, ['Everyone Here'], String(n));
  }
  assert.deepEqual(memberships.of(member(4001), [], undefined).names, []);
});

test('parts that do not come are admitted', async () => {
  const { unseen } = await readGroups(directory(4000, true), DIRECTORY);
  assert.deepEqual(
    unseen.map(({ what, reason }) => [what, reason]),
    [['members of groups', 'truncated']],
  );
});

test('groups of other domains, of everybody, and names with commas', async () => {
  const { memberships } = await readGroups(directory(1, false), DIRECTORY);
  memberships.addMember(
    GROUP,
    'CN=S-1-5-21-1-2-3-1104,CN=ForeignSecurityPrincipals,DC=corp,DC=example',
  );
  memberships.addMember(
    'CN=All\\,of us,DC=corp,DC=example',
    'CN=S-1-5-11,CN=ForeignSecurityPrincipals,DC=corp,DC=example',
  );
  assert.equal(memberships.foreign.size, 1);
  assert.deepEqual(memberships.of(member(9), ['CN=Un\\, Read,DC=x'], undefined).names, [
    'Un, Read',
    'all,of us',
  ]);
});
