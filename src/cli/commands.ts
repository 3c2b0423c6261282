/** Every command of Holdfast, joined from the domains by hand. */
import { hostCommands } from '../connectors/linux-host/push/commands.ts';
import { estateCommands } from '../estate/commands.ts';
import type { Commands } from '../kernel/cli.ts';
import { jobCommands } from '../kernel/jobs/commands.ts';
import { backupCommands } from '../app/backup.ts';
import { collectCommands } from '../app/collect.ts';
import { ledgerCommands } from '../ledger/commands.ts';
import { demoCommands } from '../app/demo.ts';
import { holdingsOfEstate } from '../app/holdings.ts';
import { configCommands } from './config.ts';
import { signInCommands } from '../app/sign-in.ts';
import { upCommands } from '../app/up.ts';
import { versionsCommands } from '../app/versions.ts';

export const commands: readonly Commands[] = [
  upCommands,
  versionsCommands,
  backupCommands,
  collectCommands,
  configCommands,
  demoCommands,
  estateCommands,
  hostCommands,
  jobCommands,
  ledgerCommands,
  holdingsOfEstate,
  signInCommands,
];
