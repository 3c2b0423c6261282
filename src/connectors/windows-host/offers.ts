/** What Windows Update offers a host and did on it, update by update. */
import type { PatchReason, UpdateEvent, UpdateOffer } from '../../estate/schema.ts';
import { kbNumber } from '../../inventory/windows/product.ts';
import { resultCodeOf, resultText } from './result-codes.ts';
import type { Event, Update } from './update-export.ts';

const MOST_OFFERS = 500;
const MOST_EVENTS = 300;

/** Categories of Windows Update by their identifiers, which are the same in every language. */
const SECURITY: ReadonlySet<string> = new Set([
  '0fa1201d-4330-4fa8-8ae9-b877473b6441', // security updates
  'e6cf1350-c01b-414d-a61f-263d14d133b4', // critical updates
]);
const DRIVERS = 'ebfc1fc5-71a4-4f7b-9aca-3b9a503104a0';
/** Definitions of an antivirus come several times a day and repair nothing. */
const DEFINITIONS = 'e0789628-ce08-4437-be74-2495b842f43b';

/** One a number: of an update that is offered in several pieces the one that has most in its way. */
export function offersOf(
  updates: readonly Update[],
  events: readonly UpdateEvent[],
): UpdateOffer[] {
  const last = new Map(events.map((event) => [event.update, event]));
  const found = new Map<string, UpdateOffer>();
  for (const update of updates) {
    if (update.categories.some((id) => id === DRIVERS || id === DEFINITIONS)) continue;
    for (const name of namesOf(update)) {
      const offer = offerOf(name, update, last.get(name));
      const known = found.get(name);
      if ((known?.reasons?.length ?? -1) < (offer.reasons?.length ?? 0)) found.set(name, offer);
    }
  }
  return [...found.values()].sort((a, b) => (a.update < b.update ? -1 : 1)).slice(0, MOST_OFFERS);
}

function offerOf(name: string, update: Update, last: UpdateEvent | undefined): UpdateOffer {
  const { title, changedAt, severity = '', categories, downloaded } = update;
  const failed = last?.result === 'failed' ? last : undefined;
  const reasons = reasonsOf(update, failed);
  return {
    update: name,
    ...(title === undefined ? {} : { title: title.slice(0, 500) }),
    ...(changedAt === undefined ? {} : { releasedAt: changedAt }),
    security: severity !== '' || categories.some((id) => SECURITY.has(id)),
    ...(severity === '' ? {} : { severity: severity.slice(0, 100) }),
    ...(downloaded === undefined ? {} : { downloaded }),
    ...(reasons.length === 0 ? {} : { reasons }),
    ...(failed === undefined
      ? {}
      : { detail: `failed ${failed.at} with ${resultText(failed.code ?? 'no code')}` }),
  };
}

function reasonsOf(
  { hidden, eulaAccepted }: Update,
  failed: UpdateEvent | undefined,
): PatchReason[] {
  const cause = failed?.code === undefined ? undefined : resultCodeOf(failed.code)?.reason;
  return [
    ...(hidden === true ? ['declined' as const] : []),
    ...(eulaAccepted === false ? ['licence-not-accepted' as const] : []),
    ...(failed === undefined ? [] : ['install-failed' as const]),
    ...(cause === undefined ? [] : [cause]),
  ];
}

/** `KB5094122`; what has no number is called by its identifier. */
function namesOf({ kb, updateId, title }: Update): string[] {
  const numbers = kb.flatMap((one) => kbNumber(one) ?? []);
  if (numbers.length > 0) return [...new Set(numbers)].map((number) => `KB${number}`);
  const named = numbersIn(title);
  if (named.length > 0) return named;
  return updateId === undefined ? [] : [updateId.slice(0, 100)];
}

function numbersIn(title = ''): string[] {
  const numbers = [...title.matchAll(/\bKB(\d{5,8})\b/gi)].map(([, number = '']) => `KB${number}`);
  return [...new Set(numbers)];
}

const RESTART_REQUIRED = '0x00240005';

/** The last event of each update, the newest first. */
export function eventsOf(history: readonly Event[]): UpdateEvent[] {
  const read = history.flatMap(eventOf);
  const newest = read.toSorted((a, b) => (a.at > b.at ? -1 : a.at < b.at ? 1 : 0));
  const last = new Map<string, UpdateEvent>();
  for (const event of newest) if (!last.has(event.update)) last.set(event.update, event);
  return [...last.values()].slice(0, MOST_EVENTS);
}

/** `Operation` 1 installs and 2 removes; `ResultCode` 2 is success, 3 success in part, 4 failure, 5 given up. */
function eventOf({ Date: at, Operation, ResultCode, HResult, Title }: Event): UpdateEvent[] {
  if (at === undefined || ResultCode === undefined) return [];
  const result = resultOf(Operation, ResultCode, HResult);
  if (result === undefined) return [];
  const code = HResult === undefined || /^0x0{8}$/.test(HResult) ? {} : { code: HResult };
  return numbersIn(Title).map((update) => ({ update, at, result, ...code }));
}

function resultOf(
  operation: number | undefined,
  result: number,
  code: string | undefined,
): UpdateEvent['result'] | undefined {
  const isDone = result === 2 || result === 3;
  if (operation === 2) return isDone ? 'removed' : undefined;
  if (operation !== 1) return undefined;
  if (isDone) return code?.toLowerCase() === RESTART_REQUIRED ? 'restart-needed' : 'installed';
  return result === 4 || result === 5 ? 'failed' : undefined;
}
