/** `holdfast scan`: a target's packages against the advisories at hand, without a database. */
import fs from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { Option, type Command } from 'commander';
import { compareFindings } from '../advisories/priority.ts';
import type { Finding } from '../advisories/verdict.ts';
import { matchAll } from '../advisories/match-all.ts';
import type { Platform } from '../inventory/image.ts';
import type { Distribution, TargetInventory, Unread } from '../inventory/schema.ts';
import { takeInventory } from '../inventory/take-inventory.ts';
import type { Cli } from '../kernel/cli.ts';
import { systemClock } from '../kernel/clock.ts';
import { HoldfastError, systemCode } from '../kernel/errors.ts';
import { productVersion } from '../kernel/paths.ts';
import { startProgress } from '../kernel/progress.ts';
import { FAIL_ON, metCondition, readFailOn, type FailOn } from '../scan/fail-on.ts';
import { FORMATS, formatOf, type Format } from '../scan/formats.ts';
import type { ScanReport } from '../scan/report.ts';
import { reportOf } from '../scan/scan.ts';
import { applyVex, type NamedDocument, type VexTarget } from '../scan/vex/apply.ts';
import { readVex } from '../scan/vex/read.ts';
import { advisoryDirectory, openAdvisories } from './advisory-index.ts';

interface ScanOptions {
  readonly format: Format;
  readonly json?: boolean;
  readonly output?: string;
  readonly failOn?: string;
  readonly advisories?: string;
  readonly distro?: string;
  readonly platform?: string;
  readonly deep?: boolean;
  readonly all?: boolean;
  readonly vex?: readonly string[];
}

const EXAMPLES = `
A target is a directory (a project or a root file system), a file (lock file, package database, SBOM, jar, binary), an
image (OCI layout or docker-archive, as a directory or a tar) or "host" for this machine.

Examples:
  holdfast scan host
  holdfast scan . --fail-on kev,critical
  holdfast scan image.tar --format sarif --output findings.sarif
  holdfast scan bom.cdx.json --format json

Exit codes: 0 everything was read, every component has a fresh feed and --fail-on names nothing that was found;
3 something is unknown (it is listed); 5 found what --fail-on names; 2 a target or an option is wrong.`;

export function scanCommands(program: Command, cli: Cli): void {
  program
    .command('scan')
    .description(
      'match the packages of a host, directory, image, lock file or SBOM against the advisories',
    )
    .argument('<target...>', 'what to scan')
    .addOption(new Option('--format <format>', 'how to answer').choices(FORMATS).default('table'))
    .option('--json', 'the same as --format json')
    .option('--output <file>', 'write the answer to this file')
    .option('--fail-on <conditions>', `exit with 5 where one is met: ${FAIL_ON.join(', ')}`)
    .option('--advisories <directory>', 'use this index instead of the one in the data directory')
    .option(
      '--distro <name>',
      'the distribution of a package database without one, such as debian:12',
    )
    .option('--platform <os/arch>', 'which image of a multi-platform one, such as linux/arm64')
    .option('--deep', 'with host: look at the whole disk, not only at the usual places')
    .option(
      '--vex <file...>',
      'OpenVEX, CycloneDX or CSAF statements to apply; those that match nothing are reported',
    )
    .option('--all', 'also list advisories that name a component and do not affect its version')
    .addHelpText('after', EXAMPLES)
    .action((targets: string[], options: ScanOptions) => scan(targets, options, cli));
}

async function scan(targets: readonly string[], options: ScanOptions, cli: Cli): Promise<void> {
  const format = options.json === true ? 'json' : options.format;
  const conditions = conditionsOf(options.failOn);
  if (targets.length > 1 && format !== 'table' && format !== 'json') {
    throw new HoldfastError('bad_input', `The format ${format} describes one target`, {
      remedy: 'Scan each target by itself, or use --format json.',
    });
  }
  const advisories = options.advisories ?? advisoryDirectory(await cli.dataDirectory());
  const settings = await settingsOf(options, advisories);
  const reports: ScanReport[] = [];
  for (const target of targets) reports.push(await scanTarget(target, settings, cli));
  const text = await formatOf(format, reports, terminal(options));
  if (options.output === undefined) cli.out(text);
  else await fs.writeFile(options.output, `${text}\n`);
  finish(reports, conditions, cli);
}

/** Colour and width only where a person looks. */
function terminal({ output }: ScanOptions): { width?: number; colour?: boolean } {
  if (output !== undefined || !process.stdout.isTTY) return {};
  return {
    width: process.stdout.columns,
    colour: (process.env['NO_COLOR'] ?? '') === '',
  };
}

/** The exit code is part of the answer: what is unknown never ends in 0. */
function finish(reports: readonly ScanReport[], conditions: readonly FailOn[], cli: Cli): void {
  for (const report of reports) {
    const met = metCondition(report, conditions);
    if (met === undefined) continue;
    cli.say(`${report.target.name}: --fail-on ${met} is met.`);
    cli.exit(5);
    return;
  }
  if (reports.some(({ summary }) => !summary.complete)) cli.exit(3);
}

function conditionsOf(text: string | undefined): FailOn[] {
  if (text === undefined) return [];
  const conditions = readFailOn(text);
  if (conditions !== undefined) return conditions;
  throw new HoldfastError('bad_input', `--fail-on does not know all of "${text}"`, {
    remedy: `Name one or more of ${FAIL_ON.join(', ')}, with commas between.`,
  });
}

async function settingsOf(options: ScanOptions, advisories: string): Promise<ScanSettings> {
  return {
    advisories,
    vex: await readDocuments(options.vex ?? []),
    ...(options.distro === undefined ? {} : { distribution: distributionOf(options.distro) }),
    ...(options.platform === undefined ? {} : { platform: platformOf(options.platform) }),
    deep: options.deep === true,
    all: options.all === true,
  };
}

async function readDocuments(files: readonly string[]): Promise<NamedDocument[]> {
  return Promise.all(
    files.map(async (file) => {
      const bytes = await fs.readFile(file).catch((error: unknown) => {
        throw new HoldfastError('bad_file', `${file} cannot be read (${systemCode(error)})`);
      });
      const name = path.basename(file);
      return { name, document: readVex(bytes, name) };
    }),
  );
}

function distributionOf(text: string): Distribution {
  const found = /^([a-z][a-z0-9._-]*)[:@-](\d[\w.]*|[a-z]+)$/.exec(text.toLowerCase());
  if (found !== null) return { id: found[1] ?? '', version: found[2] ?? '' };
  throw new HoldfastError('bad_input', `--distro ${text} names no distribution`, {
    remedy: 'Write its os-release ID and version, such as debian:12 or almalinux:9.',
  });
}

function platformOf(text: string): Platform {
  const [os = '', architecture = '', variant] = text.split('/');
  if (os !== '' && architecture !== '')
    return { os, architecture, ...(variant === undefined ? {} : { variant }) };
  throw new HoldfastError('bad_input', `--platform ${text} names no platform`, {
    remedy: 'Write operating system and architecture, such as linux/arm64.',
  });
}

interface ScanSettings {
  /** Directory of the index. */
  readonly advisories: string;
  readonly vex: readonly NamedDocument[];
  readonly distribution?: Distribution;
  readonly platform?: Platform;
  readonly deep: boolean;
  readonly all: boolean;
}

/** @throws HoldfastError `not_found` where there is no such target, `bad_file` where nothing of it can be read. */
async function scanTarget(
  target: string,
  { advisories, vex, distribution, platform, deep, all }: ScanSettings,
  { signal }: Pick<Cli, 'signal'>,
): Promise<ScanReport> {
  const progress = startProgress(process.stderr, systemClock);
  const index = openAdvisories(advisories);
  try {
    const inventory = await takeInventory(target, {
      signal,
      onProgress: ({ files, packages }) =>
        progress.update(files, undefined, `files of ${target}, ${packages} packages`),
      ...(distribution === undefined ? {} : { distribution }),
      ...(platform === undefined ? {} : { platform }),
      wholeDisk: deep,
    });
    const now = systemClock.now();
    const matched = matchAll(inventory.packages, index, {
      now,
      all,
      ...(inventory.facts === undefined ? {} : { facts: inventory.facts }),
    });
    const { findings, unread } = await withUploads(matched.findings, inventory, signal);
    const decided = vex.length === 0 ? undefined : applyVex(vex, vexTarget(inventory), findings);
    const report = reportOf(
      { ...inventory, unread: [...inventory.unread, ...unread] },
      {
        components: matched.components,
        findings: decided?.findings ?? findings,
        feeds: matched.feeds,
      },
      { now, version: productVersion(), all },
    );
    return decided === undefined ? report : { ...report, vex: decided.report };
  } finally {
    index.close();
    progress.end();
  }
}

/** Of this machine also what its own package manager is offered by security repositories. */
async function withUploads(
  findings: readonly Finding[],
  { target, packages }: TargetInventory,
  signal: AbortSignal,
): Promise<{ readonly findings: readonly Finding[]; readonly unread: readonly Unread[] }> {
  if (target.kind !== 'host') return { findings, unread: [] };
  const { pendingUploads, readAptOffers, wantedNames } = await import('../scan/pending-uploads.ts');
  const { offers, unread } = await readAptOffers(wantedNames(packages), signal);
  const detail = 'a list of security updates that apt could not read out';
  return {
    findings: [...findings, ...pendingUploads(packages, offers)].sort(compareFindings),
    unread: unread.map((file) => ({ path: file.slice(1), reason: 'unreadable', detail })),
  };
}

/** What statements may call the target: its name, the last part of it, its digest. */
function vexTarget({ target, packages }: TargetInventory): VexTarget {
  const { name, digest } = target;
  return {
    identifiers: [name, path.basename(name), ...(digest === undefined ? [] : [digest])],
    packages,
  };
}
