/** Doors that no socket shows: the console's log-in, and `sudo`, which asks for a credential once more. */
import type { Bodies, Report } from '../../estate/schema.ts';
import { identitySource } from './accounts.ts';
import { pamSettings } from './pam.ts';
import type { HostFacts } from './parse.ts';

const LOCAL = [
  { service: 'login', name: 'console log-in', admits: undefined },
  { service: 'sudo', name: 'sudo', admits: { privileged: true } },
] as const;

/** One door for each of these services whose PAM stack could be read. */
export function localDoors(facts: HostFacts, assetKey: string, trueAt: string): Report[] {
  const all = pamSettings(facts.pam);
  return LOCAL.flatMap(({ service, name, admits }) => {
    const settings = Object.fromEntries(
      Object.entries(all).filter(([key]) => key.startsWith(`pam.${service}.`)),
    );
    if (settings[`pam.${service}.auth`] === undefined) return [];
    const key = `${assetKey}/pam/${service}`;
    const body: Bodies['door'] = {
      name,
      type: 'other',
      asset: assetKey,
      address: 'local',
      accepts: [identitySource(assetKey)],
      opens: [{ kind: 'asset', key: assetKey }],
      settings,
      ...(admits === undefined ? {} : { admits }),
    };
    return [
      { type: 'observation', kind: 'door', key, trueAt, body },
      runsOn(key, assetKey, trueAt),
    ];
  });
}

/** The host is what is behind its own doors. */
export function runsOn(door: string, asset: string, trueAt: string): Report {
  return {
    type: 'observation',
    kind: 'dependency',
    key: `runs-on:${door}`,
    trueAt,
    body: {
      type: 'runs-on',
      from: { kind: 'door', key: door },
      to: { kind: 'asset', key: asset },
    },
  };
}
