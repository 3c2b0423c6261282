/** Against captures of real machines: Windows XP to 11, Server 2003 to 2022, several languages. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import { anInputFile, extracted } from '../../../test/support/input-files.ts';
import { absent, sharedFile, sharedPath } from '../../../test/support/shared-data.ts';
import type { Found } from '../schema.ts';
import { decodeWindowsText } from './decode.ts';
import { windowsHotfixes, windowsSystemInfo } from './index.ts';

function captures(extractor: typeof windowsHotfixes): string[] {
  return readdirSync(sharedPath('windows') ?? '').filter((name) => extractor.wants(name));
}

/** Everything in the file that is spelled like an update. */
function naiveKbs(bytes: Buffer): Set<string> {
  const all = decodeWindowsText(bytes).match(/\b(?:KB|Q)\d{5,}/gi) ?? [];
  return new Set(all.map((text) => text.replaceAll(/\D/g, '')));
}

function kbsOf(found: readonly Found[]): Set<string> {
  return new Set(found.flatMap(({ name }) => /^kb(\d+)$/.exec(name)?.[1] ?? []));
}

/** `srv_2012r2` of a file's name → `windows-server-2012-r2`. */
function productOf(file: string): string {
  const [, server, version = '', r2] = /^(srv_)?(\d+(?:\.\d)?|xp|vista)(r2)?_/.exec(file) ?? [];
  if (server === undefined) return `windows-${version}`;
  // Windows Server 2003 R2 calls itself 2003 here.
  return `windows-server-${version}${r2 === undefined || version === '2003' ? '' : '-r2'}`;
}

test(
  'every systeminfo gives its product, its build and its updates',
  { skip: absent('windows') },
  async () => {
    const files = captures(windowsSystemInfo);
    assert.ok(files.length > 15);
    for (const name of files) {
      const bytes = sharedFile(`windows/${name}`);
      const all = await extracted(windowsSystemInfo, anInputFile(name, bytes));
      const found = all.flatMap((one) => (one.kind === 'package' ? [one.found] : []));
      const [system] = found;
      assert.equal(system?.name, productOf(name), name);
      const build = /(\d+\.\d+\.\d{4,})/.exec(decodeWindowsText(bytes))?.[1];
      assert.equal(system.version, build, name);
      assert.match(system.arch ?? '', /^x(64|86)$/, name);
      const missed = [...naiveKbs(bytes)].filter((number) => !kbsOf(found).has(number));
      assert.deepEqual(missed, [], name);
      for (const note of all.filter(({ kind }) => kind === 'unread')) {
        assert.match(JSON.stringify(note), /\d+ of \d+ installed updates are listed/, name);
      }
    }
  },
);

test('every list of updates gives what it names', { skip: absent('windows') }, async () => {
  const files = captures(windowsHotfixes);
  assert.ok(files.length > 8);
  for (const name of files) {
    const bytes = sharedFile(`windows/${name}`);
    const all = await extracted(windowsHotfixes, anInputFile(name, bytes));
    const found = kbsOf(all.flatMap((one) => (one.kind === 'package' ? [one.found] : [])));
    const missed = [...naiveKbs(bytes)].filter((number) => !found.has(number));
    assert.deepEqual(missed, [], name);
    assert.equal(
      all.some(({ kind }) => kind === 'unread'),
      found.size === 0,
      name,
    );
  }
});
