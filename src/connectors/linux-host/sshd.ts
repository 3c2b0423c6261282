/** What sshd itself says it demands: of everybody, and where Match blocks make an account or an address an exception. */
import type { Bodies, Unseen } from '../../estate/schema.ts';
import { accountKey } from './accounts.ts';
import type { HostFacts } from './parse.ts';
import { byPlace } from './pins.ts';

type Sshd = HostFacts['sshd'];
type AccountSettings = NonNullable<Bodies['door']['accountSettings']>;

/** What decides who comes in and by what; ciphers, banners and the like are left out. */
const TELLING = new Set([
  'acceptenv',
  'addressfamily',
  'allowagentforwarding',
  'allowgroups',
  'allowstreamlocalforwarding',
  'allowtcpforwarding',
  'allowusers',
  'authenticationmethods',
  'authorizedkeyscommand',
  'authorizedkeyscommanduser',
  'authorizedkeysfile',
  'authorizedprincipalscommand',
  'authorizedprincipalsfile',
  'challengeresponseauthentication',
  'chrootdirectory',
  'denygroups',
  'denyusers',
  'disableforwarding',
  'exposeauthinfo',
  'forcecommand',
  'gatewayports',
  'gssapiauthentication',
  'hostbasedacceptedalgorithms',
  'hostbasedauthentication',
  'ignorerhosts',
  'ignoreuserknownhosts',
  'kbdinteractiveauthentication',
  'kerberosauthentication',
  'listenaddress',
  'logingracetime',
  'loglevel',
  'maxauthtries',
  'passwordauthentication',
  'permitemptypasswords',
  'permitrootlogin',
  'permittunnel',
  'permituserenvironment',
  'port',
  'pubkeyacceptedalgorithms',
  'pubkeyacceptedkeytypes',
  'pubkeyauthentication',
  'pubkeyauthoptions',
  'revokedkeys',
  'strictmodes',
  'trustedusercakeys',
  'usepam',
  'x11forwarding',
]);
const LONGEST = 4000;
/** Arguments that give a daemon other settings than its default configuration does. */
const OWN_SETTINGS = /\s-[46DdeqtT]*[fo]/;

/** Ports whose settings are those of `sshd -T`: of the default configuration, or given with -p; empty where unknown. */
export function sshdPorts(sshd: Sshd): number[] {
  const configured = (sshd?.global ?? []).filter((row) => row.key === 'port');
  if (configured.length === 0) return [];
  const given = (sshd?.running ?? [])
    .filter((row) => !OWN_SETTINGS.test(row.arguments))
    .flatMap((row) => [...row.arguments.matchAll(/\s-p ?(\d+)/g)].map((match) => match[1]));
  return [...configured.map((row) => Number(row.value)), ...given.map(Number)];
}

/** `sshd.NAME` → value as `sshd -T` prints it; where only the files could be read, `sshd-file.NAME`: not the effect. */
export function sshdSettings(sshd: Sshd): Record<string, string> {
  const effective = valuesOf(sshd?.global ?? []);
  if (effective.size > 0) return named('sshd', effective);
  const lines: { key: string; value: string | undefined }[] = [];
  for (const { text } of [...(sshd?.config ?? [])].sort(byPlace)) {
    const [, key = '', value] = /^([A-Za-z0-9]+)[\s=]+(.*)$/.exec(text) ?? [];
    // What stands after a Match holds for some only.
    if (key.toLowerCase() === 'match') break;
    lines.push({ key: key.toLowerCase(), value });
  }
  return named('sshd-file', valuesOf(lines));
}

/**
 * One row for each account and source address that sshd was asked about, with what differs from the settings of
 * everybody; undefined where no Match block exists, so that everybody's settings are everyone's.
 */
export function accountSettings(sshd: Sshd, assetKey: string): AccountSettings | undefined {
  if (sshd === undefined || sshd.asked.length === 0) return undefined;
  const differing = new Map<string, { key: string; value: string | undefined }[]>();
  for (const row of sshd.user) {
    const id = `${row.login} ${row.from}`;
    const rows = differing.get(id) ?? [];
    rows.push(row);
    differing.set(id, rows);
  }
  return sshd.asked.map(({ login, from }) => ({
    account: accountKey(assetKey, login),
    from,
    settings: named('sshd', valuesOf(differing.get(`${login} ${from}`) ?? [])),
  }));
}

/** Criteria of Match that were not tried, and daemons that run with settings of their own. */
export function sshdUnseen(sshd: Sshd): Unseen[] {
  const unseen: Unseen[] = [];
  const untried = new Set(
    (sshd?.config ?? [])
      .filter(({ text }) => /^match\b/i.test(text))
      .flatMap(
        ({ text }) =>
          text
            .toLowerCase()
            .match(
              /\b(host|localaddress|localport|rdomain|version|sessiontype|invalid-user)\b(?=\s+\S)/g,
            ) ?? [],
      ),
  );
  if (untried.size > 0) {
    unseen.push({
      what: 'sshd settings under Match',
      reason: 'not-supported',
      detail: `tried by user, group and address only; it also names ${[...untried].sort().join(', ')}`,
      mayHide: [],
    });
  }
  const own = (sshd?.running ?? []).filter((row) => OWN_SETTINGS.test(row.arguments));
  if (own.length > 0) {
    unseen.push({
      what: 'settings of an sshd with its own configuration',
      reason: 'not-supported',
      detail: `${own.length} started with -f or -o`,
      mayHide: [],
    });
  }
  return unseen;
}

/** Several lines of one keyword (listenaddress, allowusers) become one value, a line each. */
function valuesOf(
  rows: readonly { key: string; value?: string | undefined }[],
): Map<string, string> {
  const values = new Map<string, string>();
  for (const { key, value = '' } of rows) {
    if (!TELLING.has(key)) continue;
    const before = values.get(key);
    values.set(key, (before === undefined ? value : `${before}\n${value}`).slice(0, LONGEST));
  }
  return values;
}

function named(prefix: string, values: ReadonlyMap<string, string>): Record<string, string> {
  const names = [...values.keys()].sort();
  return Object.fromEntries(names.map((key) => [`${prefix}.${key}`, values.get(key) ?? '']));
}
