// The import table of CONTRIBUTING.md. Left: a place under src/. Right: the whole of what it may import of ours.
// Reading it aloud should give the table; test/architecture/boundaries.test.ts proves that every module was seen.
const MAY_IMPORT = {
  kernel: [],
  versions: [],
  ledger: ['kernel'],
  estate: ['kernel', 'ledger'],
  people: ['kernel', 'ledger', 'estate/schema'],
  connectors: ['kernel', 'estate/schema', 'inventory/schema', 'inventory/windows'],
  inventory: ['kernel', 'versions', 'estate/schema'],
  advisories: ['kernel', 'versions'],
  scan: ['kernel', 'versions', 'inventory', 'advisories'],
  'measures/mfa': ['kernel', 'ledger', 'estate'],
  'measures/scanning': [
    'kernel',
    'ledger',
    'estate',
    'inventory/schema',
    'inventory/windows',
    'advisories',
    'versions',
    'scan',
  ],
  'measures/patching': [
    'kernel',
    'ledger',
    'estate',
    'versions',
    'advisories',
    'scan',
    'measures/scanning',
  ],
  exposure: ['kernel', 'estate', 'measures', 'people'],
  gate: ['kernel', 'ledger', 'estate/schema', 'measures/mfa/model'],
  rollout: ['kernel', 'ledger', 'estate', 'measures/patching'],
  incident: ['kernel', 'ledger', 'estate', 'exposure', 'people', 'gate/block'],
  continuity: ['kernel', 'ledger'],
  agent: [
    'kernel/log',
    'kernel/errors',
    'kernel/http/client',
    'inventory',
    'estate/schema',
    'versions',
  ],
};

const place = (name) => `^src/${name}(/|\\.ts$)`;

const boundaries = Object.entries(MAY_IMPORT).map(([from, allowed]) => ({
  name: `${from} imports only what the table allows`,
  severity: 'error',
  from: { path: place(from), pathNot: '\\.test\\.ts$' },
  to: { path: '^src/', pathNot: [from, ...allowed].map(place) },
}));

module.exports = {
  forbidden: [
    ...boundaries,
    {
      name: 'cli talks to routes, kernel and app only',
      severity: 'error',
      from: { path: '^src/cli/', pathNot: '\\.test\\.ts$' },
      to: {
        path: '^src/',
        pathNot: [
          '^src/cli/',
          '^src/kernel/',
          '^src/app/',
          '/routes\\.ts$',
          '/schema\\.ts$',
          '/commands\\.ts$',
        ],
      },
    },
    {
      name: 'nobody imports server, cli, app or main',
      severity: 'error',
      from: {
        path: '^src/',
        pathNot: ['^src/(server|cli)/', '^src/(app/|main\\.ts$)', '\\.test\\.ts$'],
      },
      to: { path: ['^src/(server|cli)/', '^src/(app/|main\\.ts$)'] },
    },
    {
      name: 'only store.ts and the composition speak SQL',
      severity: 'error',
      from: {
        path: '^src/',
        pathNot: ['/store[^/]*\\.ts$', '^src/kernel/', '^src/app/', '\\.test\\.ts$'],
      },
      to: { path: '^src/kernel/sql/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'no cycles',
      severity: 'error',
      from: {},
      to: { circular: true, dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'product code imports no test helper',
      severity: 'error',
      from: { path: '^src/', pathNot: '\\.test\\.ts$' },
      to: { path: '^(test|bench|tools)/' },
    },
    { name: 'nothing unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '/fixtures/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'types'],
      extensions: ['.ts', '.js', '.mjs', '.json', '.d.ts'],
    },
  },
};
