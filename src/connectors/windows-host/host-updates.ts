/** Updates of a Windows host as a whole: what is on offer, what stands in the way, how fresh the search is, what waits for a restart. */
import type { Bodies, HostPatching } from '../../estate/schema.ts';
import { eventsOf, offersOf } from './offers.ts';
import { pauseOf } from './pause.ts';
import { resultText } from './result-codes.ts';
import type { Update, UpdateExport, Values } from './update-export.ts';

type AssetBody = Bodies['asset'];
type Blocker = HostPatching['blockers'][number];
type Restart = NonNullable<AssetBody['restartNeeded']>[number];

export type UpdateFacts = Pick<
  AssetBody,
  'bootedAt' | 'restartNeeded' | 'packageListsAt' | 'patching' | 'entitlements'
>;

export function updateFacts(exported: UpdateExport): UpdateFacts {
  const bootedAt = bootTime(exported.booted);
  const restartNeeded = restarts(exported);
  const packageListsAt = searchedAt(exported);
  const entitled = exported.licences.some(({ status }) => status === LICENSED);
  return {
    ...(bootedAt === undefined ? {} : { bootedAt }),
    ...(restartNeeded === undefined ? {} : { restartNeeded }),
    ...(packageListsAt === undefined ? {} : { packageListsAt }),
    patching: patchingOf(exported),
    ...(entitled ? { entitlements: ['windows-esu'] } : {}),
  };
}

/** `LicenseStatus` of SoftwareLicensingProduct. */
const LICENSED = 1;

function patchingOf(exported: UpdateExport): HostPatching {
  const events = eventsOf(exported.history ?? []);
  const { updates, pending } = exported;
  const waiting = pending?.waiting;
  const deferredDays = deferral(exported);
  const hotpatch = takesHotpatches(exported);
  const level = exported.automatic?.level;
  return {
    manager: 'windows-update',
    blockers: blockersOf(exported).slice(0, 50),
    // NotificationLevel: 1 switched off, 2 and 3 ask first, 4 by schedule.
    ...(level === undefined || level === 0 ? {} : { automatic: level === 4 }),
    ...sourceOf(exported),
    ...(deferredDays === undefined ? {} : { deferredDays }),
    ...(updates === undefined ? {} : { offers: offersOf(updates, events) }),
    ...(exported.history === undefined ? {} : { events }),
    ...(waiting === undefined ? {} : { waiting: waiting.map(kbName).slice(0, 100) }),
    ...(hotpatch === undefined ? {} : { hotpatch }),
  };
}

function kbName(number: string): string {
  return /^\d+$/.test(number) ? `KB${number}` : number.slice(0, 100);
}

function blockersOf(exported: UpdateExport): Blocker[] {
  const pause = pauseOf(exported);
  const waits = exported.pending?.servicing === true || exported.pending?.updates === true;
  return [
    ...(pause === undefined ? [] : [{ code: 'paused' as const, detail: pause }]),
    ...(waits
      ? [{ code: 'restart-pending' as const, detail: 'updates are in and wait for a restart' }]
      : []),
    ...unreachable(exported),
    ...diskBlocker(exported),
  ];
}

/** The search did not end well: whatever the reason, nobody knows what is on offer. */
function unreachable({ search, updates }: UpdateExport): Blocker[] {
  if (search === undefined || updates !== undefined) return [];
  const { error, resultCode } = search;
  const detail =
    error === undefined
      ? `the search ended with result ${resultCode ?? 'unknown'}`
      : /^0x/.test(error)
        ? resultText(error)
        : 'the search failed';
  return [{ code: 'source-unreachable', detail }];
}

/** Windows needs the room of a cumulative update several times over while it installs one. */
const ROOM = 3;
const LEAST_BYTES = 2 * 1024 ** 3;

function diskBlocker({ disk, updates = [] }: UpdateExport): Blocker[] {
  const free = disk?.freeBytes;
  if (free === undefined || updates.length === 0) return [];
  const need = Math.max(LEAST_BYTES, ROOM * largest(updates));
  if (free >= need) return [];
  const mib = (bytes: number): number => Math.floor(bytes / 1024 ** 2);
  const drive = disk?.drive ?? 'the system drive';
  return [
    { code: 'disk-full', detail: `${drive} has ${mib(free)} MiB free, ${mib(need)} are needed` },
  ];
}

/** `MaxDownloadSize` of cumulative updates adds up every form of them: more than this nothing needs. */
const MOST_DOWNLOAD = 1024 ** 3;

function largest(updates: readonly Update[]): number {
  const sizes = updates.map(({ maxDownloadBytes = 0 }) =>
    Math.min(maxDownloadBytes, MOST_DOWNLOAD),
  );
  return Math.max(0, ...sizes);
}

/** Undefined: whether a restart is due could not be read. Renames alone are made by much else than updates. */
function restarts({ pending }: UpdateExport): Restart[] | undefined {
  if (pending?.servicing === undefined || pending.updates === undefined) return undefined;
  const waits = pending.servicing || pending.updates;
  const packages = (pending.waiting ?? []).map(kbName);
  return [
    ...(waits
      ? [{ code: 'updates-pending' as const, ...(packages.length === 0 ? {} : { packages }) }]
      : []),
    ...((pending.renames ?? 0) > 0 ? [{ code: 'renames-pending' as const }] : []),
  ];
}

/**
 * Until when it is known what is offered. A search on the spot is that moment, one in a file that file's date, and one in what
 * the machine had in store the last search of its own.
 */
function searchedAt({ search, updates, automatic }: UpdateExport): string | undefined {
  const own = automatic?.searchedAt;
  if (search === undefined || updates === undefined) return own;
  if (search.from === 'cached') return own;
  if (search.from === 'offline') return search.fileAt;
  return search.at ?? own;
}

const MANAGED = '3da21691-e39d-4da6-8a4b-b43877bcb1b7';

function sourceOf({ search, services, policies }: UpdateExport): Partial<HostPatching> {
  if (search?.from === 'offline') return { source: "Microsoft's offline file" };
  const used = policies?.automatic['UseWUServer'] === 1;
  const server = policies?.group['WUServer'];
  if (used && typeof server === 'string')
    return { source: `WSUS ${withoutSecrets(server)}`.slice(0, 500), approved: true };
  const automatic = services.find((service) => service.automatic === true);
  if (automatic?.id?.toLowerCase() === MANAGED) return { source: 'WSUS', approved: true };
  const name = automatic?.name;
  return name === undefined ? {} : { source: name.slice(0, 500), approved: false };
}

/** A name and a password in an address are not ours to keep. */
function withoutSecrets(address: string): string {
  return address.replace(/\/\/[^/@]*@/, '//');
}

/** Windows Update for Business: by group policy, or by a device management. */
function deferral({ policies }: UpdateExport): number | undefined {
  if (policies === undefined) return undefined;
  const days = [policies.group, policies.device].map(deferredBy).filter((each) => each > 0);
  return days.length === 0 ? undefined : Math.max(...days);
}

function deferredBy(values: Values): number {
  const days = values['DeferQualityUpdatesPeriodInDays'];
  if (values['DeferQualityUpdates'] === 0) return 0;
  return typeof days === 'number' && Number.isInteger(days) && days <= 365 ? days : 0;
}

/** Said where a policy or its package tells; what it runs shows by its revision anyway. */
function takesHotpatches({ policies, hotpatch }: UpdateExport): boolean | undefined {
  const allowed = [policies?.group, policies?.device].map(
    (each) => each?.['AllowRebootlessUpdates'],
  );
  if (allowed.includes(1)) return true;
  if (typeof hotpatch?.package['Name'] === 'string') return true;
  return allowed.includes(0) ? false : undefined;
}

/** `20260811031502.500000+060` (CIM): local time, and how many minutes it is ahead of UTC. */
function bootTime(text: string | undefined): string | undefined {
  const match = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)\.\d{6}([+-]\d{3})$/.exec(text ?? '');
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second, ahead] = match;
  const local = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(local) ? undefined : new Date(local - Number(ahead) * 60_000).toISOString();
}
