/**
 * ZeroLogon (CVE-2020-1472) was repaired in two steps (KB4557222). The updates of August 2020 protect the domain's own
 * machines and refuse other insecure channels only where `FullSecureChannelProtection` is 1; those of February 2021 refuse them
 * always. In both, accounts that `VulnerableChannelAllowList` names stay open to it.
 */
import { buildingUpdates } from './judge.ts';
import type { WindowsHost, WindowsUpdate } from './model.ts';
import { standingOf } from './release.ts';

export const ZEROLOGON = 'CVE-2020-1472';

const PROTECTS_SINCE = '2020-08-11';
const ENFORCES_SINCE = '2021-02-09';

/** Security-only updates of August 2020, of Server 2008 R2, 2012 and 2012 R2: they are in no rollup's chain. */
const PROTECTING = new Set(['4571719', '4571702', '4571723']);

/** The name of the facts in an inventory (`windows/facts.ts` there). */
const SECURE_CHANNEL = 'windows.full-secure-channel-protection';
const ALLOW_LIST = 'windows.vulnerable-channel-allow-list';

export type NetlogonVerdict =
  | { readonly state: 'affected' | 'not_affected'; readonly because: string }
  | { readonly state: 'unknown'; readonly because: string };

export interface NetlogonQuestion {
  readonly updates: readonly WindowsUpdate[];
  readonly host: WindowsHost;
  /** The updates of February 2021 are there: what the catalogue says of the flaw. */
  readonly isEnforced: boolean;
  readonly facts: ReadonlyMap<string, string>;
  readonly isController: boolean | undefined;
}

/** Undefined where not even the first step's update is there: then the catalogue's word stands. */
export function judgeNetlogon(question: NetlogonQuestion): NetlogonVerdict | undefined {
  const { host, updates, isEnforced, isController } = question;
  if (!isEnforced && !hasFirstStep(updates, host)) return undefined;
  if (isController === false)
    return {
      state: 'not_affected',
      because: 'its update is installed, and it is no domain controller',
    };
  const controller = judgeController(question);
  if (isController === true || controller.state === 'not_affected') return controller;
  return {
    state: 'unknown',
    because: `whether it is a domain controller was not seen; if it is, ${controller.because}`,
  };
}

/** Whether the revision of the build holds the second step; undefined where it tells nothing. */
export function enforcesAt({ build, revision }: WindowsHost): boolean | undefined {
  const standing = revision === undefined ? undefined : standingOf(build, revision);
  return standing === undefined ? undefined : (standing.release?.date ?? '') >= ENFORCES_SINCE;
}

export function hasSettings(facts: ReadonlyMap<string, string>): boolean {
  return facts.has(SECURE_CHANNEL) || facts.has(ALLOW_LIST);
}

function hasFirstStep(updates: readonly WindowsUpdate[], host: WindowsHost): boolean {
  const { build, revision } = host;
  const standing = revision === undefined ? undefined : standingOf(build, revision);
  if (standing !== undefined) return (standing.release?.date ?? '') >= PROTECTS_SINCE;
  const installed = new Set(host.installed);
  if (host.installed.some((kb) => PROTECTING.has(kb))) return true;
  return buildingUpdates(updates, build).some(
    ({ kb, date }) => installed.has(kb) && date >= PROTECTS_SINCE,
  );
}

function judgeController({ isEnforced, facts }: NetlogonQuestion): NetlogonVerdict {
  const allowed = facts.get(ALLOW_LIST);
  const channel = facts.get(SECURE_CHANNEL);
  if (allowed !== undefined && Number(allowed) > 0)
    return {
      state: 'affected',
      because: `its update is installed, but VulnerableChannelAllowList exempts accounts in ${allowed} entries: these stay open to it`,
    };
  if (!isEnforced && channel !== undefined && channel !== '1')
    return {
      state: 'affected',
      because: `the update of August 2020 is installed, but FullSecureChannelProtection is ${channel === 'absent' ? 'not set' : channel}, so that insecure channels are only refused since the update of ${ENFORCES_SINCE}, which is missing`,
    };
  const unseen = [
    ...(isEnforced || channel === '1' ? [] : ['whether FullSecureChannelProtection is 1']),
    ...(allowed === undefined
      ? [
          'whether the policy "Allow vulnerable Netlogon secure channel connections" (VulnerableChannelAllowList) exempts accounts',
        ]
      : []),
  ];
  if (unseen.length > 0)
    return {
      state: 'unknown',
      because: `its update is installed, but on a domain controller a setting decides too, and it was not seen ${unseen.join(', nor ')}`,
    };
  return {
    state: 'not_affected',
    because: isEnforced
      ? 'its update enforces secure channels, and no account is exempted'
      : 'its update is installed, FullSecureChannelProtection is 1, and no account is exempted',
  };
}
