/** All extractors, sorted by id; test/contract/extractors.test.ts fails when one is missing here. */
import { apkInstalled } from './apk/installed.ts';
import { cargoLock } from './cargo/cargo-lock.ts';
import { cyclonedx } from './cyclonedx/extractor.ts';
import { dpkgStatus } from './dpkg/status.ts';
import { goBinary, goMod, goSum } from './go/index.ts';
import { npmBunLock } from './npm/bun-lock.ts';
import { npmInstalled } from './npm/node-modules.ts';
import { npmPackageLock } from './npm/package-lock.ts';
import { npmPnpmLock } from './npm/pnpm-lock.ts';
import { npmYarnLock } from './npm/yarn-lock.ts';
import { nugetAssets, nugetDeps, nugetLock } from './nuget/json.ts';
import { nugetCentral, nugetConfig, nugetProject } from './nuget/xml.ts';
import { rpm } from './rpm/index.ts';
import type { Extractor } from './schema.ts';
import { spdx } from './spdx/extractor.ts';
import { windowsHotfixes, windowsRegistry, windowsSystemInfo } from './windows/index.ts';

export const extractors: readonly Extractor[] = [
  apkInstalled,
  cargoLock,
  cyclonedx,
  dpkgStatus,
  goBinary,
  goMod,
  goSum,
  npmBunLock,
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
  rpm,
  spdx,
  windowsHotfixes,
  windowsRegistry,
  windowsSystemInfo,
];
