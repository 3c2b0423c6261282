/** `holdfast advisories bundle`: one signed file for sites without internet. */
import type { Command } from 'commander';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { BundleContent, Unseal } from '../advisories/bundle.ts';
import { table, type Cli } from '../kernel/cli.ts';
import { systemClock } from '../kernel/clock.ts';
import { HoldfastError } from '../kernel/errors.ts';
import { newId, newSecret } from '../kernel/ids.ts';
import {
  createSigner,
  parseVerifier,
  readKeyFile,
  writeKeyFile,
  type Signer,
  type Verifier,
} from '../ledger/keys.ts';
import { parseNote, signNote, verifyNote } from '../ledger/note.ts';

/** Where the index lies, and where the keys do. */
interface Places {
  readonly directory: string;
  readonly ownKey: string;
  /** Public keys whose bundles were accepted once, one a line. */
  readonly trusted: string;
}

export function bundleCommands(advisories: Command, cli: Cli): void {
  const bundle = advisories
    .command('bundle')
    .description('carry the advisories to a site without internet, in one signed file');
  bundle
    .command('create')
    .description('write the advisories of this machine to a file, signed')
    .argument('<file>', 'the file to write')
    .option('--json', 'print JSON')
    .action(async (file: string, flags: { json?: boolean }) => {
      const { createBundle } = await import('../advisories/bundle.ts');
      const places = await placesOf(cli);
      const signer = ownKey(places.ownKey);
      const now = systemClock.now();
      const made = createBundle(places.directory, path.resolve(file), {
        seal: (text) => signNote(text, [signer], now),
        now,
        signal: cli.signal,
      });
      const { vkey } = signer.verifier;
      cli.answer(flags, { ...summary({ ...made, signer: vkey }), file, key: vkey }, () =>
        [
          `${file}: ${made.feeds.length} feeds, ${made.bytes} bytes`,
          `Signed by ${vkey}`,
          'Give that key once to the site: holdfast advisories bundle use FILE --key KEY',
        ].join('\n'),
      );
    });
  reading(bundle, 'verify', 'check a bundle, change nothing').action(
    async (file: string, flags: ReadFlags) => {
      const { verifyBundle } = await import('../advisories/bundle.ts');
      const unseal = unsealWith(verifiers(await placesOf(cli), flags.key));
      answer(cli, flags, verifyBundle(file, { unseal, signal: cli.signal }));
    },
  );
  reading(bundle, 'use', 'put the feeds of a bundle in place')
    .option('--allow-older', 'also where feeds in place are newer')
    .action(async (file: string, flags: ReadFlags) => {
      const { useBundle } = await import('../advisories/bundle.ts');
      const places = await placesOf(cli);
      const unseal = unsealWith(verifiers(places, flags.key));
      const content = await useBundle(file, places.directory, {
        unseal,
        signal: cli.signal,
        now: systemClock.now(),
        allowOlder: flags.allowOlder === true,
      });
      trust(places.trusted, content.signer);
      answer(cli, flags, content);
    });
}

interface ReadFlags {
  readonly key?: string;
  readonly allowOlder?: boolean;
  readonly json?: boolean;
}

function reading(bundle: Command, name: string, description: string): Command {
  return bundle
    .command(name)
    .description(description)
    .argument('<file>', 'the bundle')
    .option('--key <key>', 'the public key of who made it; needed once')
    .option('--json', 'print JSON');
}

async function placesOf(cli: Cli): Promise<Places> {
  const data = await cli.dataDirectory();
  return {
    directory: path.join(data, 'advisories'),
    ownKey: path.join(data, 'keys', 'advisories.key'),
    trusted: path.join(data, 'keys', 'advisories.trusted'),
  };
}

function ownKey(file: string): Signer {
  if (fs.existsSync(file)) return readKeyFile(file);
  fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  const host = os.hostname().replaceAll(/[^A-Za-z0-9.-]/g, '') || 'holdfast';
  const seed = Buffer.from(newSecret(32), 'base64url');
  const signer = createSigner(`${host}/advisories-${newId().slice(0, 8)}`, 'log', seed);
  writeKeyFile(file, signer);
  return signer;
}

/** The key that was given now and no other; else those that were given before, and our own. */
function verifiers({ ownKey: own, trusted }: Places, given: string | undefined): Verifier[] {
  if (given !== undefined) return [parseVerifier(given)];
  const known = fs.existsSync(trusted) ? fs.readFileSync(trusted, 'utf8').split('\n') : [];
  const keys = known.filter((line) => line !== '').map(parseVerifier);
  if (fs.existsSync(own)) keys.push(readKeyFile(own).verifier);
  if (keys.length > 0) return keys;
  throw new HoldfastError('bad_input', 'No key is trusted here yet.', {
    remedy: 'Add --key with the public key that bundle create printed on the other side.',
  });
}

function unsealWith(keys: readonly Verifier[]): Unseal {
  return (bytes) => {
    const note = parseNote(bytes);
    const [signature] = verifyNote(note, keys);
    return { text: note.text, signer: signature?.verifier.vkey ?? '' };
  };
}

function trust(file: string, vkey: string): void {
  const known = fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : '';
  if (known.split('\n').includes(vkey)) return;
  fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  fs.appendFileSync(file, `${vkey}\n`, { mode: 0o600 });
}

function answer(cli: Cli, flags: ReadFlags, content: BundleContent): void {
  cli.answer(flags, summary(content), () => {
    const rows = content.feeds.map(({ id, asOf, records, rows: count }) => [
      id,
      asOf.slice(0, 10),
      records,
      count,
    ]);
    return [
      `Signed by ${content.signer}, made ${content.created}`,
      table(['feed', 'as of', 'records', 'rows'], rows),
    ].join('\n');
  });
}

function summary({ created, signer, feeds, bytes }: BundleContent): Record<string, unknown> {
  return {
    created,
    signer,
    bytes,
    feeds: feeds.map(({ id, asOf, records, rows }) => ({ id, asOf, records, rows })),
  };
}
