/** Samples of databases, programs, archives and what Windows says of itself; see `extractor-samples.ts`. */
import type { Sample } from './extractor-samples.ts';
import { anElf, moduleInfo } from './go-programs.ts';
import { anNdb, anRpmHeader } from './rpm-headers.ts';

export const BINARY_SAMPLES: Readonly<Record<string, () => Sample>> = {
  'go-binary': () => ({
    path: 'usr/local/bin/service',
    content: anElf(
      'go1.22.3',
      moduleInfo(['path\texample.test/service', 'dep\texample.test/one\tv1.2.3\th1:a=']),
    ),
  }),
  'go-mod': () => ({
    path: 'go.mod',
    content: `module example.test/service

go 1.16

require (
\texample.test/one v1.2.3
\texample.test/two v0.1.0 // indirect
)

replace example.test/two => ./two
`,
    others: { 'go.sum': 'example.test/three v1.0.0 h1:a=\n' },
  }),
  'go-sum': () => ({
    path: 'tools/go.sum',
    content: 'example.test/one v1.2.3 h1:a=\nexample.test/one v1.2.3/go.mod h1:a=\n',
  }),
  rpm: () => ({
    path: 'usr/lib/sysimage/rpm/Packages.db',
    content: anNdb([
      anRpmHeader({
        name: 'bash',
        version: '4.4',
        release: '150400.27.3.2',
        files: ['/usr/bin/bash'],
      }),
      anRpmHeader({ name: 'vim', version: '9.1', epoch: 2, sourceRpm: 'vim-9.1-1.src.rpm' }),
    ]),
  }),
};
