/** Which groups each account is in, also by way of other groups. */
import type { Group } from './schema.ts';

type Member = Group['members'][number];

export class Membership {
  readonly #names = new Map<string, string>();
  /** Groups that hold it, by a user's and by a group's id: one server may number both from 1. */
  readonly #ofUser = new Map<string, string[]>();
  readonly #ofGroup = new Map<string, string[]>();

  add({ id, displayname, members }: Group): void {
    this.#names.set(id, displayname);
    for (const member of members) {
      const holders = isGroup(member) ? this.#ofGroup : this.#ofUser;
      const known = holders.get(member.value);
      if (known === undefined) holders.set(member.value, [id]);
      else known.push(id);
    }
  }

  /** Names of all groups of a user; `told` are ids that the user's own entry names. */
  of(user: string, told: readonly string[]): string[] {
    const found = new Set<string>();
    const open = [...(this.#ofUser.get(user) ?? []), ...told];
    for (let group = open.pop(); group !== undefined; group = open.pop()) {
      if (found.has(group)) continue;
      found.add(group);
      open.push(...(this.#ofGroup.get(group) ?? []));
    }
    return [...found].flatMap((group) => this.#names.get(group) ?? []);
  }
}

/** RFC 7643 section 4.2: a member's `type`, or else what its `$ref` points at; without both it is a user. */
function isGroup({ type, $ref }: Member): boolean {
  if (typeof type === 'string' && type !== '') return type.toLowerCase() === 'group';
  return /(?:^|\/)Groups\//i.test($ref ?? '');
}
