import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import fc from 'fast-check';
import { compareLines } from './lines.ts';

/** The ecosystems' own programs, asked about the same made-up pairs; each is skipped where it is not installed. */
interface Oracle {
  readonly ecosystem: string;
  readonly command: string;
  /** Answers nothing and exits with 0 where the program can serve. */
  readonly probe: readonly string[];
  /** Reads `A<TAB>B` lines on standard input and prints `<`, `=`, `>` or `?` for each. */
  readonly args: readonly string[];
  readonly pieces: string;
  /** Pairs beyond what the ecosystem can hold say nothing. */
  readonly usable: RegExp;
}

const ORACLES: readonly Oracle[] = [
  {
    ecosystem: 'Debian',
    command: 'perl',
    probe: ['-MDpkg::Version', '-e', '1'],
    args: [
      '-MDpkg::Version',
      '-ne',
      'chomp; my ($a, $b) = split /\\t/; my ($p) = version_check($a); my ($q) = version_check($b);' +
        'print $p && $q ? ("<", "=", ">")[1 + version_compare($a, $b)] : "?", "\\n";',
    ],
    pieces: '0 00 1 2 9 10 a b z A Z ~ ~ + . - rc dfsg',
    usable: /^\d[^:]*$/,
  },
  {
    ecosystem: 'Red Hat',
    command: 'rpm',
    probe: ['--eval', '%{lua: assert(rpm.vercmp("1", "2") == -1)}'],
    args: [
      '--eval',
      '%{lua: for line in io.lines() do local a, b = line:match("^(.-)\\t(.*)$"); local ok, r = pcall(rpm.vercmp, a, b);' +
        ' print((ok and (r < 0 and "<" or r > 0 and ">" or "=") or "?") .. "\\n") end}',
    ],
    pieces: '0 00 1 2 9 10 a b Z ~ ^ . _ + rc git 1: -',
    usable: /./,
  },
  {
    ecosystem: 'RubyGems',
    command: 'ruby',
    probe: ['-e', 'exit'],
    args: [
      '-ne',
      'a, b = $_.chomp.split("\\t"); puts(begin; "<=>"[1 + (Gem::Version.new(a) <=> Gem::Version.new(b))]; rescue ArgumentError; "?"; end)',
    ],
    pieces: '0 00 1 2 10 . . . a b pre rc -',
    usable: /^\d+(\.|$)/,
  },
  {
    ecosystem: 'PyPI',
    command: 'python3',
    probe: ['-c', 'import packaging.version'],
    args: [
      '-c',
      'import sys\nfrom packaging.version import parse\nfor line in sys.stdin:\n' +
        ' try:\n  a, b = map(parse, line.rstrip("\\n").split("\\t"))\n  print("<" if a < b else ">" if a > b else "=")\n' +
        ' except Exception: print("?")',
    ],
    pieces: '0 1 10 .0 .1 .1 a1 b rc2 .post1 post .dev dev2 -1 _ +x +1 alpha. r',
    usable: /./,
  },
  {
    ecosystem: 'Packagist',
    command: 'php',
    probe: ['-r', '1;'],
    args: [
      '-r',
      'while (($l = fgets(STDIN)) !== false) { [$a, $b] = explode("\\t", rtrim($l, "\\n")); echo ["<", "=", ">"][1 + version_compare($a, $b)], "\\n"; }',
    ],
    pieces: '0 1 2 10 .1 .2 .0 -dev a b rc RC dev -1 -RC _2 +5 pl p beta x alpha',
    usable: /^\d(?!.*[-_+.]{2}).*[a-zA-Z0-9]$/,
  },
];

for (const oracle of ORACLES) {
  const installed = spawnSync(oracle.command, oracle.probe).status === 0;
  const reason = `${oracle.command} is not installed or lacks what is asked`;
  test(
    `${oracle.ecosystem}: as ${oracle.command} says`,
    { skip: installed ? false : reason },
    (context) => {
      const pairs = pairsFor(oracle);
      const text = `${pairs.map((pair) => pair.join('\t')).join('\n')}\n`;
      const { stdout } = spawnSync(oracle.command, oracle.args, { input: text, encoding: 'utf8' });
      const answers = stdout.split('\n').filter(Boolean);
      assert.equal(answers.length, pairs.length, 'the program answered every line');
      const ours = compareLines(oracle.ecosystem, text);
      const compared = pairs.map((_, index) => index).filter((index) => answers[index] !== '?');
      const different = compared.filter((index) => ours[index] !== answers[index]);
      context.diagnostic(`${compared.length} pairs compared`);
      assert.deepEqual(
        different.map((index) => [...pairs[index]!, ours[index], answers[index]]),
        [],
      );
      assert.ok(compared.length > 200);
    },
  );
}

/** Half of the pairs are near each other: one version and the same with a piece more, less or changed. */
function pairsFor({ pieces, usable }: Oracle): [string, string][] {
  const piece = fc.constantFrom(...pieces.split(' '));
  const version = fc
    .array(piece, { minLength: 1, maxLength: 7 })
    .map((list) => `1.${list.join('')}`);
  const near = fc.tuple(version, piece, fc.nat(12)).map(([text, extra, at]): [string, string] => {
    const cut = Math.min(at, text.length);
    return [text, text.slice(0, cut) + extra + text.slice(cut + (at % 2))];
  });
  const pairs = fc.sample(fc.oneof(fc.tuple(version, version), near), {
    numRuns: 3_000,
    seed: 2022,
  });
  return pairs.filter((pair) => pair.every((text) => usable.test(text)));
}
