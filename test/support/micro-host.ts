/**
 * A host of its own in a few kilobytes: namespaces in which /etc, /var, /opt, /run and /usr/share/doc are empty folders, and the real apt,
 * dpkg and inventory script work on packages that are built while the test runs. Nothing of this machine is changed.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { setTimeout } from 'node:timers/promises';
import { parseInventory } from '../../src/connectors/linux-host/parse.ts';
import { reportsOf } from '../../src/connectors/linux-host/report.ts';
import type { Report } from '../../src/estate/schema.ts';
import { run, type RunResult } from '../../src/kernel/process.ts';
import { has, skipUnless } from './machine.ts';

const SCRIPT = path.join(import.meta.dirname, '../../src/connectors/linux-host/inventory.sh');
const FOLDERS = ['etc', 'var', 'opt', 'run', 'usr/share/doc'];
const ENTER = `set -e
for folder in ${FOLDERS.join(' ')}; do mount --bind "$1/$folder" "/$folder"; done
hostname "$2"
echo ready
exec sleep 3600`;

export const MICRO_HOST = skipUnless(
  [process.platform === 'linux', 'Linux'],
  [process.getuid?.() === 0, 'root, for namespaces'],
  [has('apt-get') && has('dpkg-deb'), 'apt and dpkg, as Debian has them'],
  [
    spawnSync('unshare', ['-m', '-p', '-u', '-f', 'true']).status === 0,
    'unshare, and the right to it',
  ],
);

export interface Built {
  readonly name: string;
  readonly version: string;
  /** Path on the host → content. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  /** Those of `files` that dpkg treats as settings. */
  readonly conffiles?: readonly string[];
  /** Body of a shell script that runs when the package is configured. */
  readonly postinst?: string;
  readonly depends?: string;
}

export interface Suite {
  /** `bookworm-security` */
  readonly codename: string;
  readonly label: string;
  readonly packages: readonly Built[];
  /** The date that the repository gives itself, and until when it says that it is good. */
  readonly date: Date;
  readonly validUntil?: Date;
}

export interface MicroHost {
  readonly folder: string;
  /** Replaces what the repository has; the host knows of it after `apt-get update`. */
  publish(suites: readonly Suite[]): void;
  /** Runs a program on the host, without a terminal and with nothing to read. */
  run(command: string, ...args: string[]): Promise<RunResult>;
  /** Starts a program that stays until it is stopped, or the host is closed. */
  start(command: string, ...args: string[]): Promise<{ stop(): Promise<void> }>;
  /** What the inventory script sees, as reports of the estate. */
  collect(trueAt: string): Promise<Report[]>;
  close(): void;
}

export async function microHost(name: string): Promise<MicroHost> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-micro-'));
  furnish(folder, name);
  const flags = ['-m', '-p', '-u', '-f', '--mount-proc', '--kill-child'];
  const init = spawn('unshare', [...flags, 'sh', '-c', ENTER, 'sh', folder, name], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise<void>((resolve, reject) => {
    init.stdout.once('data', () => {
      resolve();
    });
    init.once('exit', () => {
      reject(new Error('the namespaces of the micro host could not be made'));
    });
  });
  const own = `/proc/${init.pid ?? 0}/ns`;
  const into = [`--mount=${own}/mnt`, `--pid=${own}/pid_for_children`, `--uts=${own}/uts`];
  const env = {
    PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
    LC_ALL: 'C',
    DEBIAN_FRONTEND: 'noninteractive',
  };
  const limits = { timeoutMs: 120_000, maxBytes: 1e8, env };
  return {
    folder,
    publish: (suites) => {
      publish(folder, suites);
    },
    run: (command, ...args) => run('nsenter', [...into, command, ...args], limits),
    start: async (command, ...args) => {
      const number = fs.mkdtempSync(path.join(folder, 'run/started-'));
      const tell = 'echo $$ >"$0/new" && mv "$0/new" "$0/pid" && exec "$@"';
      const inside = `/run/${path.basename(number)}`;
      const words = ['sh', '-c', tell, inside, command, ...args];
      spawn('nsenter', [...into, ...words], { stdio: 'ignore', env });
      const file = path.join(number, 'pid');
      while (!fs.existsSync(file)) await setTimeout(20);
      const pid = fs.readFileSync(file, 'utf8').trim();
      return {
        stop: async () => {
          await run('nsenter', [...into, 'kill', '-KILL', pid], limits);
        },
      };
    },
    collect: async (trueAt) => {
      const sections = ['--sections', 'os,kernel,deb,holds,origins,upgradable,restart'];
      const input = fs.readFileSync(SCRIPT);
      const result = await run('nsenter', [...into, 'sh', '-s', '--', ...sections], {
        ...limits,
        input,
      });
      return reportsOf(parseInventory(result.stdout), trueAt);
    },
    close: () => {
      init.kill('SIGKILL');
      fs.rmSync(folder, { recursive: true, maxRetries: 5 });
    },
  };
}

/** What apt and dpkg want to find, and who the host is. */
function furnish(folder: string, name: string): void {
  const empty = [
    'etc/apt/apt.conf.d',
    'etc/apt/preferences.d',
    'etc/apt/trusted.gpg.d',
    'var/lib/dpkg/info',
    'var/lib/dpkg/updates',
    'var/lib/dpkg/triggers',
    'var/lib/apt/lists/partial',
    'var/cache/apt/archives/partial',
    'var/log/apt',
    'var/tmp',
    'usr/share/doc',
    'opt/repository',
    'run',
  ];
  for (const each of empty) fs.mkdirSync(path.join(folder, each), { recursive: true });
  const machine = createHash('sha256').update(name).digest('hex').slice(0, 32);
  const files: Readonly<Record<string, string>> = {
    'etc/os-release': 'ID=debian\nVERSION_ID=12\nVERSION_CODENAME=bookworm\n',
    'etc/machine-id': `${machine}\n`,
    'etc/hosts': '127.0.0.1 localhost\n',
    'etc/passwd': 'root:x:0:0:root:/root:/bin/sh\n',
    'etc/group': 'root:x:0:\n',
    'etc/apt/apt.conf.d/micro':
      'APT::Sandbox::User "root";\nAcquire::Languages "none";\nDpkg::Use-Pty "0";\nDpkg::Options { "--force-unsafe-io"; };\n',
    'var/lib/dpkg/status': '',
  };
  for (const [file, content] of Object.entries(files)) {
    fs.writeFileSync(path.join(folder, file), content);
  }
  fs.symlinkSync('/run', path.join(folder, 'var/run'));
  // By these links the machine's own programs are found (awk is one).
  const links = 'etc/alternatives';
  fs.cpSync(`/${links}`, path.join(folder, links), { recursive: true, verbatimSymlinks: true });
}

function publish(folder: string, suites: readonly Suite[]): void {
  const repository = path.join(folder, 'opt/repository');
  const architecture = spawnSync('dpkg', ['--print-architecture'], {
    encoding: 'utf8',
  }).stdout.trim();
  fs.rmSync(repository, { recursive: true });
  for (const suite of suites) {
    const index = suite.packages.map((each) => build(repository, each)).join('\n');
    const binary = `main/binary-${architecture}`;
    const top = path.join(repository, 'dists', suite.codename);
    fs.mkdirSync(path.join(top, binary), { recursive: true });
    fs.writeFileSync(path.join(top, binary, 'Packages'), index);
    fs.writeFileSync(
      path.join(top, 'Release'),
      [
        'Origin: Debian',
        `Label: ${suite.label}`,
        `Suite: ${suite.codename}`,
        `Codename: ${suite.codename}`,
        'Version: 12',
        `Date: ${archiveDate(suite.date)}`,
        ...(suite.validUntil === undefined
          ? []
          : [`Valid-Until: ${archiveDate(suite.validUntil)}`]),
        `Architectures: ${architecture}`,
        'Components: main',
        'SHA256:',
        ` ${sha256(index)} ${Buffer.byteLength(index)} ${binary}/Packages`,
        '',
      ].join('\n'),
    );
  }
  fs.writeFileSync(
    path.join(folder, 'etc/apt/sources.list'),
    suites
      .map(({ codename }) => `deb [trusted=yes] file:/opt/repository ${codename} main\n`)
      .join(''),
  );
}

function archiveDate(date: Date): string {
  return date.toUTCString().replace('GMT', 'UTC');
}

/** Builds one package into the repository; gives its paragraph of the index. */
function build(repository: string, built: Built): string {
  const { name, version, files = {}, conffiles = [], postinst, depends } = built;
  const tree = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-deb-'));
  try {
    const bytes = Object.values(files).reduce((sum, content) => sum + content.length, 0);
    const control = [
      `Package: ${name}`,
      `Version: ${version}`,
      'Architecture: all',
      'Maintainer: Nobody <nobody@example.org>',
      `Installed-Size: ${Math.ceil(bytes / 1024) + 1}`,
      ...(depends === undefined ? [] : [`Depends: ${depends}`]),
      'Description: made for a test',
      '',
    ].join('\n');
    put(tree, 'DEBIAN/control', control);
    if (conffiles.length > 0) put(tree, 'DEBIAN/conffiles', `${conffiles.join('\n')}\n`);
    if (postinst !== undefined) put(tree, 'DEBIAN/postinst', `#!/bin/sh\n${postinst}\n`, 0o755);
    for (const [file, content] of Object.entries(files)) put(tree, file, content);
    const relative = `pool/${name}_${version}_all.deb`;
    const target = path.join(repository, relative);
    fs.mkdirSync(path.dirname(target), { recursive: true });
    const made = spawnSync('dpkg-deb', ['--root-owner-group', '-Znone', '-b', tree, target]);
    if (made.status !== 0) throw new Error(made.stderr.toString());
    const deb = fs.readFileSync(target);
    return `${control}Filename: ${relative}\nSize: ${deb.length}\nSHA256: ${sha256(deb)}\n`;
  } finally {
    fs.rmSync(tree, { recursive: true });
  }
}

function put(tree: string, file: string, content: string | Uint8Array, mode = 0o644): void {
  const target = path.join(tree, file);
  fs.mkdirSync(path.dirname(target), { recursive: true });
  fs.writeFileSync(target, content, { mode });
}

function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
