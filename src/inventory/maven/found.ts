/** Maven's coordinates as packages. */
import type { Found } from '../schema.ts';

interface More {
  readonly scope?: Found['scope'] | undefined;
  readonly line?: number | undefined;
  readonly inside?: string | undefined;
  readonly qualifiers?: Readonly<Record<string, string>> | undefined;
}

/** @param version - Empty where the file does not say. */
export function foundMaven(group: string, artifact: string, version: string, more: More): Found {
  const { scope, line, inside, qualifiers } = more;
  return {
    type: 'maven',
    namespace: group,
    name: artifact,
    version,
    ...(scope === undefined ? {} : { scope }),
    ...(line === undefined ? {} : { line }),
    ...(inside === undefined ? {} : { inside }),
    ...(qualifiers === undefined ? {} : { qualifiers }),
  };
}

/** A group or an artifact: Maven allows no other letters in what it publishes. */
export function isCoordinate(text: string): boolean {
  return text.length <= 256 && /^[\w.-]+$/.test(text);
}

/** One version: no range, no property, nothing that a build chooses. */
export function isMavenVersion(text: string): boolean {
  return (
    text.length <= 256 && /^[^\s,[\](){}$*]+$/.test(text) && !/^(?:LATEST|RELEASE)$/.test(text)
  );
}
