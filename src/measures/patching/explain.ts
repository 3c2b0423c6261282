/** Everything behind one deadline: who started the clock, which rules ask for what, what happened, and what proof lacks. */
import type { PeopleRanking } from '../../estate/reached.ts';
import { readEntities } from '../../estate/store-read.ts';
import type { Sql } from '../../kernel/sql/database.ts';
import { calendarOf } from '../../kernel/zone.ts';
import { knownAssets, UNKNOWN_FACTS, type FactSources } from './asset-facts.ts';
import { deadlineOf } from './deadline.ts';
import type { Demand } from './model.ts';
import { notesOf, readHostWords, readPatches, type StandingItem } from './read.ts';
import { rulesInForce } from './rules/adopted.ts';
import type { PatchExplanation } from './schema.ts';
import { shownException, shownPatch, theItem } from './show.ts';
import { softwareOf } from './software.ts';
import { covers } from './state.ts';
import { readClockFacts, readNeeds } from './store-needs.ts';
import { readItemHistory } from './store-shown.ts';

interface ExplainTools extends FactSources {
  readonly zone: string;
  readonly people: PeopleRanking;
}

/** @throws HoldfastError `not_found`, or `bad_input` where several fixes are meant. */
export async function explainPatch(
  sql: Sql,
  now: Date,
  { asset, fix }: { readonly asset: string; readonly fix: string },
  tools: ExplainTools,
): Promise<PatchExplanation> {
  const state = await readPatches(sql, now, { asset, fix });
  const standing = theItem(state, fix);
  const { item } = standing;
  const words = await readHostWords(sql, [standing]);
  const facts = (await readClockFacts(sql, [item.fixId])).get(item.fixId) ?? [];
  const { demands, duties } = await demandsOn(sql, now, standing, tools);
  const history = await readItemHistory(sql, item.assetId, item.fixId);
  return {
    patch: shownPatch(standing, state, words, tools.people),
    clock: [...facts]
      .sort((a, b) => a.at.getTime() - b.at.getTime())
      .map(({ at, source, from, observedAt }) => ({
        at: at.toISOString(),
        source,
        from,
        observedAt: observedAt.toISOString(),
      })),
    demands: demands.map(shownDemand),
    duties: duties.map(shownDemand),
    exceptions: state.exceptions.filter((each) => covers(each, item)).map(shownException),
    history: history.map(({ at, why, phase, due, ruleSet, rule, lacks }) => ({
      at: at.toISOString(),
      why,
      phase,
      due: due === null ? null : due.toISOString(),
      rule: ruleSet === null ? null : `${ruleSet}/${rule ?? ''}`,
      lacks: [...lacks],
    })),
    components: notesOf(item, words).map(({ name, version, read }) => ({
      name,
      version,
      available: read.available ?? null,
      from: read.availableFrom ?? null,
    })),
  };
}

/** What every adopted rule asks today; nothing of an item that is done. */
async function demandsOn(
  sql: Sql,
  now: Date,
  { item, state }: StandingItem,
  tools: ExplainTools,
): Promise<{ demands: readonly Demand[]; duties: readonly Demand[] }> {
  if (state === 'fixed-proven') return { demands: [], duties: [] };
  const { adopted } = await rulesInForce(sql, now);
  const needs = await readNeeds(sql, [item.fixId]);
  const own = needs.filter(({ component }) => item.components.includes(component));
  const entities = [];
  for (const kind of ['asset', 'service', 'dependency'] as const)
    entities.push(...(await readEntities(sql, { kind })));
  const asset = knownAssets(entities, tools).find(({ id }) => id === item.assetId);
  const ended = item.startSource === 'support-end';
  const fixable = own.some((need) => need.fixable);
  return deadlineOf(
    {
      flaws: [...new Map(own.map(({ flaw }) => [flaw.name, flaw])).values()],
      asset: asset?.facts ?? UNKNOWN_FACTS,
      software: softwareOf(item.fix.subject),
      unsupportedSince: ended ? item.start : null,
      released: ended || !fixable ? null : item.start,
      firstSeen: item.firstSeen,
    },
    adopted,
    calendarOf(tools.zone),
    now,
  );
}

function shownDemand(demand: Demand): PatchExplanation['demands'][number] {
  const { set, rule, version, act, due, start, startedBy, title, flaw, reasons } = demand;
  const why = reasons.length === 0 ? title : reasons.join(', ');
  return {
    set,
    rule,
    version,
    act,
    due: due === null ? null : due.toISOString(),
    start: start.toISOString(),
    startedBy,
    because: flaw === null ? why : `${flaw}: ${why}`,
    assumed: [...demand.assumed],
    followUps: [...demand.followUps],
  };
}
