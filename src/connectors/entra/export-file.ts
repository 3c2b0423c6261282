/** A tenant from an export of its settings: its doors and who has which role; of other accounts it knows nothing. */
import { readFile, stat } from 'node:fs/promises';
import * as z from 'zod';
import type { Report, Unseen } from '../../estate/schema.ts';
import { systemCode } from '../../kernel/errors.ts';
import { keyFrom } from '../keys.ts';
import type { ExportConfig } from './config.ts';
import { doorsOf } from './doors.ts';
import { ConditionalAccessPolicy, MethodsPolicy, SecurityDefaults } from './schema.ts';

const MOST_BYTES = 256 * 1024 * 1024;

const Export = z.object({
  tenant_id: z.string().min(1).max(100),
  conditional_access_policies: z.array(z.unknown()),
  authentication_method: z.array(z.unknown()).nullish().catch(undefined),
  security_defaults: z.unknown().optional(),
  total_user_count: z.number().nullish().catch(undefined),
});

export async function readExport(
  { file }: ExportConfig,
  now: Date,
): Promise<{ readonly reports: readonly Report[]; readonly unseen: readonly Unseen[] }> {
  const told = await contentOf(file);
  if ('reason' in told) return { reports: [], unseen: [told] };
  const fit = Export.safeParse(told.content);
  if (!fit.success) {
    const detail = fit.error.issues[0]?.path.join('.') ?? '';
    return { reports: [], unseen: [{ what: 'export', reason: 'invalid', detail }] };
  }
  const { tenant_id: tenant, conditional_access_policies: listed } = fit.data;
  const policies = listed.flatMap(
    (each) => ConditionalAccessPolicy.safeParse(camel(each)).data ?? [],
  );
  const dropped = listed.length - policies.length;
  const identitySource = `entra:${tenant.toLowerCase()}`;
  const doors = doorsOf({
    id: tenant.toLowerCase(),
    identitySource,
    policies,
    policiesDropped: dropped,
    locations: undefined,
    securityDefaults: SecurityDefaults.safeParse(camel(fit.data.security_defaults)).data?.isEnabled,
    methods: methodsOf(fit.data.authentication_method ?? []),
    unread: new Set(groupsAndRoles(policies)),
    accounts: new Map(),
    perUser: [],
  });
  const trueAt = now.toISOString();
  return {
    reports: [
      {
        type: 'observation',
        kind: 'asset',
        key: keyFrom(identitySource),
        trueAt,
        body: { name: tenant, type: 'saas-tenant' },
      },
      ...doors.map(({ key, body }): Report => ({
        type: 'observation',
        kind: 'door',
        key,
        trueAt,
        body,
      })),
    ],
    unseen: [
      {
        what: 'accounts, factors and sign-ins',
        reason: 'not-supported',
        detail: 'an export holds none',
        mayHide: ['account', 'factor', 'signin'],
      },
      ...(dropped === 0
        ? []
        : [
            {
              what: 'policies of another form',
              reason: 'invalid' as const,
              detail: `${dropped} left out`,
              mayHide: [],
            },
          ]),
    ],
  };
}

async function contentOf(file: string): Promise<{ readonly content: unknown } | Unseen> {
  try {
    if ((await stat(file)).size > MOST_BYTES)
      return { what: 'export', reason: 'truncated', detail: 'larger than 256 MiB' };
    const text = await readFile(file, 'utf8');
    return { content: JSON.parse(text.replace(/^\ufeff/, '')) as unknown };
  } catch (error) {
    if (error instanceof SyntaxError)
      return { what: 'export', reason: 'invalid', detail: 'not JSON' };
    const code = systemCode(error);
    if (code === '') throw error;
    return {
      what: 'export',
      reason: code === 'EACCES' ? 'not-permitted' : 'unreadable',
      detail: code,
    };
  }
}

/** PowerShell writes `DisplayName` where Graph writes `displayName`. */
function camel(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(camel);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      `${name.charAt(0).toLowerCase()}${name.slice(1)}`,
      camel(inner),
    ]),
  );
}

function methodsOf(listed: readonly unknown[]): MethodsPolicy | undefined {
  const Listed = z.object({
    authentication_method_policy: z.unknown(),
    authentication_method_feature_settings: z.array(z.unknown()),
  });
  const fit = Listed.safeParse(listed[0]);
  if (!fit.success) return undefined;
  const policy = z
    .object({ policyMigrationState: z.string() })
    .safeParse(camel(fit.data.authentication_method_policy));
  const configurations = camel(fit.data.authentication_method_feature_settings);
  return MethodsPolicy.safeParse({
    policyMigrationState: policy.data?.policyMigrationState,
    authenticationMethodConfigurations: configurations,
  }).data;
}

function groupsAndRoles(policies: readonly ConditionalAccessPolicy[]): string[] {
  return policies.flatMap(({ conditions: { users } }) => [
    ...[...users.includeGroups, ...users.excludeGroups].map((id) => `group:${id}`),
    ...[...users.includeRoles, ...users.excludeRoles].map((id) => `role:${id}`),
  ]);
}
