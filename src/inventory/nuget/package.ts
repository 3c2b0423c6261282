/** NuGet packages as found, each once a file. */
import { Problems } from '../damage.ts';
import type { Extracted, Found } from '../schema.ts';

interface Facts {
  readonly name: string;
  readonly version: string;
  readonly scope?: Found['scope'] | undefined;
  readonly line?: number;
}

export class NugetPackages {
  readonly problems = new Problems();
  readonly #found = new Map<string, Found>();

  /** The same package for several frameworks is one; needed at run time by one of them is needed. */
  add({ name, version, scope, line }: Facts): void {
    const key = `${name.toLowerCase()} ${version}`;
    const before = this.#found.get(key);
    if (before !== undefined && (before.scope === undefined || scope !== undefined)) return;
    this.#found.set(key, {
      type: 'nuget',
      name,
      version,
      ...(scope === undefined ? {} : { scope }),
      ...(line === undefined ? {} : { line }),
    });
  }

  *all(): Generator<Extracted> {
    for (const found of this.#found.values()) yield { kind: 'package', found };
    yield* this.problems.notes();
  }
}

/** A version as NuGet publishes it; property references, ranges and `1.*` are none. */
export function isVersion(text: string): boolean {
  return /^\d+(?:\.\d+){0,3}(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?$/.test(text);
}

/** `1.2.3` (at least, and what restore takes) and `[1.2.3]` (exactly) name one version; other ranges do not. */
export function pinnedVersion(range: string): string | undefined {
  const text = range.trim();
  const exact = /^\[([^,[\]()]+)\]$/.exec(text)?.[1]?.trim() ?? text;
  return isVersion(exact) ? exact : undefined;
}
