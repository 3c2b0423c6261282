/** All extractors, sorted by id; test/contract/extractors.test.ts fails when one is missing here. */
import { apkInstalled } from './apk/installed.ts';
import { cyclonedx } from './cyclonedx/extractor.ts';
import { dpkgStatus } from './dpkg/status.ts';
import { rpm } from './rpm/index.ts';
import type { Extractor } from './schema.ts';

export const extractors: readonly Extractor[] = [apkInstalled, cyclonedx, dpkgStatus, rpm];
