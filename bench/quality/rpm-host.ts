/** A host's RPMs against AlmaLinux's errata, judged beforehand by rpm's own comparison. */
import type { AdvisoryIndex } from '../../src/advisories/index-open.ts';
import { matchPackages } from '../../src/advisories/match.ts';
import type { MatchPackage } from '../../src/advisories/match-model.ts';
import { sharedFile } from '../../test/support/shared-data.ts';
import { NOW } from './feeds.ts';
import { compareRows, type Outcome } from './suite.ts';

export function rpmHost(index: AdvisoryIndex): Outcome {
  const items = lines('hosts/rpm-qa.tsv').map(
    ([name = '', epoch = '', version = '', release = '', arch = '']) =>
      rpm(name, `${/^[1-9]/.test(epoch) ? `${epoch}:` : ''}${version}-${release}`, arch),
  );
  const truth = lines('hosts/truth-rpm.tsv').slice(1);
  const plain = truth.filter(([, , id = '', , , note]) => note !== 'module' && isSecurity(id));
  const modular = new Set(truth.filter((row) => row[5] === 'module').map(rowOf));
  const { findings } = matchPackages(items, index, { now: NOW });
  const affected = findings.filter(({ state }) => state === 'affected');
  const found = affected.map(({ purl, id }) => `${nameOf(purl)} ${id}`);
  const compared = compareRows(
    new Set(plain.map(rowOf)),
    new Set(found.filter((row) => !modular.has(row))),
    (_, kind) => (kind === 'missed' ? 'ours to mend' : 'rpm does not say so'),
  );
  const streams = found.filter((row) => modular.has(row)).length;
  return {
    suite: 'AlmaLinux host',
    ...compared,
    beyond: {
      'bug fixes and enhancements (ALBA, ALEA) that name no CVE':
        truth.length - plain.length - modularRows(truth),
      'of another module stream, rightly left alone': modular.size - streams,
      'of the same module stream, found': streams,
    },
  };
}

function modularRows(truth: readonly string[][]): number {
  return truth.filter((row) => row[5] === 'module').length;
}

/** ALBA and ALEA are not about security unless they name a CVE, which these do not. */
function isSecurity(id: string): boolean {
  return id.startsWith('ALSA-');
}

function rowOf([name = '', , id = '']: readonly string[]): string {
  return `${name} ${id}`;
}

function nameOf(purl: string): string {
  return /^pkg:rpm\/almalinux\/([^@]+)@/.exec(purl)?.[1] ?? purl;
}

function rpm(name: string, version: string, arch: string): MatchPackage {
  return {
    purl: `pkg:rpm/almalinux/${name}@${version}`,
    type: 'rpm',
    ecosystem: 'AlmaLinux:9',
    name,
    version,
    arch,
  };
}

function lines(file: string): string[][] {
  return sharedFile(file)
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split('\t'));
}
