/** `node bench/versions.ts`: comparisons per CPU second and ecosystem, of texts and of versions read before. */
import process from 'node:process';
import { schemeOf } from '../src/versions/index.ts';

const SECONDS = 0.2;

/** Shapes as they stand in real inventories; every pair of a list is compared. */
const VERSIONS: Readonly<Record<string, string>> = {
  Alpine: '1.36.1-r15 1.36.1-r2 3.1.4-r5 2.12.7_p1-r0 20230506-r0 1.2.4-r2 8.5.0_rc1-r0 0.5.2.7',
  CRAN: '1.0-1 0.9.14 3.4.4 1.7-3 0.1.0.0 2.10',
  Debian:
    '2.36-9+deb12u4 1:9.2p1-2+deb12u2 3.0.11-1~deb12u2 5.2.15-2+b2 252.19-1~deb12u1 7.88.1-10+deb12u5',
  Go: 'v1.9.3 v0.0.0-20220722155237-a158d28d115b v1.1.1-rc.2 v2.0.0+incompatible 1.21.5',
  Maven: '2.14.1 5.3.18.RELEASE 1.0-alpha-2 31.1-jre 4.1.86.Final 2.0.0-M3 1.2.17',
  NuGet: '13.0.1 6.0.0-preview.3 4.7.2 1.0.0.1 5.0.17',
  npm: '4.17.21 7.0.0-beta.44 0.1.10 18.2.0 2.0.0-rc.1 1.0.30001390',
  Packagist: 'v5.4.31 1.0.0-beta2 7.16.0 2.0.x-dev v6.6.5 1.24.0',
  PyPI: '4.2.1 2.0.0rc1 1.26.17.post1 3.11.0a2 0.9.dev3 2023.7.22 1.0+local.2',
  'Red Hat': '2.34-60.el9 1:3.0.7-16.el9_2 5.14.0-284.11.1.el9_2 4.16.1.3-12.el9_0 0:2.4.53-7.el9',
  RubyGems: '7.0.4.3 1.15.0.rc1 3.2.0 2.2.6.4 1.0.0.beta.2 0.9.18',
  Windows: '10.0.17763.1935 10.0.20348.2031 6.3.9600.20402 10.0.14393.5717',
};

function rate(run: (index: number) => void): number {
  let done = 0;
  const began = process.cpuUsage();
  for (;;) {
    for (let index = 0; index < 5_000; index += 1) run(done + index);
    done += 5_000;
    const used = process.cpuUsage(began);
    const seconds = (used.user + used.system) / 1e6;
    if (seconds > SECONDS) return Math.round(done / seconds);
  }
}

console.log('ecosystem'.padEnd(12), 'texts/s'.padStart(12), 'read before/s'.padStart(14));
for (const [ecosystem, list] of Object.entries(VERSIONS)) {
  const scheme = schemeOf(ecosystem);
  if (scheme === undefined) throw new Error(`no scheme for ${ecosystem}`);
  const texts = list.split(' ');
  const pairs = texts.flatMap((a) => texts.map((b) => [a, b] as const));
  const values = pairs.map(([a, b]) => [scheme.parse(a), scheme.parse(b)] as const);
  const ofTexts = rate((index) => {
    const [a, b] = pairs[index % pairs.length] ?? ['', ''];
    scheme.compare(scheme.parse(a), scheme.parse(b));
  });
  const ofValues = rate((index) => {
    const [a, b] = values[index % values.length] ?? [];
    scheme.compare(a, b);
  });
  console.log(
    ecosystem.padEnd(12),
    ofTexts.toLocaleString('en').padStart(12),
    ofValues.toLocaleString('en').padStart(14),
  );
}
