/** Every command of Holdfast, joined from the domains by hand. */
import type { Commands } from '../kernel/cli.ts';
import { estateCommands } from '../estate/commands.ts';
import { configCommands } from './config.ts';

export const commands: readonly Commands[] = [configCommands, estateCommands];
