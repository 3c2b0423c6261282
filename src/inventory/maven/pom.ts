/** What a `pom.xml` depends on, as far as the target itself tells the versions. */
import { unread } from '../damage.ts';
import type { Extracted, Extractor, Found, InputFile } from '../schema.ts';
import { childOf, textOf, type XmlElement } from '../xml.ts';
import { foundMaven, isCoordinate, isMavenVersion } from './found.ts';
import { activeProfiles, MAX_POM, readPom, type Pom } from './pom-model.ts';

export const mavenPom: Extractor = {
  id: 'maven-pom',
  title: 'Maven projects (pom.xml)',
  version: 1,
  evidence: 'declared',
  maxBytes: MAX_POM,
  // Those packed along with a library tell what that library was built with, not what is here.
  wants: (path) =>
    (path === 'pom.xml' || path.endsWith('/pom.xml')) && !path.includes('META-INF/maven/'),
  extract,
};

interface Dependency {
  readonly group: string;
  readonly artifact: string;
  readonly version: string;
  readonly scope: string;
  readonly optional: boolean;
  /** Of this file; undefined for what a parent declares. */
  readonly line: number | undefined;
}

async function* extract(file: InputFile): AsyncGenerator<Extracted> {
  const pom = await readPom(file);
  const managed = managedOf(pom);
  let unknown = 0;
  for (const [key, own] of dependenciesOf(pom)) {
    const { group, artifact } = own;
    if (!isCoordinate(group) || !isCoordinate(artifact)) {
      unknown += 1;
      continue;
    }
    const by = managed.get(key);
    const version = exactVersion(own.version === '' ? (by?.version ?? '') : own.version);
    if (version === '') unknown += 1;
    const scope = scopeOf(own.scope === '' ? (by?.scope ?? '') : own.scope, own.optional);
    yield {
      kind: 'package',
      found: foundMaven(group, artifact, version, { scope, line: own.line }),
    };
  }
  if (unknown > 0) {
    const detail = `${unknown} dependencies take their version from outside: a parent, BOM, property or range`;
    yield unread('unsupported', detail);
  }
}

/** By what Maven takes for the same dependency; the nearest declaration wins. */
function dependenciesOf(pom: Pom): ReadonlyMap<string, Dependency> {
  const all = new Map<string, Dependency>();
  pom.chain.forEach((project, depth) => {
    for (const holder of [project, ...activeProfiles(project)]) {
      addAll(all, pom, childOf(holder, 'dependencies'), depth === 0);
    }
  });
  return all;
}

function managedOf(pom: Pom): ReadonlyMap<string, Dependency> {
  const all = new Map<string, Dependency>();
  for (const project of pom.chain) {
    for (const holder of [project, ...activeProfiles(project)]) {
      const management = childOf(holder, 'dependencyManagement');
      if (management !== undefined) addAll(all, pom, childOf(management, 'dependencies'), false);
    }
  }
  return all;
}

function addAll(
  all: Map<string, Dependency>,
  pom: Pom,
  list: XmlElement | undefined,
  isOwn: boolean,
): void {
  for (const element of list?.children ?? []) {
    if (element.name !== 'dependency') continue;
    const field = (name: string) => pom.text(textOf(element, name));
    const [group, artifact, type] = [field('groupId'), field('artifactId'), field('type')];
    const key = [group, artifact, type === '' ? 'jar' : type, field('classifier')].join(':');
    if (all.has(key)) continue;
    all.set(key, {
      group,
      artifact,
      version: field('version'),
      scope: field('scope'),
      optional: field('optional') === 'true',
      line: isOwn ? element.line : undefined,
    });
  }
}

/** `[1.2.3]` is exactly that; empty for other ranges and for what is not resolved. */
function exactVersion(text: string): string {
  const exact = /^\[([^,[\]()]+)\]$/.exec(text)?.[1]?.trim() ?? text;
  return isMavenVersion(exact) ? exact : '';
}

function scopeOf(scope: string, optional: boolean): Found['scope'] | undefined {
  if (scope === 'test') return 'development';
  return optional ? 'optional' : undefined;
}
