/** What may have been missed where a section could not see everything: kinds of thing, for the estate to know what is gone. */
import type { Kind, Unseen } from '../../estate/schema.ts';
import { SECTIONS, type SectionName } from './frame.ts';

/** Facts of packages, kernels and settings are not things of their own: an inventory that did not come changes nothing. */
const BY_SECTION: Readonly<Record<SectionName, readonly Kind[]>> = {
  os: [],
  kernel: [],
  deb: [],
  rpm: [],
  apk: [],
  holds: [],
  origins: [],
  upgradable: [],
  accounts: ['account', 'factor', 'dependency'],
  sudo: ['dependency'],
  sockets: ['door', 'dependency'],
  sshd: [],
  pam: [],
  restart: [],
};
/** Admissions that concern facts of things that are listed all the same, or things that were never in sight. */
const HIDES_NOTHING = new Set([
  'password state and expiry of local accounts',
  'sockets in other network namespaces',
]);

/** An admission of a section, with the kinds that it may hide. */
export function inSection(name: SectionName, unseen: Unseen): Unseen {
  const hidden = HIDES_NOTHING.has(unseen.what) ? [] : BY_SECTION[name];
  return { ...unseen, mayHide: [...hidden] };
}

/** Sections that a host was not asked for, or did not send: without them nothing is known to be gone. */
export function notSent(sent: (name: SectionName) => boolean): Unseen[] {
  return SECTIONS.filter((name) => !sent(name)).map((name) =>
    inSection(name, { what: `section ${name}`, reason: 'truncated', detail: 'was not sent' }),
  );
}
