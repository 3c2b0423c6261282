/** The estate on one page: how much is known of each kind, from whom, how fresh, and what could not be seen. */
import type { Sql } from '../kernel/sql/database.ts';
import type { SourceRecord } from './model.ts';
import { KINDS, type Kind, type Unseen } from './schema.ts';
import { countComponents, countDangling, readSeenBy, readSources } from './store-read.ts';

export interface KindCount {
  readonly kind: Kind;
  /** The union of all sources and of what they refer to: fresh + stale + undescribed. */
  readonly known: number;
  /** Reported by at least one source that is not stale. */
  readonly fresh: number;
  /** Reported only by stale sources: no evidence for the present. */
  readonly stale: number;
  /** Named by something, described by no source. */
  readonly undescribed: number;
}

export interface SeenBy {
  readonly kind: Kind;
  /** How many each connector reports. */
  readonly connectors: Readonly<Record<string, number>>;
  /** How many only one connector reports: what its silence would hide. */
  readonly onlyOne: number;
}

export interface EstateSummary {
  readonly at: Date;
  readonly kinds: readonly KindCount[];
  readonly seenBy: readonly SeenBy[];
  readonly sources: readonly SourceRecord[];
  readonly components: {
    readonly distinct: number;
    readonly installed: number;
    readonly assets: number;
  };
  /** What the last collection of each source could not see. */
  readonly unseen: readonly (Unseen & { readonly connector: string; readonly name: string })[];
}

/** Reads the summary at `now`; freshness is judged at that moment. */
export async function readSummary(sql: Sql, now: Date): Promise<EstateSummary> {
  const sources = await readSources(sql, now);
  const groups = await readSeenBy(sql);
  const undescribed = await countDangling(sql);
  const connectorOf = new Map(sources.map((source) => [source.id, source.connector]));
  const staleOf = new Map(sources.map((source) => [source.id, source.stale]));
  const kinds = KINDS.map((kind): KindCount => {
    const ofKind = groups.filter((group) => group.kind === kind);
    const described = sum(ofKind);
    const fresh = sum(
      ofKind.filter((group) => group.sources.some((source) => staleOf.get(source) === false)),
    );
    const unknown = undescribed.get(kind) ?? 0;
    return {
      kind,
      known: described + unknown,
      fresh,
      stale: described - fresh,
      undescribed: unknown,
    };
  });
  const seenBy = KINDS.map((kind): SeenBy => {
    const connectors: Record<string, number> = {};
    let onlyOne = 0;
    for (const group of groups) {
      if (group.kind !== kind) continue;
      const names = new Set(group.sources.map((source) => connectorOf.get(source) ?? '?'));
      for (const name of names) connectors[name] = (connectors[name] ?? 0) + group.count;
      if (names.size === 1) onlyOne += group.count;
    }
    return { kind, connectors, onlyOne };
  });
  const unseen = sources.flatMap((source) =>
    (source.lastCollection?.unseen ?? []).map((each) => ({
      ...each,
      connector: source.connector,
      name: source.name,
    })),
  );
  return { at: now, kinds, seenBy, sources, components: await countComponents(sql), unseen };
}

function sum(groups: readonly { readonly count: number }[]): number {
  return groups.reduce((total, group) => total + group.count, 0);
}
