/** Everything that is asked of a tenant, each part by itself: what one refuses hides nothing of the others. */
import type * as z from 'zod';
import { HoldfastError } from '../../kernel/errors.ts';
import type { Kind, Unseen } from '../../estate/schema.ts';
import { WebRefusal } from '../web.ts';
import { methodOf } from './accounts.ts';
import type { Graph } from './graph.ts';
import {
  AuthenticationMethods,
  ConditionalAccessPolicy,
  MethodsPolicy,
  NamedLocation,
  Reference,
  Registration,
  Requirements,
  RoleAssignment,
  SecurityDefaults,
  User,
} from './schema.ts';

/** Roles that can give themselves any other, or reset who has them (Microsoft's privileged roles), by template. */
const PRIVILEGED_ROLES = new Set([
  '62e90394-69f5-4237-9190-012177145e10',
  'e8611ab8-c189-46e8-94e1-60213ab1f814',
  '7be44c8a-adaf-4e2a-84d6-ab2649e08a13',
  'fe930be7-5e62-47db-91af-98c3a49a38b1',
  '9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3',
  '158c047a-c907-4556-b7ef-446551a6b5f7',
  '8ac3fc64-6eca-42ea-9e69-59f4c7b60eb2',
  'c4e39bd9-1100-46d3-8c65-fb160da0071f',
  'b1be1c3e-b65d-4f19-8427-f6fa0d97feb9',
  '194ae4cb-b126-40b2-bd5b-6091b380977d',
  '29232cdf-9323-42fd-ade2-1d097af3e4de',
  'f28a1f50-f6e7-4571-818b-6a12f2af6b6c',
  '729827e3-9c14-49f7-bb1b-9608f156bbb8',
]);

/** Remembers what was refused or unreadable. */
export class Reader {
  readonly unseen: Unseen[] = [];
  readonly #graph: Graph;
  readonly #dropped = new Map<string, number>();

  constructor(graph: Graph) {
    this.#graph = graph;
  }

  users(): Promise<Map<string, User> | undefined> {
    const basic =
      'id,userPrincipalName,accountEnabled,userType,creationType,createdDateTime,lastPasswordChangeDateTime,onPremisesSyncEnabled';
    return this.#part('accounts', ['account', 'factor', 'signin'], async () => {
      try {
        return await this.#byId(`v1.0/users?$select=${basic},signInActivity&$top=500`, User);
      } catch (error) {
        // The last sign-in needs a licence and a permission of its own: without it, the rest.
        if (!(error instanceof WebRefusal) || ![400, 402, 403].includes(error.status)) throw error;
        this.#admit('last sign-ins of accounts', error, []);
        return await this.#byId(`v1.0/users?$select=${basic}&$top=999`, User);
      }
    });
  }

  registrations(): Promise<Map<string, Registration> | undefined> {
    return this.#part('registered factors', ['factor'], () =>
      this.#byId('v1.0/reports/authenticationMethods/userRegistrationDetails', Registration),
    );
  }

  policies(): Promise<ConditionalAccessPolicy[] | undefined> {
    return this.#part('conditional access policies', [], () =>
      this.#all('v1.0/identity/conditionalAccess/policies', ConditionalAccessPolicy, 'policies'),
    );
  }

  locations(): Promise<NamedLocation[] | undefined> {
    return this.#part('named locations', [], () =>
      this.#all('v1.0/identity/conditionalAccess/namedLocations', NamedLocation, 'locations'),
    );
  }

  async securityDefaults(): Promise<boolean | undefined> {
    const path = 'v1.0/policies/identitySecurityDefaultsEnforcementPolicy';
    const found = await this.#part('security defaults', [], () =>
      this.#graph.one(path, SecurityDefaults),
    );
    return found?.isEnabled;
  }

  methods(): Promise<MethodsPolicy | undefined> {
    return this.#part('policy of authentication methods', [], () =>
      this.#graph.one('v1.0/policies/authenticationMethodsPolicy', MethodsPolicy),
    );
  }

  /** Members of a group at any depth; nobody where the group is gone, undefined where they could not be read. */
  members(group: string): Promise<string[] | undefined> {
    const path = `v1.0/groups/${encodeURIComponent(group)}/transitiveMembers/microsoft.graph.user?$select=id&$top=999`;
    return this.#part('members of groups that policies name', [], async () => {
      try {
        return (await this.#all(path, Reference, 'members')).map(({ id }) => id);
      } catch (error) {
        if (error instanceof WebRefusal && error.status === 404) return [];
        throw error;
      }
    });
  }

  /** Role → who has it now, and who may take it. */
  async roles(): Promise<{
    readonly active: Assignments | undefined;
    readonly eligible: Assignments | undefined;
  }> {
    const read = (path: string) =>
      this.#all(`v1.0/roleManagement/directory/${path}`, RoleAssignment, 'roles');
    return {
      active: await this.#part('directory roles', [], () => read('roleAssignments')),
      eligible: await this.#part('roles that accounts may take', [], () =>
        read('roleEligibilityScheduleInstances'),
      ),
    };
  }

  /** Per-user MFA by account: `disabled`, `enabled`, `enforced`. */
  async perUser(ids: readonly string[]): Promise<Map<string, string>> {
    const found = new Map<string, string>();
    await this.#part('per-user MFA', [], async () => {
      let refused = 0;
      const answers = this.#graph.each(
        ids,
        (id) => `users/${id}/authentication/requirements`,
        Requirements,
      );
      for await (const [id, answer] of answers) {
        if (answer === undefined) refused += 1;
        else found.set(id, answer.perUserMfaState);
      }
      this.#counted('per-user MFA', refused);
    });
    return found;
  }

  /** Each account's own list of methods, where the report cannot be had. */
  async methodsOfEach(ids: readonly string[]): Promise<Map<string, Registration>> {
    const found = new Map<string, Registration>();
    await this.#part('authentication methods of accounts', ['factor'], async () => {
      let refused = 0;
      const answers = this.#graph.each(
        ids,
        (id) => `users/${id}/authentication/methods`,
        AuthenticationMethods,
      );
      for await (const [id, answer] of answers) {
        if (answer === undefined) refused += 1;
        else {
          const methodsRegistered = answer.value.map((each) => methodOf(each['@odata.type']));
          found.set(id, {
            id,
            methodsRegistered,
            lastUpdatedDateTime: undefined,
            isMfaCapable: undefined,
            isMfaRegistered: undefined,
          });
        }
      }
      this.#counted('authentication methods of accounts', refused);
    });
    return found;
  }

  /** Items of a list of any length, as they come. */
  async each<Item>(
    what: string,
    hides: readonly Kind[],
    path: string,
    schema: z.ZodType<Item>,
    take: (item: Item) => void,
  ): Promise<void> {
    await this.#part(what, hides, async () => {
      for await (const item of this.#graph.items(path, schema, () => this.#drop(what))) take(item);
    });
  }

  /** What did not fit its documented form, counted. */
  dropped(what: string): number {
    return this.#dropped.get(what) ?? 0;
  }

  admissions(): Unseen[] {
    const unlike = [...this.#dropped].map(([what, count]): Unseen => ({
      what: `${what} of another form`,
      reason: 'invalid',
      detail: `${count} left out`,
    }));
    return [...this.unseen, ...unlike];
  }

  /** Pages that come twice, or change while they are read, give an account twice: the last word counts. */
  async #byId<Item extends { readonly id: string }>(
    path: string,
    schema: z.ZodType<Item>,
  ): Promise<Map<string, Item>> {
    const items = await this.#all(path, schema, 'accounts');
    return new Map(items.map((item) => [item.id, item]));
  }

  async #all<Item>(path: string, schema: z.ZodType<Item>, what: string): Promise<Item[]> {
    const found: Item[] = [];
    for await (const item of this.#graph.items(path, schema, () => this.#drop(what)))
      found.push(item);
    return found;
  }

  #drop(what: string): void {
    this.#dropped.set(what, (this.#dropped.get(what) ?? 0) + 1);
  }

  #counted(what: string, refused: number): void {
    if (refused === 0) return;
    this.unseen.push({ what, reason: 'not-permitted', detail: `${refused} accounts`, mayHide: [] });
  }

  async #part<Value>(
    what: string,
    hides: readonly Kind[],
    read: () => Promise<Value>,
  ): Promise<Value | undefined> {
    try {
      return await read();
    } catch (error) {
      this.#admit(what, error, hides);
      return undefined;
    }
  }

  #admit(what: string, error: unknown, hides: readonly Kind[]): void {
    if (error instanceof HoldfastError && error.code !== 'bad_config') throw error;
    if (!(error instanceof WebRefusal)) throw error;
    const known = this.unseen.some((each) => each.what === what && each.detail === error.message);
    if (!known)
      this.unseen.push({ what, reason: error.reason, detail: error.message, mayHide: [...hides] });
  }
}

type Assignments = readonly { readonly principalId: string; readonly roleDefinitionId: string }[];

export function isPrivilegedRole(role: string): boolean {
  return PRIVILEGED_ROLES.has(role);
}
