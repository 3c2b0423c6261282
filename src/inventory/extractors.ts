/** All extractors, sorted by id; test/contract/extractors.test.ts fails when one is missing here. */
import { apkInstalled } from './apk/installed.ts';
import { cargoAuditable } from './cargo/auditable.ts';
import { cargoLock } from './cargo/cargo-lock.ts';
import { composerLock } from './composer/composer-lock.ts';
import { composerInstalled } from './composer/installed.ts';
import { conanLock } from './conan/conan-lock.ts';
import { cranRenvLock } from './cran/renv-lock.ts';
import { cyclonedx } from './cyclonedx/extractor.ts';
import { dpkgStatus } from './dpkg/status.ts';
import { gemLock } from './gem/gemfile-lock.ts';
import { gemInstalled } from './gem/installed.ts';
import { goBinary, goMod, goSum } from './go/index.ts';
import { hackageCabalFreeze } from './hackage/cabal-freeze.ts';
import { hackageStackLock } from './hackage/stack-lock.ts';
import { hexMixLock, hexRebarLock } from './hex/mix-lock.ts';
import { gradleLock, gradleVerification } from './maven/gradle.ts';
import { mavenJar, mavenProperties } from './maven/jar.ts';
import { mavenPom } from './maven/pom.ts';
import { netscaler } from './netscaler/index.ts';
import { npmBunLock } from './npm/bun-lock.ts';
import { npmDenoLock } from './npm/deno-lock.ts';
import { npmInstalled } from './npm/node-modules.ts';
import { npmPackageLock } from './npm/package-lock.ts';
import { npmPnpmLock } from './npm/pnpm-lock.ts';
import { npmYarnLock } from './npm/yarn-lock.ts';
import { nugetAssets, nugetDeps, nugetLock } from './nuget/json.ts';
import { nugetCentral, nugetConfig, nugetProject } from './nuget/xml.ts';
import { pubLock } from './pub/pubspec-lock.ts';
import { condaInstalled } from './pypi/conda-meta.ts';
import { pypiInstalled } from './pypi/installed.ts';
import { pypiPipfileLock } from './pypi/pipfile-lock.ts';
import { pypiRequirements } from './pypi/requirements.ts';
import { pypiPdmLock, pypiPoetryLock, pypiPylock } from './pypi/toml-locks.ts';
import { pypiUvLock } from './pypi/uv-lock.ts';
import { rpm } from './rpm/index.ts';
import { syftJson } from './sbom/syft.ts';
import type { Extractor } from './schema.ts';
import { spdx } from './spdx/extractor.ts';
import { swiftResolved } from './swift/package-resolved.ts';
import {
  windowsHistory,
  windowsHotfixes,
  windowsRegistry,
  windowsServicing,
  windowsSystemInfo,
  windowsUpdateExport,
} from './windows/index.ts';

export const extractors: readonly Extractor[] = [
  apkInstalled,
  cargoAuditable,
  cargoLock,
  composerInstalled,
  composerLock,
  conanLock,
  condaInstalled,
  cranRenvLock,
  cyclonedx,
  dpkgStatus,
  gemInstalled,
  gemLock,
  goBinary,
  goMod,
  goSum,
  gradleLock,
  gradleVerification,
  hackageCabalFreeze,
  hackageStackLock,
  hexMixLock,
  hexRebarLock,
  mavenJar,
  mavenPom,
  mavenProperties,
  netscaler,
  npmBunLock,
  npmDenoLock,
  npmInstalled,
  npmPackageLock,
  npmPnpmLock,
  npmYarnLock,
  nugetAssets,
  nugetCentral,
  nugetConfig,
  nugetDeps,
  nugetLock,
  nugetProject,
  pubLock,
  pypiInstalled,
  pypiPdmLock,
  pypiPipfileLock,
  pypiPoetryLock,
  pypiPylock,
  pypiRequirements,
  pypiUvLock,
  rpm,
  spdx,
  swiftResolved,
  syftJson,
  windowsHotfixes,
  windowsRegistry,
  windowsServicing,
  windowsSystemInfo,
  windowsUpdateExport,
  windowsHistory,
];
