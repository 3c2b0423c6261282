/** Restarts that are due: the machine's own word, a newer kernel on disk, and programs that still run replaced files. */
import type { Bodies } from '../../estate/schema.ts';
import type { HostFacts } from './parse.ts';

type Restart = NonNullable<Bodies['asset']['restartNeeded']>[number];
const MOST = 1000;

/** Undefined where it is not known; an empty list is a measured none. */
export function restartNeeded(facts: HostFacts): Restart[] | undefined {
  const { restart } = facts;
  if (restart === undefined) return undefined;
  const needed: Restart[] = [];
  if (restart['reboot-required'].length > 0) {
    const packages = sorted(restart['reboot-package'].map((row) => row.name));
    needed.push({ code: 'reboot-required-file', ...(packages.length > 0 ? { packages } : {}) });
  }
  const kernel = kernelNotBooted(facts);
  if (kernel !== undefined) needed.push(kernel);
  needed.push(...staleOf(restart.stale));
  return needed.length === 0 && restart.unseen.length > 0 ? undefined : needed;
}

type Stale = NonNullable<HostFacts['restart']>['stale'];

/**
 * Programs that still run replaced files, with the packages concerned. A file of the system that no package owns any more
 * says nothing of which package it was: it stands in an entry without packages, and may concern any. Files that never
 * were a package's stand in one whose packages are none.
 */
function staleOf(stale: Stale): Restart[] {
  const owned = stale.filter((row) => packagesOf(row).length > 0 && !isLost(row));
  const lost = stale.filter(isLost);
  const foreign = stale.filter((row) => !owned.includes(row) && !lost.includes(row));
  return [
    ...entry(owned, sorted(owned.flatMap(packagesOf))),
    ...entry(lost, undefined),
    ...entry(foreign, []),
  ];
}

function isLost({ where, file, filePackage }: Stale[number]): boolean {
  return (
    where === 'host' &&
    filePackage === undefined &&
    /^\/(?:usr\/(?!local\/)|lib|bin\/|sbin\/)/.test(file)
  );
}

function entry(rows: Stale, packages: readonly string[] | undefined): Restart[] {
  if (rows.length === 0) return [];
  const programs = sorted(rows.map((row) => row.program ?? row.file));
  return [
    {
      code: 'deleted-file-mapped',
      ...(packages === undefined ? {} : { packages: [...packages] }),
      programs,
    },
  ];
}

function packagesOf({ filePackage, programPackage }: Stale[number]): string[] {
  return [filePackage, programPackage].filter((name) => name !== undefined);
}

/** In a container the kernel is its host's. Inequality is enough: what runs must be what is installed last. */
function kernelNotBooted(facts: HostFacts): Restart | undefined {
  const { kernel } = facts;
  const running = kernel?.running[0]?.release;
  if (kernel === undefined || running === undefined || kernel.container.length > 0)
    return undefined;
  const flavour = flavourOf(running);
  const newest = kernel.installed
    .map((row) => row.release)
    .filter((release) => flavourOf(release) === flavour && !/rescue|^old$/.test(release))
    .sort(natural)
    .at(-1);
  if (newest !== undefined && natural(newest, running) > 0) {
    return { code: 'kernel-not-booted', packages: [newest] };
  }
  // Where an upgrade takes the old kernel away (Alpine), its modules are gone and the new one's are there.
  const modules = kernel.modules.map((row) => row.release);
  const replaced = modules.filter((release) => flavourOf(release) === flavour);
  if (replaced.length > 0 && !modules.includes(running)) {
    return { code: 'kernel-not-booted', packages: sorted(replaced) };
  }
  return rebuilt(facts, running);
}

/**
 * The same release may be built anew with fixes: Debian keeps `6.1.0-37-amd64` over several package versions, and
 * prints the version in `uname -v`; Ubuntu in /proc/version_signature.
 */
function rebuilt(facts: HostFacts, running: string): Restart | undefined {
  const built = facts.kernel?.built.map((row) => row.text) ?? [];
  const version = built
    .map(
      (text) => /\bDebian (\d[^\s]*)/.exec(text)?.[1] ?? /^Ubuntu (\S+?)-[a-z]+ /.exec(text)?.[1],
    )
    .find((found) => found !== undefined);
  const installed = facts.deb?.pkg.find(
    (row) =>
      (row.name === `linux-image-${running}` || row.name === `linux-image-unsigned-${running}`) &&
      /^[ih]i/.test(row.state ?? ''),
  );
  if (version === undefined || installed?.version === undefined) return undefined;
  if (installed.version === version) return undefined;
  return { code: 'kernel-not-booted', packages: [`${installed.name} ${installed.version}`] };
}

/** `6.1.0-37-amd64` → amd64, `6.1.0-37-cloud-amd64` → cloud-amd64, `5.14.0-427.el9.x86_64` → elx86_64. */
function flavourOf(release: string): string {
  return release
    .replace(/\d+(\.\d+)*/, '')
    .replace(/[\d.]+(?=[-.]|$)/g, '')
    .replace(/[-_.+~\d]/g, '');
}

/** Numbers as numbers: enough among kernels of one flavour. */
function natural(a: string, b: string): number {
  const left = a.match(/\d+/g) ?? [];
  const right = b.match(/\d+/g) ?? [];
  for (let index = 0; index < Math.max(left.length, right.length); index += 1) {
    const difference = Number(left[index] ?? 0) - Number(right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function sorted(names: readonly (string | undefined)[]): string[] {
  const known = names.filter((name) => name !== undefined).map((name) => name.slice(0, 500));
  return [...new Set(known)].sort().slice(0, MOST);
}
