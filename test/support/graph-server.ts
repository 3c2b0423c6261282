/** A tenant on loopback that speaks the shapes of Microsoft Graph, small enough to know every answer. Invented names. */
import { startWebServer, type Answer, type Asked, type WebServer } from './web-server.ts';

export const TENANT = '11111111-2222-4333-8444-555555555555';
export const CLIENT = '99999999-8888-4777-a666-555555555555';
const ADMINISTRATOR = '62e90394-69f5-4237-9190-012177145e10';

export interface TenantData {
  readonly users: readonly Readonly<Record<string, unknown>>[];
  readonly registrations: readonly Readonly<Record<string, unknown>>[];
  readonly policies: readonly unknown[];
  readonly locations: readonly unknown[];
  readonly members: Readonly<Record<string, readonly string[]>>;
  readonly roles: readonly (readonly [principal: string, role: string])[];
  readonly signIns: readonly unknown[];
  readonly securityDefaults: boolean;
  readonly perUser: Readonly<Record<string, string>>;
  /** Which policies Microsoft says hold for an account; by default none is asked about. */
  readonly evaluated?: Readonly<Record<string, readonly string[]>>;
}

export function user(
  name: string,
  more: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
  return {
    id: `id-${name}`,
    userPrincipalName: `${name}@care.example`,
    accountEnabled: true,
    userType: 'Member',
    createdDateTime: '2020-01-02T03:04:05Z',
    signInActivity: { lastSignInDateTime: '2026-11-20T08:00:00Z' },
    ...more,
  };
}

/** An enabled policy that demands a second factor of everyone everywhere, but for what is given. */
export function policy(
  id: string,
  given: {
    readonly users?: Readonly<Record<string, unknown>>;
    readonly conditions?: Readonly<Record<string, unknown>>;
    readonly grant?: unknown;
    readonly state?: string;
  } = {},
): Record<string, unknown> {
  const names = ['Users', 'Groups', 'Roles'].flatMap((kind) => [
    `include${kind}`,
    `exclude${kind}`,
  ]);
  return {
    id,
    displayName: `policy ${id}`,
    state: given.state ?? 'enabled',
    conditions: {
      users: {
        ...Object.fromEntries(names.map((name) => [name, []])),
        includeUsers: ['All'],
        ...given.users,
      },
      applications: { includeApplications: ['All'], excludeApplications: [] },
      clientAppTypes: ['all'],
      locations: null,
      platforms: null,
      ...given.conditions,
    },
    grantControls:
      given.grant === undefined ? { operator: 'OR', builtInControls: ['mfa'] } : given.grant,
  };
}

export function emptyTenant(): TenantData {
  return {
    users: [user('anna')],
    registrations: [],
    policies: [],
    locations: [],
    members: {},
    roles: [],
    signIns: [],
    securityDefaults: false,
    perUser: {},
  };
}

/** Answers before the tenant does, where it answers at all: for throttling, refusals and broken pages. */
export type Before = (asked: Asked, url: string) => Answer | undefined;

export function startGraph(data: TenantData, before: Before = () => undefined): Promise<WebServer> {
  let tokens = 0;
  return startWebServer((asked, url) => {
    const early = before(asked, url);
    if (early !== undefined) return early;
    if (asked.path === `/${TENANT}/oauth2/v2.0/token`) {
      tokens += 1;
      return { body: { token_type: 'Bearer', access_token: `token-${tokens}`, expires_in: 3600 } };
    }
    return answer(asked, url, data);
  });
}

function answer(asked: Asked, url: string, data: TenantData): Answer {
  const { path } = asked;
  const [, group] = /\/groups\/([^/]+)\/transitiveMembers/.exec(path) ?? [];
  if (group !== undefined) {
    const members = data.members[group];
    return members === undefined
      ? { status: 404 }
      : paged(
          asked,
          url,
          members.map((id) => ({ id })),
        );
  }
  const lists: readonly (readonly [RegExp, readonly unknown[]])[] = [
    [/^\/v1\.0\/users\?/, data.users],
    [/userRegistrationDetails/, data.registrations],
    [/conditionalAccess\/policies/, data.policies],
    [/namedLocations/, data.locations],
    [
      /roleAssignments/,
      data.roles.map(([principalId, role]) => ({
        principalId,
        roleDefinitionId: role === 'administrator' ? ADMINISTRATOR : role,
      })),
    ],
    [/roleEligibility/, []],
    [/auditLogs\/signIns/, data.signIns],
  ];
  for (const [form, list] of lists) if (form.test(path)) return paged(asked, url, list);
  if (/identitySecurityDefaults/.test(path)) return { body: { isEnabled: data.securityDefaults } };
  if (/authenticationMethodsPolicy/.test(path))
    return { body: { policyMigrationState: 'migrationComplete' } };
  if (/\$batch/.test(path)) return batch(asked, data);
  if (/conditionalAccess\/evaluate/.test(path)) return evaluated(asked, data);
  return { status: 404 };
}

/** Two items a page. */
function paged({ path }: Asked, url: string, items: readonly unknown[]): Answer {
  const from = Number(/\$skiptoken=(\d+)/.exec(path)?.[1] ?? 0);
  const next = from + 2;
  const bare = path.replace(/[?&]\$skiptoken=\d+/, '');
  const link = `${url}${bare}${bare.includes('?') ? '&' : '?'}$skiptoken=${next}`;
  return {
    body: {
      value: items.slice(from, next),
      ...(next < items.length ? { '@odata.nextLink': encodeURI(link) } : {}),
    },
  };
}

function batch({ body }: Asked, { perUser }: TenantData): Answer {
  const { requests } = JSON.parse(body) as { requests: { id: string; url: string }[] };
  const responses = requests.map(({ id, url }) => {
    const [, user = ''] = /users\/([^/]+)\//.exec(url) ?? [];
    if (url.endsWith('/methods')) {
      return {
        id,
        status: 200,
        body: { value: [{ '@odata.type': '#microsoft.graph.fido2AuthenticationMethod' }] },
      };
    }
    return { id, status: 200, body: { perUserMfaState: perUser[user] ?? 'disabled' } };
  });
  return { body: { responses } };
}

function evaluated({ body }: Asked, { evaluated: told, policies }: TenantData): Answer {
  const { signInIdentity } = JSON.parse(body) as { signInIdentity: { userId: string } };
  const holding = told?.[signInIdentity.userId] ?? [];
  const ids = (policies as { id: string }[]).map(({ id }) => id);
  return { body: { value: ids.map((id) => ({ id, policyApplies: holding.includes(id) })) } };
}
