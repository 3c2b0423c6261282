/** Every command of Holdfast, by hand. Each is loaded only when it is asked for: a scan must not wait for a server. */
import type { Commands } from '../kernel/cli.ts';

interface Entry {
  /** The first words of the command line that this entry answers. */
  readonly names: readonly string[];
  readonly load: () => Promise<Commands>;
}

export const commands: readonly Entry[] = [
  { names: ['up'], load: async () => (await import('../app/up.ts')).upCommands },
  {
    names: ['versions', 'purl'],
    load: async () => (await import('../app/versions.ts')).versionsCommands,
  },
  {
    names: ['advisories'],
    load: async () => (await import('../app/advisories.ts')).advisoryCommands,
  },
  {
    names: ['backup', 'restore'],
    load: async () => (await import('../app/backup.ts')).backupCommands,
  },
  { names: ['collect'], load: async () => (await import('../app/collect.ts')).collectCommands },
  { names: ['config'], load: async () => (await import('./config.ts')).configCommands },
  { names: ['cvss'], load: async () => (await import('../app/cvss.ts')).cvssCommands },
  { names: ['demo'], load: async () => (await import('../app/demo.ts')).demoCommands },
  {
    names: ['estate'],
    load: async () => (await import('../estate/commands.ts')).estateCommands,
  },
  {
    names: ['exposure', 'plan'],
    load: async () => (await import('../app/exposure.ts')).exposureCommands,
  },
  {
    names: ['patches'],
    load: async () => (await import('../app/patches.ts')).patchCommands,
  },
  {
    names: ['hosts'],
    load: async () => (await import('../connectors/linux-host/push/commands.ts')).hostCommands,
  },
  { names: ['network'], load: async () => (await import('../app/network.ts')).networkCommands },
  { names: ['jobs'], load: async () => (await import('../kernel/jobs/commands.ts')).jobCommands },
  { names: ['ledger'], load: async () => (await import('../ledger/commands.ts')).ledgerCommands },
  { names: ['holdings'], load: async () => (await import('../app/holdings.ts')).holdingsOfEstate },
  {
    names: ['findings', 'coverage'],
    load: async () => (await import('../app/findings.ts')).scanningCommands,
  },
  { names: ['affected'], load: async () => (await import('../app/affected.ts')).affectedCommands },
  {
    names: ['rules'],
    load: async () => (await import('../measures/patching/rules/commands.ts')).ruleCommands,
  },
  { names: ['why'], load: async () => (await import('../app/why.ts')).whyCommands },
  { names: ['scan'], load: async () => (await import('../app/scan.ts')).scanCommands },
  {
    names: ['mfa', 'doors'],
    load: async () => (await import('../app/mfa-by-people.ts')).mfaCommands,
  },
  { names: ['sign-in'], load: async () => (await import('../app/sign-in.ts')).signInCommands },
];

/** What the first word asks for; everything where it is no command (help, a mistake). */
export function commandsFor(word: string | undefined): readonly Entry[] {
  const asked = commands.filter(({ names }) => word !== undefined && names.includes(word));
  return asked.length === 0 ? commands : asked;
}
