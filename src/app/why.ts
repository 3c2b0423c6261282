/** `holdfast why`: one component, one advisory, and every step to the verdict. */
import type { Command } from 'commander';
import path from 'node:path';
import type { MatchPackage } from '../advisories/match-model.ts';
import type { Why, WhyFeed } from '../advisories/why.ts';
import type { Cli } from '../kernel/cli.ts';
import { systemClock } from '../kernel/clock.ts';
import { HoldfastError } from '../kernel/errors.ts';
import { plain } from '../scan/plain.ts';

interface WhyFlags {
  readonly ecosystem?: string;
  readonly source?: string;
  readonly module?: string;
  readonly arch?: string;
  readonly json?: boolean;
}

export function whyCommands(program: Command, cli: Cli): void {
  program
    .command('why <component> <advisory>')
    .description('tell why a component is, or is not, affected by an advisory')
    .option('--ecosystem <name>', "of NAME@VERSION: OSV's name with its release, as Debian:12")
    .option('--source <name>', 'the source package that it was built from, as NAME or NAME@VERSION')
    .option('--module <label>', 'the module stream of an RPM, as nodejs:18')
    .option('--arch <name>', 'the architecture')
    .option('--json', 'print JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (component: string, advisory: string, flags: WhyFlags) => {
      const { openAdvisories } = await import('./advisory-index.ts');
      const { explainWhy } = await import('../advisories/why.ts');
      const item = await componentOf(component, flags);
      const index = openAdvisories(path.join(await cli.dataDirectory(), 'advisories'));
      try {
        const why = explainWhy(item, advisory, index, systemClock.now());
        cli.answer(flags, why, () => whyText(why));
        if (why.state === 'unknown') cli.exit(3);
      } finally {
        index.close();
      }
    });
}

const EXAMPLES = `
Examples:
  holdfast why pkg:npm/minimist@1.2.5 CVE-2021-44906
  holdfast why libc6@2.36-9 CVE-2023-4911 --ecosystem Debian:12 --source glibc
  holdfast why pkg:generic/microsoft/windows-server-2016@10.0.14393.3808 CVE-2020-1472`;

async function componentOf(text: string, flags: WhyFlags): Promise<MatchPackage> {
  const item = text.startsWith('pkg:') ? await fromPurl(text) : fromName(text, flags.ecosystem);
  const [, source = '', version = item.version] =
    /^([^@]+)(?:@(.+))?$/.exec(flags.source ?? '') ?? [];
  return {
    ...item,
    ...(source === '' ? {} : { source: { name: source, version } }),
    ...(flags.module === undefined ? {} : { module: flags.module }),
    ...(flags.arch === undefined ? {} : { arch: flags.arch }),
  };
}

async function fromPurl(text: string): Promise<MatchPackage> {
  const { packageOf } = await import('../inventory/package-of.ts');
  const { readPurl } = await import('../versions/purl.ts');
  const read = readPurl(text, { lenient: true });
  if (read.problem !== undefined) throw badComponent(`${text}: ${read.problem}`);
  const { type, name, version } = read.value;
  const item = packageOf({ type, name, version: version ?? '', purl: text }, undefined);
  if (item.problem !== undefined) throw badComponent(`${text}: ${item.problem}`);
  return item.value;
}

function fromName(text: string, ecosystem: string | undefined): MatchPackage {
  const at = text.lastIndexOf('@');
  if (at < 1) throw badComponent(`${text}: neither a package URL nor NAME@VERSION`);
  if (ecosystem === undefined) throw badComponent(`${text}: of which ecosystem?`);
  const name = text.slice(0, at);
  const version = text.slice(at + 1);
  return { purl: text, type: typeOf(ecosystem), ecosystem, name, version };
}

/** Only the types whose packages have sources matter to matching. */
function typeOf(ecosystem: string): string {
  if (/^(Debian|Ubuntu|Echo)\b/.test(ecosystem)) return 'deb';
  return /^(AlmaLinux|Red Hat|Rocky|SUSE|openSUSE|Oracle|Amazon)/.test(ecosystem)
    ? 'rpm'
    : 'generic';
}

function badComponent(message: string): HoldfastError {
  return new HoldfastError('bad_input', message, {
    remedy: 'Write a package URL, or NAME@VERSION with --ecosystem (holdfast why --help).',
  });
}

/** What is not compared as a package manager does it. */
const COMPARISONS: Readonly<Record<string, string>> = {
  none: '',
  product: 'Versions are compared as its maker counts them.',
  'windows-updates': 'Windows is judged by the revision of its build and by its updates.',
};

function whyText(why: Why): string {
  const { state, reason, sentence, feeds, limits, findings } = why;
  const verdict = { affected: 'affected', not_affected: 'not affected', unknown: 'unknown' }[state];
  const lines = [`${verdict}${reason === undefined ? '' : ` (${reason})`}: ${sentence}`];
  for (const finding of findings) lines.push(...findingLines(finding));
  lines.push('');
  const comparison =
    COMPARISONS[why.comparator] ?? `Versions are compared as ${why.comparator} does.`;
  if (comparison !== '') lines.push(comparison);
  for (const feed of feeds) lines.push(...feedLines(feed));
  if (feeds.length === 0) lines.push('No feed here answers for it.');
  for (const limit of limits) lines.push(`Mind: ${limit}.`);
  return lines.join('\n');
}

function findingLines({
  id,
  aliases,
  upstream,
  severity,
  kev,
  epss,
  url,
}: Why['findings'][number]): string[] {
  const parts = [`  ${[id, ...aliases].join(' = ')}`];
  if (upstream.length > 0) parts.push(`made of ${upstream.join(', ')}`);
  if (severity.word !== 'unknown') parts.push(`${severity.word} ${severity.score ?? ''}`.trim());
  if (kev !== null) parts.push(kev.ransomware ? 'exploited, by ransomware too' : 'exploited');
  if (epss !== null)
    parts.push(
      `EPSS ${[epss.score, epss.model, epss.date].filter((part) => part !== '').join(', ')}`,
    );
  return [parts.join('; '), ...(url === '' ? [] : [`  ${plain(url)}`])];
}

function feedLines({ feed, asOf, fresh, words, rows }: WhyFeed): string[] {
  const head = `${feed}, as of ${asOf.slice(0, 10)}${fresh ? '' : ', not to be relied on'}`;
  return [
    words === '' ? `${head}:` : `${head}: ${words}`,
    ...rows.flatMap((row) => [
      `  ${row.record}${row.status === 'active' ? '' : ` (${row.status})`} says ${saysWords(row.says)}: ${row.because}`,
      ...row.steps.map((step) => `    ${step.words}`),
    ]),
  ];
}

function saysWords(says: string): string {
  return says === 'outside' ? 'nothing of this version' : says.replace('_', ' ');
}
