/** Small files of the other language ecosystems, one of each form. */
import { aRustProgram } from './rust-program.ts';

export const LANGUAGE_SAMPLES: Readonly<
  Record<string, () => { readonly path: string; readonly content: string | Buffer }>
> = {
  'cargo-auditable': () => ({ path: 'usr/bin/tool', content: aRustProgram(AUDITABLE) }),
  'cargo-lock': () => ({ path: 'app/Cargo.lock', content: CARGO_4 }),
  'composer-installed': () => ({
    path: 'app/vendor/composer/installed.json',
    content: `{"packages": [
  {"name": "acme/left", "version": "v1.2.3", "dist": {"type": "zip"}},
  {"name": "acme/tester", "version": "3.0.0"}
], "dev": true, "dev-package-names": ["acme/tester"]}
`,
  }),
  'composer-lock': () => ({ path: 'app/composer.lock', content: COMPOSER }),
  'conan-lock': () => ({ path: 'app/conan.lock', content: CONAN_2 }),
  'cran-renv-lock': () => ({ path: 'app/renv.lock', content: RENV }),
  'gem-installed': () => ({
    path: 'usr/lib/ruby/gems/3.1.0/specifications/left-1.2.3.gemspec',
    content: `# -*- encoding: utf-8 -*-
# stub: left 1.2.3 ruby lib

Gem::Specification.new do |s|
  s.name = "left".freeze
  s.version = "1.2.3"
end
`,
  }),
  'gem-lock': () => ({ path: 'app/Gemfile.lock', content: GEMFILE }),
  'hackage-cabal-freeze': () => ({
    path: 'app/cabal.project.freeze',
    content: `active-repositories: hackage.haskell.org:merge
constraints: any.left ==1.2.3,
             left +fast -slow,
             any.left-right ==2.0
index-state: hackage.haskell.org 2024-01-01T00:00:00Z
`,
  }),
  'hackage-stack-lock': () => ({
    path: 'app/stack.yaml.lock',
    content: `packages:
- completed:
    hackage: left-right-1.2.3@sha256:aaaa,1234
    pantry-tree:
      sha256: bbbb
      size: 1
  original:
    hackage: left-right-1.2.3
- completed:
    commit: 0123456789abcdef0123456789abcdef01234567
    git: https://git.example.org/acme/fork.git
    name: fork
    version: 0.1.0
  original:
    git: https://git.example.org/acme/fork.git
snapshots: []
`,
  }),
  'hex-mix-lock': () => ({ path: 'app/mix.lock', content: MIX }),
  'hex-rebar-lock': () => ({
    path: 'app/rebar.lock',
    content: `{"1.2.0",
[{<<"left">>,{pkg,<<"left">>,<<"1.2.3">>},0},
 {<<"fork">>,
  {git,"https://git.example.org/acme/fork.git",
       {ref,"0123456789abcdef0123456789abcdef01234567"}},
  1}]}.
[
{pkg_hash,[
 {<<"left">>, <<"AAAA">>}]}
].
`,
  }),
  'npm-deno-lock': () => ({
    path: 'app/deno.lock',
    content: `{
  "version": "5",
  "specifiers": { "npm:left@1": "1.2.3" },
  "jsr": { "@acme/right@2.0.0": { "integrity": "aaaa" } },
  "npm": {
    "@acme/left@1.2.3_peer@2.0.0": { "integrity": "sha512-AAAA" },
    "peer@2.0.0": {}
  }
}
`,
  }),
  'pub-lock': () => ({ path: 'app/pubspec.lock', content: PUBSPEC }),
  'swift-resolved': () => ({ path: 'app/Package.resolved', content: SWIFT_3 }),
};

const AUDITABLE = `{"packages":[
  {"name":"app","version":"0.1.0","source":"local","root":true,"dependencies":[1]},
  {"name":"left","version":"1.2.3","source":"crates.io"},
  {"name":"builder","version":"2.0.0","source":"crates.io","kind":"build"},
  {"name":"fork","version":"0.1.0","source":"git"}
]}`;

const COMPOSER = `{
    "content-hash": "aaaa",
    "packages": [
        {
            "name": "acme/left",
            "version": "v1.2.3",
            "source": {"type": "git", "url": "https://git.example.org/acme/left.git", "reference": "aaaa"},
            "dist": {"type": "zip", "url": "https://dist.example.org/left.zip"}
        },
        {"name": "acme/branch", "version": "dev-main"},
        {"name": "acme/folder", "version": "1.0.0", "dist": {"type": "path", "url": "packages/folder"}}
    ],
    "packages-dev": [
        {"name": "acme/tester", "version": "3.0.0"}
    ],
    "aliases": []
}
`;

const CONAN_2 = `{
    "version": "0.5",
    "requires": [
        "zlib/1.2.13#aaaa%1667050636.338",
        "house/2.0@acme/stable#bbbb"
    ],
    "build_requires": ["ninja/1.11.1"],
    "python_requires": []
}
`;

export const CONAN_1 = `{"graph_lock": {"nodes": {
  "0": {"ref": "app/1.0", "path": "conanfile.py", "context": "host"},
  "1": {"ref": "zlib/1.2.11", "context": "host"},
  "2": {"pref": "ninja/1.11.1#aaaa:bbbb#cccc", "context": "build"}
}}, "version": "0.4"}
`;

const RENV = `{
  "R": {"Version": "4.2.3", "Repositories": [{"Name": "CRAN", "URL": "https://cran.example.org"}]},
  "Packages": {
    "left": {"Package": "left", "Version": "1.2.3", "Source": "Repository", "Repository": "CRAN"},
    "bio": {"Package": "bio", "Version": "2.0.0", "Source": "Bioconductor"},
    "fork": {"Package": "fork", "Version": "0.1.0", "Source": "GitHub", "RemoteType": "github",
      "RemoteUsername": "acme", "RemoteRepo": "fork-r", "RemoteSha": "0123456789abcdef0123456789abcdef01234567"},
    "plain": {"Package": "plain", "Version": "0.2.0"},
    "folder": {"Package": "folder", "Version": "0.1.0", "Source": "Local"}
  }
}
`;

const GEMFILE = `GIT
  remote: https://git.example.org/acme/fork.git
  revision: 0123456789abcdef0123456789abcdef01234567
  branch: main
  specs:
    fork (0.1.0)
      left (~> 1.0)

PATH
  remote: gems/folder
  specs:
    folder (0.1.0)

GEM
  remote: https://rubygems.org/
  specs:
    left (1.2.3)
      right (>= 2.0, < 3)
    right (2.0.0.rc1-x86_64-linux)
    right (2.0.0.rc1-java)

PLATFORMS
  x86_64-linux

DEPENDENCIES
  fork!
  left (~> 1.0)

CHECKSUMS
  left (1.2.3) sha256=aaaa

BUNDLED WITH
   2.5.0
`;

const MIX = `%{
  "left": {:hex, :left, "1.2.3", "aaaa", [:mix], [{:right, "~> 2.0", [hex: :right, repo: "hexpm", optional: false]}], "hexpm", "bbbb"},
  "alias": {:hex, :real, "4.5.6", "aaaa", [:mix], [], "hexpm", "bbbb"},
  "house": {:hex, :house, "2.0.0", "aaaa", [:rebar3], [], "hexpm:acme", "bbbb"},
  "fork": {:git, "https://git.example.org/acme/fork.git", "0123456789abcdef0123456789abcdef01234567", [branch: "main"]},
  "old": {:package, "0.1.0"},
}
`;

const PUBSPEC = `# Generated by pub
packages:
  fork:
    dependency: transitive
    description:
      path: "."
      ref: main
      resolved-ref: "0123456789abcdef0123456789abcdef01234567"
      url: "https://git.example.org/acme/fork.git"
    source: git
    version: "0.1.0"
  flutter:
    dependency: "direct main"
    description: flutter
    source: sdk
    version: "0.0.0"
  house:
    dependency: "direct main"
    description:
      name: house
      url: "https://pub.example.org/"
    source: hosted
    version: "2.0.0"
  left:
    dependency: "direct dev"
    description:
      name: left
      sha256: aaaa
      url: "https://pub.dev"
    source: hosted
    version: "1.2.3"
sdks:
  dart: ">=3.0.0 <4.0.0"
`;

const SWIFT_3 = `{
  "originHash" : "aaaa",
  "pins" : [
    {
      "identity" : "left",
      "kind" : "remoteSourceControl",
      "location" : "https://github.com/acme/left.git",
      "state" : { "revision" : "0123456789abcdef0123456789abcdef01234567", "version" : "1.2.3" }
    },
    {
      "identity" : "fork",
      "kind" : "remoteSourceControl",
      "location" : "git@git.example.org:acme/fork.git",
      "state" : { "branch" : "main", "revision" : "0123456789abcdef0123456789abcdef01234567" }
    }
  ],
  "version" : 3
}
`;

export const CARGO_4 = `# This file is automatically @generated by Cargo.
# It is not intended for manual editing.
version = 4

[[package]]
name = "app"
version = "0.1.0"
dependencies = ["left", "right 2.0.0"]

[[package]]
name = "left"
version = "1.2.3+build.5"
source = "registry+https://github.com/rust-lang/crates.io-index"
checksum = "aaaa"

[[package]]
name = "right"
version = "2.0.0"
source = "sparse+https://index.crates.io/"

[[package]]
name = "fork"
version = "0.1.0"
source = "git+https://git.example.org/acme/fork?branch=main#0123456789abcdef0123456789abcdef01234567"

[[package]]
name = "house"
version = "3.0.0"
source = "registry+https://crates.example.org/index"
`;
