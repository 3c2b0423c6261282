/** dnf and zypper as they are: a host of rpm with one package, a repository with a newer one, and what the script reads of both. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { parseInventory } from '../../src/connectors/linux-host/parse.ts';
import { run } from '../../src/kernel/process.ts';
import { has, skipUnless } from '../support/machine.ts';
import { MICRO_HOST } from '../support/micro-host.ts';

const SCRIPT = path.join(import.meta.dirname, '../../src/connectors/linux-host/inventory.sh');
const PEERS =
  MICRO_HOST.skip === undefined
    ? skipUnless(
        [has('rpm') && has('rpmbuild'), 'rpm and rpmbuild'],
        [has('createrepo_c') && has('modifyrepo_c'), 'createrepo-c'],
        [has('dnf') && has('zypper'), 'dnf and zypper'],
      )
    : MICRO_HOST;

const ADVISORY = `<?xml version="1.0"?><updates><update from="x" status="final" type="security" version="1"><id>EX-2026-1</id><title>x</title>
<issued date="2026-11-11 10:00:00"/><severity>Important</severity><release>9</release>
<references><reference href="u" id="CVE-2026-0001" type="cve" title="CVE-2026-0001"/></references><description>d</description>
<pkglist><collection short="x"><name>x</name><package name="hf-lib" epoch="2" version="1.1" release="1.el9" arch="noarch" src="hf-lib-1.1-1.el9.src.rpm"><filename>hf-lib-1.1-1.el9.noarch.rpm</filename></package></collection></pkglist></update></updates>
`;

function specOf(version: string): string {
  return `Name: hf-lib
Epoch: 2
Version: ${version}
Release: 1.el9
Summary: made for a test
License: MIT
BuildArch: noarch
%description
made for a test
%install
mkdir -p %{buildroot}/opt
echo ${version} > %{buildroot}/opt/hf-lib
%files
/opt/hf-lib
%changelog
* Mon Jan 05 2026 Nobody Anybody <nobody@example.org> - 2:${version}-1
- Repair CVE-2026-0001 and
  CVE-2026-0002
`;
}

/** Two versions in one repository, with the advisory of the newer one. */
function repository(folder: string): void {
  const made = (command: string, ...args: string[]): void => {
    const { status, stderr } = spawnSync(command, args, { cwd: folder, encoding: 'utf8' });
    assert.equal(status, 0, `${command}: ${stderr}`);
  };
  fs.mkdirSync(path.join(folder, 'repository'));
  for (const version of ['1.0', '1.1']) {
    fs.writeFileSync(path.join(folder, 'hf.spec'), specOf(version));
    made(
      'rpmbuild',
      '-bb',
      '--define',
      `_topdir ${folder}/build`,
      '--define',
      `_dbpath ${folder}/db`,
      'hf.spec',
    );
    const file = `hf-lib-${version}-1.el9.noarch.rpm`;
    fs.copyFileSync(
      path.join(folder, 'build/RPMS/noarch', file),
      path.join(folder, 'repository', file),
    );
  }
  made('createrepo_c', '-q', 'repository');
  fs.writeFileSync(path.join(folder, 'updateinfo.xml'), ADVISORY);
  made('modifyrepo_c', 'updateinfo.xml', 'repository/repodata');
}

/** The host is made in namespaces of its own; what is not the manager under test is not there. */
const HOST = `set -e
cd "$1"
mkdir -p host/etc/yum.repos.d host/etc/zypp/repos.d host/etc/dnf host/etc/rpm host/var/lib/rpm host/var/cache host/var/tmp host/var/log host/opt host/run
cp -r /etc/alternatives host/etc/
echo 'root:x:0:0:root:/root:/bin/sh' >host/etc/passwd
printf 'ID=fedora\\nVERSION_ID=9\\n' >host/etc/os-release
echo 0123456789abcdef0123456789abcdef >host/etc/machine-id
echo '%_dbpath /var/lib/rpm' >host/etc/rpm/macros
printf '[main]\\n' >host/etc/dnf/dnf.conf
printf '[hf]\\nname=hf\\nbaseurl=file://%s/repository\\ngpgcheck=0\\nenabled=1\\n' "$1" >host/etc/yum.repos.d/hf.repo
cp host/etc/yum.repos.d/hf.repo host/etc/zypp/repos.d/
other=$(if [ "$2" = dnf ]; then command -v zypper; else command -v dnf; fi)
get=$(command -v apt-get)
for folder in etc var opt run; do mount --bind host/$folder /$folder; done
for program in "$get" "$other"; do mount --bind /dev/null "$program"; done
rpm --dbpath /var/lib/rpm --initdb
rpm --dbpath /var/lib/rpm -i --nodeps --force-debian repository/hf-lib-1.0-1.el9.noarch.rpm
if [ "$2" = dnf ]; then dnf -q --releasever=9 makecache; else zypper --non-interactive --no-gpg-checks refresh; fi >&2
exec sh "$3" --sections os,rpm,origins,upgradable`;

for (const manager of ['dnf', 'zypper'] as const) {
  test(
    `${manager}: what is on offer, which advisory it answers, and what the changelog tells`,
    PEERS,
    async (t) => {
      const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-rpm-'));
      t.after(() => {
        fs.rmSync(folder, { recursive: true, maxRetries: 5 });
      });
      repository(folder);
      const flags = ['-m', '-p', '-f', '--mount-proc', '--kill-child'];
      const { status, stdout, stderr } = await run(
        'unshare',
        [...flags, 'sh', '-c', HOST, 'sh', folder, manager, SCRIPT],
        {
          timeoutMs: 120_000,
          maxBytes: 1e7,
          env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C', HOME: folder },
        },
      );
      assert.equal(status, 0, stderr.toString());
      const { rpm, upgradable } = parseInventory(stdout);
      assert.deepEqual(
        rpm?.pkg.map(({ name, version }) => [name, version]),
        [['hf-lib', '2:1.0-1.el9']],
      );
      assert.equal(upgradable?.manager[0]?.name, manager);
      assert.deepEqual(upgradable.unseen, []);
      assert.deepEqual(
        upgradable.offer.map(({ name, version, architecture, from }) => [
          name,
          version,
          architecture,
          from,
        ]),
        [['hf-lib', '2:1.1-1.el9', 'noarch', 'hf']],
      );
      assert.deepEqual(
        upgradable.advisory.map(({ id, severity }) => [id, severity?.toLowerCase()]),
        [['EX-2026-1', 'important']],
      );
      assert.deepEqual(
        upgradable.change.map(({ name, version, when, flaws }) => [
          name,
          version,
          new Date(Number(when) * 1000).toISOString().slice(0, 10),
          flaws,
        ]),
        [['hf-lib', '2:1.0-1', '2026-01-05', 'CVE-2026-0001 CVE-2026-0002']],
      );
      assert.doesNotMatch(stdout.toString(), /Nobody|example\.org/);
    },
  );
}
