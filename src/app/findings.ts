/** `holdfast findings` and `holdfast coverage`, with the people at risk from each asset. */
import type { Commands } from '../kernel/cli.ts';
import { scanningCommands as commandsOf } from '../measures/scanning/commands.ts';
import { findingsReader } from '../measures/scanning/findings-reader.ts';
import { rankingsOf } from './people-at-risk.ts';

export const scanningCommands: Commands = commandsOf(async (opened) =>
  findingsReader({ database: opened.database, rankings: await rankingsOf(opened) }),
);
