/** Small lock files of npm, pnpm, Yarn and Bun, one of each form. */

export const NPM_SAMPLES: Readonly<
  Record<string, () => { readonly path: string; readonly content: string }>
> = {
  'npm-bun-lock': () => ({ path: 'app/bun.lock', content: BUN }),
  'npm-installed': () => ({
    path: 'app/node_modules/@acme/left/package.json',
    content: '{"name":"@acme/left","version":"1.2.3","dependencies":{"right":"^1"}}\n',
  }),
  'npm-package-lock': () => ({ path: 'app/package-lock.json', content: PACKAGE_LOCK_3 }),
  'npm-pnpm-lock': () => ({ path: 'app/pnpm-lock.yaml', content: PNPM_9 }),
  'npm-yarn-lock': () => ({ path: 'app/yarn.lock', content: YARN_1 }),
};

export const PACKAGE_LOCK_3 = `{
  "name": "app",
  "version": "1.0.0",
  "lockfileVersion": 3,
  "requires": true,
  "packages": {
    "": {
      "name": "app",
      "version": "1.0.0",
      "workspaces": ["packages/*"],
      "dependencies": { "@acme/left": "^1.0.0" }
    },
    "node_modules/@acme/left": {
      "version": "1.2.3",
      "resolved": "https://registry.example.org/@acme/left/-/left-1.2.3.tgz",
      "integrity": "sha512-AAAA"
    },
    "node_modules/@acme/left/node_modules/right": {
      "version": "2.0.0-rc.1+build",
      "inBundle": true,
      "license": "MIT"
    },
    "node_modules/alias": {
      "name": "real",
      "version": "4.5.6",
      "resolved": "https://registry.example.org/real/-/real-4.5.6.tgz",
      "dev": true
    },
    "node_modules/fork": {
      "version": "0.1.0",
      "resolved": "git+ssh://git@git.example.org/acme/fork.git#0123456789abcdef0123456789abcdef01234567"
    },
    "node_modules/folder": { "resolved": "packages/folder", "link": true },
    "node_modules/maybe": { "version": "1.0.0", "optional": true },
    "node_modules/no-version": { "optional": true, "peer": true },
    "node_modules/packed": { "version": "1.0.0", "resolved": "file:vendor/packed-1.0.0.tgz" },
    "node_modules/sheet": {
      "version": "0.20.2",
      "resolved": "https://cdn.example.org/sheet-0.20.2/sheet-0.20.2.tgz"
    },
    "packages/folder": { "version": "1.0.0", "devDependencies": { "right": "^2" } },
    "packages/folder/node_modules/right": { "version": "2.1.0", "devOptional": true }
  }
}
`;

export const PACKAGE_LOCK_1 = `{
  "name": "app",
  "lockfileVersion": 1,
  "requires": true,
  "dependencies": {
    "left": {
      "version": "1.2.3",
      "resolved": "https://registry.example.org/left/-/left-1.2.3.tgz",
      "requires": { "right": "^2.0.0" },
      "dependencies": {
        "right": { "version": "2.0.0", "bundled": true }
      }
    },
    "alias": { "version": "npm:@acme/real@4.5.6", "dev": true },
    "fork": {
      "version": "git+ssh://git@git.example.org/acme/fork.git#0123456789abcdef0123456789abcdef01234567",
      "from": "git+ssh://git@git.example.org/acme/fork.git"
    },
    "short": { "version": "github:acme/short#89abcdef0123456789abcdef0123456789abcdef" },
    "sheet": { "version": "https://cdn.example.org/sheet-0.20.2.tgz" },
    "unclear": { "version": "https://cdn.example.org/latest.tgz" },
    "folder": { "version": "file:packages/folder" }
  }
}
`;

export const PNPM_9 = `lockfileVersion: '9.0'

settings:
  autoInstallPeers: true

importers:

  .:
    dependencies:
      '@acme/left':
        specifier: ^1.0.0
        version: 1.2.3(peer@2.0.0)
      alias:
        specifier: npm:real@^4.0.0
        version: real@4.5.6
      folder:
        specifier: workspace:*
        version: link:packages/folder
    devDependencies:
      tester:
        specifier: ^3.0.0
        version: 3.0.0

packages:

  '@acme/left@1.2.3':
    resolution: {integrity: sha512-AAAA}
    engines: {node: '>=14.0.0, <99'}
    peerDependencies:
      peer: '*'

  fork@https://codeload.github.com/acme/fork/tar.gz/0123456789abcdef0123456789abcdef01234567:
    resolution: {tarball: https://codeload.github.com/acme/fork/tar.gz/0123456789abcdef0123456789abcdef01234567}
    version: 0.1.0

  folder@file:packages/folder:
    resolution: {directory: packages/folder, type: directory}

  maybe@1.0.0:
    resolution: {integrity: sha512-BBBB}
    cpu: [x64, arm64]
    deprecated: 'do not: use'

  peer@2.0.0:
    resolution: {integrity: sha512-CCCC}

  real@4.5.6:
    resolution: {integrity: sha512-DDDD}

  tester@3.0.0:
    resolution: {integrity: sha512-EEEE}
    deprecated: >-
      no longer
      kept

snapshots:

  '@acme/left@1.2.3(peer@2.0.0)':
    dependencies:
      fork: https://codeload.github.com/acme/fork/tar.gz/0123456789abcdef0123456789abcdef01234567
      peer: 2.0.0
    optionalDependencies:
      maybe: 1.0.0

  fork@https://codeload.github.com/acme/fork/tar.gz/0123456789abcdef0123456789abcdef01234567: {}

  maybe@1.0.0:
    optional: true

  peer@2.0.0: {}

  real@4.5.6: {}

  tester@3.0.0:
    dependencies:
      peer: 2.0.0
`;

export const PNPM_6 = `lockfileVersion: '6.0'

dependencies:
  '@acme/left':
    specifier: ^1.0.0
    version: 1.2.3(peer@2.0.0)

packages:

  /@acme/left@1.2.3(peer@2.0.0):
    resolution: {integrity: sha512-AAAA}
    dev: false

  /tester@3.0.0-rc.1:
    resolution: {integrity: sha512-BBBB}
    dev: true

  git.example.org/acme/fork/0123456789abcdef0123456789abcdef01234567:
    resolution: {commit: 0123456789abcdef0123456789abcdef01234567, repo: https://git.example.org/acme/fork.git, type: git}
    name: fork
    version: 0.1.0
    dev: false

  file:packages/folder:
    resolution: {directory: packages/folder, type: directory}
    name: folder
`;

export const PNPM_5 = `lockfileVersion: 5.4

specifiers:
  left: ^1.0.0

dependencies:
  left: 1.2.3_peer@2.0.0

packages:

  /@acme/left/1.2.3_peer@2.0.0+other@1.0.0:
    resolution: {integrity: sha512-AAAA}
    dev: false

  /old/1.0.0/peer@2.0.0:
    resolution: {integrity: sha512-BBBB}
    optional: true

  registry.example.org/@acme/mirror/1.1.0:
    resolution: {integrity: sha512-CCCC, tarball: https://registry.example.org/@acme/mirror/-/mirror-1.1.0.tgz}
    dev: true

  git@git.example.org+acme/fork/0123456789abcdef0123456789abcdef01234567:
    resolution: {commit: 0123456789abcdef0123456789abcdef01234567, repo: git@git.example.org:acme/fork.git, type: git}
    name: fork
    version: 0.1.0

  strange:
    resolution: {integrity: sha512-DDDD}
`;

export const YARN_1 = `# THIS IS AN AUTOGENERATED FILE. DO NOT EDIT THIS FILE DIRECTLY.
# yarn lockfile v1


"@acme/left@^1.0.0", "@acme/left@~1.2.0":
  version "1.2.3"
  resolved "https://registry.example.org/@acme/left/-/left-1.2.3.tgz#0123456789abcdef0123456789abcdef01234567"
  integrity sha512-AAAA
  dependencies:
    right "^2.0.0"
    version "^9.0.0"

"alias@npm:real@^4.0.0", real@^4.5.0:
  version "4.5.6"
  resolved "https://registry.example.org/real/-/real-4.5.6.tgz#0123456789abcdef0123456789abcdef01234567"

"folder@file:packages/folder":
  version "1.0.0"

"fork@git+ssh://git@git.example.org:acme/fork#main":
  version "0.1.0"
  resolved "git+ssh://git@git.example.org:acme/fork#0123456789abcdef0123456789abcdef01234567"

"plain@https://github.com/acme/plain":
  version "2.0.0"
  resolved "https://github.com/acme/plain#0123456789abcdef0123456789abcdef01234567"

right@^2.0.0:
  version "2.0.0"
  resolved "https://registry.example.org/right/-/right-2.0.0.tgz"
`;

export const YARN_BERRY = `# This file is generated by running "yarn install" inside your project.
# Manual changes might be lost - proceed with caution!

__metadata:
  version: 8
  cacheKey: 10c0

"@acme/left@npm:^1.0.0, @acme/left@npm:~1.2.0":
  version: 1.2.3
  resolution: "@acme/left@npm:1.2.3"
  dependencies:
    right: "npm:^2.0.0"
  checksum: 10c0/aaaa
  languageName: node
  linkType: hard

"alias@npm:real@^4.0.0":
  version: 4.5.6
  resolution: "real@npm:4.5.6"
  languageName: node
  linkType: hard

"app@workspace:.":
  version: 0.0.0-use.local
  resolution: "app@workspace:."
  languageName: unknown
  linkType: soft

"fork@https://git.example.org/acme/fork.git":
  version: 0.1.0
  resolution: "fork@https://git.example.org/acme/fork.git#commit=0123456789abcdef0123456789abcdef01234567"
  languageName: node
  linkType: hard

"mirror@npm:1.0.0":
  version: 1.0.0
  resolution: "mirror@npm:1.0.0::__archiveUrl=https%3A%2F%2Fregistry.example.org%2Fmirror-1.0.0.tgz"
  languageName: node
  linkType: hard

"patched@patch:patched@npm%3A^3.0.0#~/.yarn/patches/patched.patch":
  version: 3.1.0
  resolution: "patched@patch:patched@npm%3A3.1.0#~/.yarn/patches/patched.patch::version=3.1.0&hash=abcdef"
  languageName: node
  linkType: hard
`;

const BUN = `{
  "lockfileVersion": 1,
  "workspaces": {
    "": {
      "name": "app",
      "dependencies": { "@acme/left": "^1.0.0", },
      "devDependencies": { "tester": "^3.0.0", },
    },
  },
  // written by hand
  "packages": {
    "@acme/left": ["@acme/left@1.2.3", "", { "dependencies": { "right": "^2.0.0" }, "optionalDependencies": { "maybe": "*" } }, "sha512-AAAA=="],

    "@acme/left/right": ["right@2.0.0", "", {}, "sha512-BBBB=="],

    "alias": ["real@npm:4.5.6", "", {}, "sha512-CCCC=="],

    "folder": ["folder@workspace:packages/folder"],

    "fork": ["fork@github:acme/fork#0123456", {}, "acme-fork-0123456"],

    "maybe": ["maybe@1.0.0", "", {}, "sha512-DDDD=="],

    "right": ["right@3.0.0", "", {}, "sha512-EEEE=="],

    "tester": ["tester@3.0.0", "", { "dependencies": { "right": "^3.0.0" } }, "sha512-FFFF=="],
  }
}
`;
