/** `holdfast mfa` and `holdfast doors`, in the order of the people whom an attacker reaches through each door. */
import type { Commands } from '../kernel/cli.ts';
import { mfaCommands as commandsOf } from '../measures/mfa/commands.ts';
import { rankByPeople } from '../measures/mfa/rank.ts';
import { rankingsOf } from './people-at-risk.ts';

export const mfaCommands: Commands = commandsOf(async (opened, state, asAt) => {
  const mfa = asAt === undefined ? { now: () => Promise.resolve(state) } : undefined;
  const rankings = await rankingsOf(opened, mfa);
  const people = await (asAt === undefined ? rankings.current() : rankings.asAt(asAt));
  return { ...state, ranking: rankByPeople(state.ranking, people) };
});
