/** Gradle's lock files and its list of verified artifacts. */
import { invalid, Problems } from '../damage.ts';
import type { Extracted, Extractor, Found, InputFile, TargetPath } from '../schema.ts';
import { childOf, parseXml } from '../xml.ts';
import { foundMaven, isCoordinate, isMavenVersion } from './found.ts';

const MAX_LOCK = 16 * 1024 * 1024;
const MAX_METADATA = 64 * 1024 * 1024;

export const gradleLock: Extractor = {
  id: 'gradle-lock',
  title: 'Gradle lock files',
  version: 1,
  evidence: 'locked',
  maxBytes: MAX_LOCK,
  wants: wantsLock,
  extract: extractLock,
};

/** It lists what may be downloaded, plug-ins of the build among it; not all of that runs. */
export const gradleVerification: Extractor = {
  id: 'gradle-verification',
  title: 'Gradle verified artifacts (verification-metadata.xml)',
  version: 1,
  evidence: 'declared',
  maxBytes: MAX_METADATA,
  wants: (path) => isNamed(path, 'gradle/verification-metadata.xml'),
  extract: extractVerification,
};

function isNamed(path: TargetPath, name: string): boolean {
  return path === name || path.endsWith(`/${name}`);
}

const BUILD_SCRIPT = 'buildscript-gradle.lockfile';
/** One file a configuration, before Gradle 7. */
const OLD_FOLDER = 'gradle/dependency-locks/';

function wantsLock(path: TargetPath): boolean {
  if (!path.endsWith('.lockfile')) return false;
  return isNamed(path, 'gradle.lockfile') || isNamed(path, BUILD_SCRIPT) || isOld(path);
}

function isOld(path: TargetPath): boolean {
  const folder = path.slice(0, path.lastIndexOf('/') + 1);
  return folder === OLD_FOLDER || folder.endsWith(`/${OLD_FOLDER}`);
}

async function* extractLock(file: InputFile): AsyncGenerator<Extracted> {
  const name = file.path.slice(file.path.lastIndexOf('/') + 1);
  const text = (await file.bytes(MAX_LOCK)).toString('utf8').replace(/^\ufeff/, '');
  const problems = new Problems();
  const found: Extracted[] = [];
  let understood = 0;
  text.split('\n').forEach((raw, i) => {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) return;
    const one = isOld(file.path)
      ? lockedModule(line, [name.replace(/\.lockfile$/, '')], i + 1)
      : lockLine(line, i + 1, name === BUILD_SCRIPT);
    if (one === undefined) problems.add(`line ${i + 1}: no module and version`);
    else understood += 1;
    if (one !== undefined && one !== 'empty') found.push({ kind: 'package', found: one });
  });
  if (understood === 0 && problems.count > 0) throw invalid('no line of a Gradle lock file');
  yield* found;
  yield* problems.notes();
}

/** `group:artifact:version=configuration,…`; `empty=…` names configurations without any. */
function lockLine(line: string, number: number, isBuild: boolean): Found | 'empty' | undefined {
  const equals = line.indexOf('=');
  if (equals < 0) return undefined;
  if (/^empty=[\w.,-]*$/.test(line)) return 'empty';
  const configurations = isBuild ? BUILD_ONLY : line.slice(equals + 1).split(',');
  return lockedModule(line.slice(0, equals), configurations, number);
}

const BUILD_ONLY = ['annotationProcessor'];

function lockedModule(
  module: string,
  configurations: readonly string[],
  line: number,
): Found | undefined {
  const [group = '', artifact = '', version = '', more] = module.split(':');
  const whole = isCoordinate(group) && isCoordinate(artifact) && isMavenVersion(version);
  if (!whole || more !== undefined) return undefined;
  const scope = configurations.every(isDevelopment) ? 'development' : undefined;
  return foundMaven(group, artifact, version, { scope, line });
}

/** Configurations of the Java plug-ins that end up in no artefact, and those of their kind by name. */
function isDevelopment(configuration: string): boolean {
  return (
    /^(?:test|.*Test[A-Z]|.*[aA]nnotationProcessor$|developmentOnly$|kapt|ksp)/.test(
      configuration,
    ) ||
    /^(?:checkstyle|pmd|spotbugs|jacoco|ktlint|detekt|errorprone|asciidoctor)/.test(configuration)
  );
}

async function* extractVerification(file: InputFile): AsyncGenerator<Extracted> {
  const root = await parseXml(await file.bytes(MAX_METADATA), {
    what: 'verification-metadata.xml',
  });
  if (root.name !== 'verification-metadata') throw invalid('no list of verified artifacts');
  const problems = new Problems();
  for (const { name, attributes, line } of childOf(root, 'components')?.children ?? []) {
    if (name !== 'component') continue;
    const field = (key: string) => attributes.get(key)?.trim() ?? '';
    const [group, artifact, version] = [field('group'), field('name'), field('version')];
    if (isCoordinate(group) && isCoordinate(artifact) && isMavenVersion(version)) {
      yield { kind: 'package', found: foundMaven(group, artifact, version, { line }) };
    } else problems.add(`line ${line}: a component without group, name and version`);
  }
  yield* problems.notes();
}
