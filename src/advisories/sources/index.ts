/** All sources, sorted by id; test/contract/advisory-sources.test.ts fails when a folder is missing here. */
import { almalinux } from './almalinux/index.ts';
import { alpine } from './alpine/index.ts';
import { chainguard } from './chainguard/index.ts';
import { debian } from './debian/index.ts';
import { endoflife } from './endoflife/index.ts';
import { epss } from './epss/index.ts';
import { github } from './github/index.ts';
import { gitlab } from './gitlab/index.ts';
import { go } from './go/index.ts';
import { kev } from './kev/index.ts';
import { nvd } from './nvd/index.ts';
import { osv } from './osv/index.ts';
import { pypa } from './pypa/index.ts';
import { redhat } from './redhat/index.ts';
import { rocky } from './rocky/index.ts';
import { rustsec } from './rustsec/index.ts';
import { suse } from './suse/index.ts';
import { ubuntu } from './ubuntu/index.ts';
import { vulnrichment } from './vulnrichment/index.ts';
import { windows } from './windows/index.ts';
import { wolfi } from './wolfi/index.ts';
import type { Source } from './source.ts';

export const sources: readonly Source[] = [
  almalinux,
  alpine,
  chainguard,
  debian,
  endoflife,
  epss,
  github,
  gitlab,
  go,
  kev,
  nvd,
  osv,
  pypa,
  redhat,
  rocky,
  rustsec,
  suse,
  ubuntu,
  vulnrichment,
  windows,
  wolfi,
];
