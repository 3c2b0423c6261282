/** What other package managers say of updates, as they say it, read by the script under busybox. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BUSYBOX, inRoot } from '../../../test/support/busybox-root.ts';

const said = (text: string): string => `cat <<'END'\n${text}\nEND\n`;

/** As dnf 4.14 answers; rpm's own list is that of one host. */
const DNF = `#!/bin/sh
case "$*" in
  *versionlock*--upgrades*) ${said('withheld\tlib\t2:1.2-1\tnoarch\tupdates\n\nwithheld\tlocked\t3.0-1\tnoarch\tupdates\n')} ;;
  *repoquery*--upgrades*) ${said('offer\tlib\t2:1.2-1\tnoarch\tupdates\n')} ;;
  *updateinfo*) ${said('EX-2026-1 Important/Sec. lib-2:1.1-1.noarch\nEX-2026-2 Moderate/Sec.  other-tool-1.0-2.el9_4.x86_64')} ;;
  *repoquery*) ${said('has\tlib\t2:1.0-1\tnoarch\tupdates\n\nhas\tlocked\t2.0-1\tnoarch\tupdates\n')} ;;
esac
`;
const RPM = `#!/bin/sh
case "$*" in
  *own*) ${said('own\tlib\t2:1.0-1\tnoarch\nown\tlocked\t0:2.0-1\tnoarch\nown\tlocal\t1.0-1\tnoarch\nown\tgpg-pubkey\t1-1\t(none)')} ;;
esac
`;

test('dnf: updates, advisories, what is excluded, what no repository has', BUSYBOX, async () => {
  const read = await inRoot(
    { 'bin/dnf': DNF, 'bin/rpm': RPM, 'var/lib/rpm/rpmdb.sqlite': '' },
    '--sections',
    'upgradable',
  );
  const { upgradable } = read;
  assert.deepEqual(read.unseen, []);
  assert.equal(upgradable?.manager[0]?.name, 'dnf');
  assert.deepEqual(
    upgradable.offer.map((row) => [row.name, row.version, row.from]),
    [['lib', '2:1.2-1', 'updates']],
  );
  assert.deepEqual(
    upgradable.withheld.map((row) => [row.name, row.version]),
    [['locked', '3.0-1']],
  );
  assert.deepEqual(
    upgradable.advisory.map((row) => [row.id, row.severity, row.package]),
    [
      ['EX-2026-1', 'Important', 'lib-2:1.1-1.noarch'],
      ['EX-2026-2', 'Moderate', 'other-tool-1.0-2.el9_4.x86_64'],
    ],
  );
  assert.deepEqual(
    upgradable.gone.map((row) => row.name),
    ['local'],
  );
  assert.equal(upgradable.asked[0]?.count, 3);
});

test('dnf without lists of its own says so, and is not taken for up to date', BUSYBOX, async () => {
  const dnf = `#!/bin/sh\necho "Error: Cache-only enabled but no cache for 'base'" >&2\nexit 1\n`;
  const read = await inRoot(
    { 'bin/dnf': dnf, 'bin/rpm': RPM, 'var/lib/rpm/rpmdb.sqlite': '' },
    '--sections',
    'upgradable',
  );
  assert.deepEqual(
    read.unseen.map(({ what, reason, detail }) => [what, reason, detail]),
    [['upgradable packages', 'unreadable', "Error: Cache-only enabled but no cache for 'base'"]],
  );
});

/** As zypper 1.14 answers. */
const ZYPPER = `#!/bin/sh
case "$*" in
  *list-updates*) ${said(`<?xml version='1.0'?>
<stream>
<message type="info">Reading installed packages...</message>
<update-status version="0.6">
<update-list>
<update kind="package" name="lib" edition="2:1.2-1" arch="noarch" edition-old="2:1.0-1"><summary>x</summary><description>an &lt;update name="not-this"</description><license/><source url="https://example.org/r" alias="main"/></update></update-list>
</update-status>
</stream>`)} ;;
  *list-patches*) ${said(`<stream><update-status version="0.6"><update-list>
<update name="EX-2026-1" edition="1" arch="noarch" status="needed" category="security" severity="important" pkgmanager="false" restart="false" kind="patch"><summary>x</summary></update>
</update-list></update-status></stream>`)} ;;
  *search*) ${said(`<stream><search-result version="0.0"><solvable-list>
<solvable status="installed" name="lib" kind="package" edition="2:1.0-1" arch="noarch" repository="Main"/>
<solvable status="installed" name="local" kind="package" edition="1.0-1" arch="noarch" repository="(System Packages)"/>
</solvable-list></search-result></stream>`)} ;;
esac
`;

test('zypper: updates, patches, what no repository has', BUSYBOX, async () => {
  const read = await inRoot(
    { 'bin/zypper': ZYPPER, 'bin/rpm': RPM, 'var/lib/rpm/rpmdb.sqlite': '' },
    '--sections',
    'upgradable',
  );
  const { upgradable } = read;
  assert.deepEqual(read.unseen, []);
  assert.deepEqual(
    upgradable?.offer.map((row) => [row.name, row.version, row.architecture, row.from]),
    [['lib', '2:1.2-1', 'noarch', 'main']],
  );
  assert.deepEqual(
    upgradable.advisory.map((row) => [row.id, row.severity]),
    [['EX-2026-1', 'important']],
  );
  assert.deepEqual(
    upgradable.gone.map((row) => [row.name, row.version]),
    [['local', '1.0-1']],
  );
  assert.equal(upgradable.asked[0]?.count, 2);
});

const APK = `#!/bin/sh
case "$*" in
  *version*) ${said('Installed:                                Available:\nsmall-lib-1.2-r0                        < 1.3-r1 \nother-3.0.4_p1-r0                       < 3.0.5-r0 @edge')} ;;
  *policy*) ${said(`small-lib policy:
  1.2-r0:
    lib/apk/db/installed
  1.3-r1:
    https://example.org/v3.19/main
other policy:
  3.0.4_p1-r0:
    lib/apk/db/installed
    https://example.org/v3.19/main`)} ;;
esac
`;

test('apk: updates, and what no repository has', BUSYBOX, async () => {
  const read = await inRoot(
    {
      'bin/apk': APK,
      'lib/apk/db/installed':
        'P:small-lib\nV:1.2-r0\nA:x86_64\n\nP:other\nV:3.0.4_p1-r0\nA:x86_64\n\n',
    },
    '--sections',
    'upgradable',
  );
  const { upgradable } = read;
  assert.deepEqual(read.unseen, []);
  assert.deepEqual(
    upgradable?.offer.map((row) => [row.name, row.version]),
    [
      ['other', '3.0.5-r0'],
      ['small-lib', '1.3-r1'],
    ],
  );
  assert.deepEqual(
    upgradable.gone.map((row) => [row.name, row.version]),
    [['small-lib', '1.2-r0']],
  );
});
