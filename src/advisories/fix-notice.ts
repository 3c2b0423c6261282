/** Records that a vendor publishes together with the fix: their day is the day on which the fix came out. */
import type { MemberVerdict } from './cluster-verdict.ts';
import type { Finding } from './verdict.ts';

/**
 * Debian and its LTS, Ubuntu, Red Hat and those who build from it, SUSE, Oracle, Amazon, Mageia: numbered notices of
 * updates. A CVE, a GHSA or a registry's record is published when the flaw is, which may be long before or after its fix.
 */
const NOTICE =
  /^(?:DSA|DLA|ELA|USN|LSN|RHSA|RHBA|RHEA|ALSA|ALBA|ALEA|RLSA|RLBA|RXSA|ELSA|ALAS\w*|SUSE-SU|SUSE-RU|openSUSE-SU|MGASA|FEDORA|TLSA)-/;

/** The first notice among the records whose word counts, that names a fix. */
export function releasedBy(
  members: readonly Pick<MemberVerdict, 'member' | 'affecting'>[],
): Finding['fixReleased'] {
  const notices = members.filter(
    ({ member, affecting }) =>
      NOTICE.test(member.id) &&
      /^\d{4}-\d\d-\d\d/.test(member.record?.published ?? '') &&
      affecting.some(({ fixed = [] }) => fixed.length > 0),
  );
  const [first] = notices.sort((a, b) =>
    (a.member.record?.published ?? '') < (b.member.record?.published ?? '') ? -1 : 1,
  );
  if (first === undefined) return undefined;
  const { id, feed, record } = first.member;
  return { at: record?.published ?? '', from: `${id} (${feed.id})` };
}
