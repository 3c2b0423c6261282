/** Login paths in the order of the people whom an attacker reaches through each door. */
import type { Commands, Opened } from '../kernel/cli.ts';
import type { Exposure } from '../exposure/exposure.ts';
import { rankSubjects } from '../exposure/gaps.ts';
import { readExposure, type ExposureReader } from '../exposure/read.ts';
import { mfaCommands as commandsOf } from '../measures/mfa/commands.ts';
import { rankByPeople } from '../measures/mfa/rank.ts';
import type { MfaReader, MfaState } from '../measures/mfa/read.ts';
import { personKeyOf } from './exposure.ts';

function ranked(state: MfaState, exposure: Exposure): MfaState {
  const reached = new Map(
    rankSubjects(exposure, 'door').map(({ key, proven, assumed }) => [
      key,
      Math.max(proven.people, assumed.people),
    ]),
  );
  return { ...state, ranking: rankByPeople(state.ranking, (door) => reached.get(door)) };
}

/** The same answers in that order; both readers keep what has not changed. */
export function readerByPeople(mfa: MfaReader, exposure: ExposureReader): MfaReader {
  return {
    now: async () => ranked(await mfa.now(), await exposure.read()),
    asAt: async (moment) => ranked(await mfa.asAt(moment), await exposure.read({ asAt: moment })),
  };
}

async function stateByPeople(
  { database, clock, config }: Opened,
  state: MfaState,
  asAt?: Date,
): Promise<MfaState> {
  const key = await personKeyOf(config);
  const tools = { database, clock, key };
  const mfa = asAt === undefined ? { now: () => Promise.resolve(state) } : undefined;
  return ranked(state, await readExposure({ ...tools, mfa }, { asAt }));
}

export const mfaCommands: Commands = commandsOf(stateByPeople);
