/** All groups of a directory and who is in them, however long their lists are. */
import type { Entry } from 'ldapts';
import type { Unseen } from '../../estate/schema.ts';
import { GROUPS as AD_GROUPS } from './active-directory.ts';
import type { Directory } from './directory.ts';
import { Memberships } from './membership.ts';
import { GROUPS as PLAIN_GROUPS, loginName, numberName } from './plain.ts';
import type { Session } from './session.ts';
import { sidOf, text, texts } from './values.ts';

/** `member;range=0-1499`: a part of a list that is too long for one answer ([MS-ADTS] 3.1.1.3.1.3.3). */
const RANGE = /^member;range=(\d+)-(\d+|\*)$/i;
const MOST_RANGES = 10_000;

export interface Groups {
  readonly memberships: Memberships;
  readonly unseen: readonly Unseen[];
}

export async function readGroups(session: Session, { base, kind }: Directory): Promise<Groups> {
  const memberships = new Memberships();
  const search = kind === 'active-directory' ? AD_GROUPS : PLAIN_GROUPS;
  const cut: { readonly dn: string; readonly next: number }[] = [];
  for await (const { entries } of session.pages({ base, ...search })) {
    for (const entry of entries) {
      const next = takeGroup(entry, memberships);
      if (next !== undefined) cut.push({ dn: entry.dn, next });
    }
  }
  let unread = 0;
  for (const { dn, next } of cut)
    if (!(await readRest(session, memberships, dn, next))) unread += 1;
  return {
    memberships,
    unseen:
      unread === 0
        ? []
        : [
            {
              what: 'members of groups',
              reason: 'truncated',
              detail: `${unread} groups`,
              mayHide: [],
            },
          ],
  };
}

/** Returns where the rest of a cut list begins. */
function takeGroup(entry: Entry, memberships: Memberships): number | undefined {
  const sid = sidOf(entry);
  const names = [...new Set([...texts(entry, 'sAMAccountName'), ...texts(entry, 'cn')])];
  memberships.addGroup({ dn: entry.dn, names, ...(sid === undefined ? {} : { sid }) });
  for (const attribute of ['member', 'uniqueMember']) {
    for (const member of texts(entry, attribute)) memberships.addMember(entry.dn, member);
  }
  for (const login of texts(entry, 'memberUid')) memberships.addMember(entry.dn, loginName(login));
  const gid = text(entry, 'gidNumber');
  if (gid !== undefined) memberships.addMember(entry.dn, numberName(gid));
  return takeRange(entry, memberships);
}

function takeRange(entry: Entry, memberships: Memberships): number | undefined {
  for (const attribute of Object.keys(entry)) {
    const [, , end] = RANGE.exec(attribute) ?? [];
    if (end === undefined) continue;
    for (const member of texts(entry, attribute)) memberships.addMember(entry.dn, member);
    return end === '*' ? undefined : Number(end) + 1;
  }
  return undefined;
}

/** false where the directory stops answering with further parts. */
async function readRest(
  session: Session,
  memberships: Memberships,
  dn: string,
  from: number,
): Promise<boolean> {
  let next: number | undefined = from;
  for (let round = 0; next !== undefined; round += 1) {
    if (round > MOST_RANGES) return false;
    const attributes = [`member;range=${next}-*`];
    let after: number | undefined | 'nothing' = 'nothing';
    for await (const { entries } of session.pages({
      base: dn,
      scope: 'base',
      filter: '(objectClass=*)',
      attributes,
    })) {
      for (const entry of entries) {
        if (Object.keys(entry).some((name) => RANGE.test(name)))
          after = takeRange(entry, memberships);
      }
    }
    if (after === 'nothing' || (after !== undefined && after <= next)) return false;
    next = after;
  }
  return true;
}
