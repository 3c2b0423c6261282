/** Coordinates of a library that was not built by Maven: from its manifest and its file name, marked as a guess. */
import { isCoordinate, isMavenVersion } from './found.ts';

export interface Guess {
  readonly group: string;
  readonly artifact: string;
  /** Empty where neither tells. */
  readonly version: string;
  /** What the name rests on. */
  readonly confidence: 'manifest' | 'file-name';
}

export type Manifest = ReadonlyMap<string, string>;

/** The main section (JAR file specification), names in small letters; where it has no version, the first other section that has. */
export function parseManifest(text: string): Manifest {
  const sections = text
    .replace(/\r\n?/g, '\n')
    .replace(/\n /g, '')
    .split(/\n{2,}/)
    .slice(0, 2000)
    .map(sectionOf);
  const main = sections[0] ?? new Map<string, string>();
  if (main.has('implementation-version') || main.has('bundle-version')) return main;
  const other = sections.find((section) => section.has('implementation-version'));
  return other === undefined ? main : new Map([...other, ...main]);
}

function sectionOf(text: string): Map<string, string> {
  const fields = new Map<string, string>();
  for (const line of text.split('\n').slice(0, 1000)) {
    const colon = line.indexOf(':');
    if (colon > 0) fields.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
  }
  return fields;
}

/** @param name - Of the archive, without its folder. */
export function guessCoordinates(name: string, manifest: Manifest): Guess {
  const file = partsOf(name);
  const [ivyGroup, ivyArtifact] = ivyOf(manifest);
  const short = manifest.get('group-id') === undefined ? '' : (manifest.get('short-name') ?? '');
  const artifact = [short, ivyArtifact, file.artifact].find(
    (one) => one !== '' && isCoordinate(one),
  );
  const version = file.version === '' ? manifestVersion(manifest) : file.version;
  const group = ivyGroup === '' ? groupOf(artifact ?? '', manifest) : ivyGroup;
  return {
    group:
      group ?? KNOWN_GROUPS.find(([pattern]) => pattern.test(file.artifact))?.[1] ?? artifact ?? '',
    artifact: artifact ?? '',
    version,
    confidence: group === undefined ? 'file-name' : 'manifest',
  };
}

const CLASSIFIER =
  /-(?:sources|javadoc|tests|all|shaded|exec|standalone|jar-with-dependencies|(?:linux|windows|osx|macos)[-_][\w-]+)$/;
/** Between separators: a number, perhaps with letters, or one of the words that qualify a version. */
const VERSION_PART =
  /^(?:v?\d+[a-z]*\d*|(?:alpha|beta|rc|m|cr|ga|final|release|snapshot|jre|android|sp|incubating|patch|pre|dev|b|r|build|jdk|redhat|fuse|svn|git)\d*)$/i;

function isFileVersion(text: string): boolean {
  const parts = text.split(/[-._+~]+/);
  return /^v?\d/.test(text) && parts.every((part) => VERSION_PART.test(part));
}

/** `guava-31.1-jre.jar` → `guava`, `31.1-jre`; a version stands after the first hyphen from which all is a version. */
function partsOf(name: string): { readonly artifact: string; readonly version: string } {
  const stem = name
    .slice(0, 200)
    .replace(/\.[a-z]{3}$/i, '')
    .replace(CLASSIFIER, '');
  for (const { index } of stem.matchAll(/[-_](?=v?\d)/g)) {
    const version = stem.slice(index + 1);
    if (index > 0 && isFileVersion(version)) return { artifact: stem.slice(0, index), version };
  }
  return { artifact: stem, version: '' };
}

/** Ivy and Gradle write `group#artifact;version` as a title. */
function ivyOf(manifest: Manifest): readonly [group: string, artifact: string] {
  const [, group = '', artifact = ''] =
    /^([\w.-]+)#([\w.-]+);/.exec(manifest.get('implementation-title') ?? '') ?? [];
  return [group, artifact];
}

const VERSION_FIELDS = [
  'plugin-version',
  'implementation-version',
  'bundle-version',
  'specification-version',
];

function manifestVersion(manifest: Manifest): string {
  for (const field of VERSION_FIELDS) {
    // Some add the date of the build, or who built it.
    const [version = ''] = (manifest.get(field) ?? '').split(/\s/);
    if (/^v?\d/.test(version) && isMavenVersion(version)) return version;
  }
  return '';
}

const NAME_FIELDS = [
  'bundle-symbolicname',
  'automatic-module-name',
  'extension-name',
  'implementation-title',
];

/** What the manifest says, and what is known of the library by its name. */
function groupOf(artifact: string, manifest: Manifest): string | undefined {
  const said = manifest.get('group-id');
  if (said !== undefined && isCoordinate(said)) return said;
  const known = KNOWN_GROUPS.find(([pattern]) => pattern.test(artifact))?.[1];
  if (known !== undefined) return known;
  const vendor = dottedName(manifest, 'implementation-vendor-id');
  const names = NAME_FIELDS.map((field) => dottedName(manifest, field));
  const name = names.find((one) => one !== undefined);
  return name === undefined ? vendor : withoutOwnPart(name, artifact);
}

function dottedName(manifest: Manifest, field: string): string | undefined {
  const name = (manifest.get(field) ?? '').split(';')[0]?.trim() ?? '';
  return /^[a-z]\w*(?:\.[\w-]+)+$/i.test(name) && isCoordinate(name) ? name : undefined;
}

/** `org.apache.commons.lang3` of `commons-lang3` → `org.apache.commons`. */
function withoutOwnPart(name: string, artifact: string): string {
  const last = name.slice(name.lastIndexOf('.') + 1);
  const isOwn = artifact === last || artifact.endsWith(`-${last}`) || name.endsWith(`.${artifact}`);
  return isOwn ? name.slice(0, name.lastIndexOf('.')) : name;
}

/** Libraries that are much used, published without Maven's own files, and whose manifest does not tell the group. */
const KNOWN_GROUPS: readonly (readonly [RegExp, string])[] = [
  [/^spring-boot(?:-|$)/, 'org.springframework.boot'],
  [/^spring-security-/, 'org.springframework.security'],
  [
    /^spring-(?:aop|aspects|beans|context|core|expression|jcl|jdbc|jms|messaging|orm|oxm)$/,
    'org.springframework',
  ],
  [
    /^spring-(?:context-support|instrument|r2dbc|test|tx|web|webflux|webmvc|websocket)$/,
    'org.springframework',
  ],
  [/^lucene-/, 'org.apache.lucene'],
  [/^solr-/, 'org.apache.solr'],
  [/^kafka(?:-|_2|$)/, 'org.apache.kafka'],
  [/^tomcat-embed-/, 'org.apache.tomcat.embed'],
  [/^tomcat-/, 'org.apache.tomcat'],
  [/^(?:bcprov|bcpkix|bcutil|bctls|bcmail|bcpg)-/, 'org.bouncycastle'],
  [/^hibernate-core$/, 'org.hibernate'],
  [/^kotlin-(?:stdlib|reflect)/, 'org.jetbrains.kotlin'],
  [/^elasticsearch$/, 'org.elasticsearch'],
  [/^postgresql$/, 'org.postgresql'],
  [/^xstream$/, 'com.thoughtworks.xstream'],
  [/^ant(?:-|$)/, 'org.apache.ant'],
  [/^struts2-/, 'org.apache.struts'],
  [/^velocity$/, 'org.apache.velocity'],
];
