/** Which groups an account is in, through groups in groups; cycles, primary groups and "everybody" included. */
import { normalDn } from './values.ts';

export interface Group {
  /** Its distinguished name. */
  readonly dn: string;
  /** What doors call it; a directory may know it by more than one name. */
  readonly names: readonly string[];
  readonly sid?: string;
}

export interface Membership {
  readonly names: readonly string[];
  /** Security identifiers, by which privileged groups are told in every language. */
  readonly sids: readonly string[];
}

/** Identities that stand for every account of a domain ([MS-DTYP] 2.4.2.4): Everyone, Authenticated Users, Interactive. */
const EVERYBODY = /^cn=(?:s-1-1-0|s-1-5-11|s-1-5-4),/;

export class Memberships {
  /** Groups that a thing is directly in, by its name. */
  readonly #parents = new Map<string, Set<string>>();
  readonly #groups = new Map<string, Group>();
  readonly #bySid = new Map<string, string>();
  readonly #closures = new Map<string, ReadonlySet<string>>();
  readonly #everybody = new Set<string>();
  readonly #spelled = new Map<string, string>();
  /** Members of other domains, whose accounts are not here. */
  readonly foreign = new Set<string>();

  addGroup(group: Group): void {
    const id = normalDn(group.dn);
    this.#groups.set(id, group);
    if (group.sid !== undefined) this.#bySid.set(group.sid, id);
  }

  addMember(groupDn: string, memberDn: string): void {
    const [group, member] = [normalDn(groupDn), normalDn(memberDn)];
    if (EVERYBODY.test(member)) this.#everybody.add(group);
    else if (/,cn=foreignsecurityprincipals,/.test(member) && member.startsWith('cn=s-1-5-21-')) {
      this.foreign.add(member);
    }
    const parents = this.#parents.get(member) ?? new Set<string>();
    this.#parents.set(member, parents.add(group));
  }

  /** All groups of an account: by its own list, by the groups' lists, and by its primary group. */
  of(dn: string, memberOf: readonly string[], primarySid: string | undefined): Membership {
    const found = new Set<string>();
    const starts = [...(this.#parents.get(normalDn(dn)) ?? []), ...this.#everybody];
    for (const each of memberOf) {
      const id = normalDn(each);
      this.#spelled.set(id, each);
      starts.push(id);
    }
    const primary = primarySid === undefined ? undefined : this.#bySid.get(primarySid);
    if (primary !== undefined) starts.push(primary);
    for (const start of starts) for (const each of this.#closureOf(start)) found.add(each);
    const names = new Set<string>();
    const sids: string[] = [];
    for (const id of found) {
      for (const name of this.#namesOf(id)) names.add(name);
      const sid = this.#groups.get(id)?.sid;
      if (sid !== undefined) sids.push(sid);
    }
    return { names: [...names].sort(), sids };
  }

  #closureOf(id: string): ReadonlySet<string> {
    const known = this.#closures.get(id);
    if (known !== undefined) return known;
    const closure = new Set([id]);
    for (const each of closure)
      for (const parent of this.#parents.get(each) ?? []) closure.add(parent);
    this.#closures.set(id, closure);
    return closure;
  }

  /** A group that could not be read is known by its name in the directory. */
  #namesOf(id: string): readonly string[] {
    const group = this.#groups.get(id);
    if (group !== undefined) return group.names;
    const [, name] = /^cn=((?:[^,\\]|\\.)+)/i.exec(this.#spelled.get(id) ?? id) ?? [];
    return name === undefined ? [] : [name.replace(/\\(.)/g, '$1')];
  }
}
