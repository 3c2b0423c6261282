/** Which updates a host applies by itself: the rules of unattended-upgrades, as its configuration states them. */
import type { HostFacts } from './parse.ts';
import type { List, Lists } from './lists.ts';

/** Whether updates are applied by themselves; undefined where no program for it was seen. */
export function isAutomatic(upgradable: HostFacts['upgradable']): boolean | undefined {
  const rows = upgradable?.unattended ?? [];
  if (rows.length === 0) return undefined;
  const periodic = rows.find((row) => row.key === 'APT::Periodic::Unattended-Upgrade')?.value;
  return periodic !== undefined && !/^0[smhd]?$/.test(periodic);
}

/**
 * Says of a package and the lists that offer its update whether the host would take it by itself; undefined where the host
 * takes nothing by itself, so that nothing is remarkable about the one package.
 */
export function automaticOf(
  facts: HostFacts,
  lists: Lists,
):
  | ((one: { readonly name: string }, from: readonly (List | undefined)[]) => boolean | undefined)
  | undefined {
  if (isAutomatic(facts.upgradable) !== true || lists.size === 0) return undefined;
  const values = (key: string): string[] =>
    (facts.upgradable?.unattended ?? [])
      .filter((row) => row.key.startsWith(`Unattended-Upgrade::${key}`))
      .flatMap((row) => row.value ?? []);
  const codename = facts.os?.release.find((row) => row.key === 'VERSION_CODENAME')?.value ?? '';
  const distribution = facts.os?.release.find((row) => row.key === 'ID')?.value ?? '';
  const fill = (text: string): string =>
    text
      .replaceAll('${distro_codename}', codename)
      .replaceAll('${distro_id}', distribution.charAt(0).toUpperCase() + distribution.slice(1));
  const patterns = [
    ...values('Allowed-Origins').map((text) => allowedOrigin(fill(text))),
    ...values('Origins-Pattern').map((text) => originsPattern(fill(text))),
  ];
  const refused = values('Package-Blacklist').flatMap(expression);
  return ({ name }, from) => {
    if (refused.some((pattern) => pattern.test(name))) return false;
    const known = from.filter((list) => list !== undefined);
    if (known.length === 0) return undefined;
    return known.some((list) => patterns.some((pattern) => matches(pattern, list)));
  };
}

type Pattern = readonly (readonly [string, string])[];

/** `Debian:bookworm-security`: origin and suite or codename, between a colon or a space. */
function allowedOrigin(text: string): Pattern {
  const at = text.search(/[: ]/);
  return [
    ['Origin', text.slice(0, at)],
    ['archive', text.slice(at + 1)],
  ];
}

const FIELDS: Readonly<Record<string, string>> = {
  o: 'Origin',
  origin: 'Origin',
  l: 'Label',
  label: 'Label',
  n: 'Codename',
  codename: 'Codename',
  a: 'Suite',
  suite: 'Suite',
  archive: 'Suite',
};

/** `origin=Debian,codename=bookworm,label=Debian-Security`; a field that is not known here matches nothing. */
function originsPattern(text: string): Pattern {
  return text.split(',').map((part) => {
    const [key = '', value = ''] = part.split('=').map((word) => word.trim());
    return [FIELDS[key] ?? 'unknown', value] as const;
  });
}

function matches(pattern: Pattern, { origin }: List): boolean {
  return (
    pattern.length > 0 &&
    pattern.every(([field, wanted]) =>
      (field === 'archive' ? ['Suite', 'Codename'] : [field]).some((name) =>
        fits(wanted, origin[name]),
      ),
    )
  );
}

/** With `*` for anything, as fnmatch(3) has it. */
function fits(wanted: string, value: string | undefined): boolean {
  if (value === undefined) return false;
  const parts = wanted.split('*');
  if (parts.length === 1) return value === wanted;
  const [first = '', ...rest] = parts;
  if (!value.startsWith(first)) return false;
  let at = first.length;
  for (const [index, part] of rest.entries()) {
    const last = index === rest.length - 1;
    const found = last ? value.length - part.length : value.indexOf(part, at);
    if (found < at || !value.startsWith(part, found)) return false;
    at = found + part.length;
  }
  return true;
}

/**
 * A regular expression of the host's configuration, matched from the beginning of the name. Only the plain ones are
 * followed, a prefix or a whole name: a host's text must not choose what is computed here.
 */
function expression(text: string): RegExp[] {
  return /^[A-Za-z0-9+._\\-]{1,200}(?:\.\*)?\$?$/.test(text) && !/[+]{2}|\\$/.test(text)
    ? [
        new RegExp(
          `^${text.replace(/\\?([+.-])(?!\*)/g, (whole, one: string) => (whole === '.' ? '.' : `\\${one}`))}`,
        ),
      ]
    : [];
}
