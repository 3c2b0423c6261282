/** What a door demands of one account on each way in. Of the rules that apply, the strictest wins. */
import { ONLY_WAY, type Compiled, type CompiledPolicy } from './compile.ts';
import type { Account, FactorType, Reason, Rule, Strength } from './model.ts';
import { both, holds, not, type Answer } from './scope.ts';
import { readPamStack } from './pam.ts';
import { readSshd } from './ssh.ts';

export interface Demand {
  readonly way: string;
  /** `avoidable`: a second factor is asked for, and something else than one satisfies it. */
  readonly level: 'closed' | 'two' | 'avoidable' | 'one' | 'unknown';
  /** The weakest factor that will do. */
  readonly least: Strength;
  readonly unregistered: 'refused' | 'passes' | 'registers' | 'unknown';
  readonly reasons: readonly Reason[];
  readonly bypasses: readonly string[];
  /** The rules that made it so, by id. */
  readonly rules: readonly string[];
  /** Sign-ins before this moment do not contradict it: the rule was not on yet. */
  readonly since: number;
  /** A factor that is the first one here cannot be the second. */
  readonly first: FactorType | undefined;
}

/** Demands of one source's policy on an account, one for each way in that is open or unknown. */
export function demandsOf(policy: CompiledPolicy, account: Account, now: number): Demand[] {
  if (policy.own === undefined) return waysOf(policy.everybody, account, now);
  const rows = policy.own.get(account.key);
  if (rows === undefined) return [unclear('policy-unclear')];
  return rows.flatMap((row) => waysOf(row, account, now));
}

const NOTHING: Demand = {
  way: ONLY_WAY,
  level: 'unknown',
  least: 'sms',
  unregistered: 'unknown',
  reasons: [],
  bypasses: [],
  rules: [],
  since: -Infinity,
  first: undefined,
};

export function unclear(reason: Reason): Demand {
  return { ...NOTHING, reasons: [reason] };
}

function waysOf(compiled: Compiled, account: Account, now: number): Demand[] {
  switch (compiled.form) {
    case 'none':
      return [unclear('no-policy')];
    case 'sshd':
      return [ofSshd(compiled.settings, account)];
    case 'pam':
      return [ofPam(compiled.stack, account)];
    case 'rules':
      if (!compiled.whole) return [unclear('policy-not-whole')];
      return compiled.ways.map((way) => onWay(compiled, way, account, now));
  }
}

/** How hard a rule is to get past; the order in which rules beat each other. */
const REFUSE = 9;
const AVOIDABLE = 1;
const UNREGISTERED = { passes: 2, registers: 3, unknown: 4, refused: 5 } as const;

function rankOf(rule: Rule): number {
  if (rule.demands === 'refuse') return REFUSE;
  if (rule.demands === 'one-factor') return 0;
  if (rule.unreachable === 'passes' || (rule.instead ?? []).length > 0) return AVOIDABLE;
  return UNREGISTERED[rule.unregistered ?? 'unknown'];
}

interface Applying {
  readonly rule: Rule;
  readonly answer: Answer;
  readonly rank: number;
}

function onWay(
  compiled: Extract<Compiled, { form: 'rules' }>,
  way: string,
  account: Account,
  now: number,
): Demand {
  const notes = new Set<Reason>();
  const found = new Set<string>();
  const applying: Applying[] = [];
  for (const rule of compiled.rules) {
    const applied = applies(rule, way, account, now, notes, found);
    // What another system decides may be as much as a second factor, and is never surely one.
    const answer = rule.demands === 'unknown' && applied === 'yes' ? 'unknown' : applied;
    if (answer !== 'no') applying.push({ rule, answer, rank: rankOf(rule) });
  }
  const sure = applying.filter(({ answer }) => answer === 'yes');
  const best = Math.max(0, ...sure.map(({ rank }) => rank));
  const perhaps = Math.max(0, ...applying.map(({ rank }) => rank));
  const winners = sure.filter(({ rank }) => rank === best).map(({ rule }) => rule);
  const demand = { ...NOTHING, way, rules: winners.map(({ id }) => id) };
  if (best === REFUSE) return { ...demand, level: 'closed' };
  if (best <= AVOIDABLE && perhaps > best) return { ...demand, reasons: ['scope-unknown'] };
  if (best === 0) return { ...demand, level: 'one', ...told(compiled, winners, notes, found) };
  if (best === AVOIDABLE) return { ...demand, level: 'avoidable', ...avoided(compiled, winners) };
  return { ...demand, level: 'two', ...asked(compiled, sure, winners, best, perhaps) };
}

/** What a way that asks for two factors makes of those who have none. */
function asked(
  compiled: Extract<Compiled, { form: 'rules' }>,
  sure: readonly Applying[],
  winners: readonly Rule[],
  best: number,
  perhaps: number,
): Pick<Demand, 'least' | 'unregistered' | 'bypasses' | 'since'> {
  const strict = sure.some(({ rule }) => rule.demands === 'phishing-resistant');
  return {
    least: strict ? 'phishing-resistant' : 'sms',
    unregistered: perhaps > best ? 'unknown' : unregisteredOf(best),
    bypasses: best === UNREGISTERED.passes ? compiled.bypasses : [],
    since: Math.min(...winners.map(({ since }) => instant(since))),
  };
}

function applies(
  rule: Rule,
  way: string,
  account: Account,
  now: number,
  notes: Set<Reason>,
  found: Set<string>,
): Answer {
  const meant = holds(rule.for, account);
  if (meant === 'no') return 'no';
  const asks = rule.demands !== 'one-factor';
  const note = (bypass: string, reason?: Reason): 'no' => {
    if (asks) found.add(bypass);
    if (asks && reason !== undefined) notes.add(reason);
    return 'no';
  };
  if (!isOn(rule, now)) {
    return note(rule.state === 'report-only' ? 'report-only' : 'rule-off', 'report-only');
  }
  const excluded = holds(rule.except, account, true);
  if (excluded === 'yes') return note('excluded', 'excluded');
  if (rule.ways?.includes(way) === false) return note('uncovered-way');
  return both(meant, not(excluded));
}

function isOn({ state = 'on', since }: Rule, now: number): boolean {
  return state === 'on' && instant(since) <= now;
}

type Told = Pick<Demand, 'reasons' | 'bypasses'>;

function told(
  compiled: Extract<Compiled, { form: 'rules' }>,
  winners: readonly Rule[],
  notes: ReadonlySet<Reason>,
  found: ReadonlySet<string>,
): Told {
  // What a product's settings show concerns those whom its rule reaches, or leaves out.
  const bypasses = [...found, ...compiled.bypasses];
  const reasons: Reason[] = notes.size > 0 && winners.length === 0 ? [...notes] : ['not-demanded'];
  return { reasons, bypasses };
}

function avoided(compiled: Extract<Compiled, { form: 'rules' }>, winners: readonly Rule[]): Told {
  const open = winners.some(({ unreachable }) => unreachable === 'passes');
  const ids = [
    open ? 'fails-open' : undefined,
    winners.some(({ instead = [] }) => instead.length > 0) ? 'way-around' : undefined,
  ];
  return {
    reasons: ['way-around'],
    bypasses: [...ids.flatMap((id) => id ?? []), ...compiled.bypasses],
  };
}

function unregisteredOf(rank: number): Demand['unregistered'] {
  if (rank === UNREGISTERED.passes) return 'passes';
  if (rank === UNREGISTERED.registers) return 'registers';
  return rank === UNREGISTERED.refused ? 'refused' : 'unknown';
}

function instant(text: string | undefined): number {
  return text === undefined ? -Infinity : Date.parse(text);
}

function ofSshd(settings: Readonly<Record<string, string>>, account: Account): Demand {
  const answer = readSshd(settings, account);
  const way = 'ssh';
  const bypasses = [...answer.bypasses];
  if (answer.demands === 'unknown') return { ...unclear('policy-unclear'), way };
  if (answer.demands === 'closed') return { ...NOTHING, way, level: 'closed' };
  if (answer.demands === 'one') {
    if (settings['sshd-match'] !== undefined) bypasses.push('sshd-match');
    const onlyKeys = answer.single.every((methods) => /^publickey(?:,publickey)*$/.test(methods));
    const first = onlyKeys ? ('ssh-key' as const) : undefined;
    return { ...NOTHING, way, level: 'one', reasons: ['not-demanded'], bypasses, first };
  }
  if (answer.opensInOutage) {
    return { ...NOTHING, way, level: 'avoidable', reasons: ['way-around'], bypasses };
  }
  return { ...NOTHING, way, level: 'two', unregistered: answer.unregistered, bypasses };
}

/** A local log-in: without a password that can be used there is none. */
function ofPam(stack: string, account: Account): Demand {
  const answer = readPamStack(stack);
  const way = 'local';
  const bypasses = answer.bypasses;
  if (answer.demands === 'unknown') return { ...unclear('policy-unclear'), way };
  if (account.password === 'locked' && answer.demands !== 'nothing') {
    return { ...NOTHING, way, level: 'closed' };
  }
  if (answer.demands !== 'two') {
    return { ...NOTHING, way, level: 'one', reasons: ['not-demanded'], bypasses };
  }
  if (answer.opensInOutage) {
    return { ...NOTHING, way, level: 'avoidable', reasons: ['way-around'], bypasses };
  }
  return { ...NOTHING, way, level: 'two', unregistered: answer.unregistered, bypasses };
}
