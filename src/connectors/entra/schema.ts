/** What Microsoft Graph answers, as far as it is read here; whatever else it holds is dropped. */
import * as z from 'zod';

/** Nulls are absences; a list with an unreadable item keeps the others. */
const text = z.string().nullish().catch(undefined);
const flag = z.boolean().nullish().catch(undefined);
const texts = z
  .array(z.unknown())
  .nullish()
  .catch(undefined)
  .transform((list) => (list ?? []).filter((item) => typeof item === 'string'));

export const Page = z.object({
  value: z.array(z.unknown()),
  '@odata.nextLink': z.string().optional(),
});

export const User = z.object({
  id: z.string().min(1),
  userPrincipalName: z.string().min(1),
  accountEnabled: flag,
  userType: text,
  creationType: text,
  createdDateTime: text,
  lastPasswordChangeDateTime: text,
  onPremisesSyncEnabled: flag,
  signInActivity: z
    .object({
      lastSignInDateTime: text,
      lastSuccessfulSignInDateTime: text,
      lastNonInteractiveSignInDateTime: text,
    })
    .nullish()
    .catch(undefined),
});
export type User = z.infer<typeof User>;

export const Registration = z.object({
  id: z.string().min(1),
  isMfaRegistered: flag,
  isMfaCapable: flag,
  methodsRegistered: texts,
  lastUpdatedDateTime: text,
});
export type Registration = z.infer<typeof Registration>;

export const Reference = z.object({ id: z.string().min(1) });
export const RoleAssignment = z.object({
  principalId: z.string().min(1),
  roleDefinitionId: z.string().min(1),
});
export const NamedLocation = z.object({
  id: z.string().min(1),
  displayName: text,
  isTrusted: flag,
});
export type NamedLocation = z.infer<typeof NamedLocation>;
export const SecurityDefaults = z.object({ isEnabled: z.boolean() });

/** Strict: a list of exceptions that cannot be read is not an empty one. */
const names = z
  .array(z.string())
  .nullish()
  .transform((list) => list ?? []);
const word = z.string().nullish();
const Guests = z
  .object({
    guestOrExternalUserTypes: word,
    externalTenants: z.object({ membershipKind: word }).nullish(),
  })
  .nullish();
const Strength = z
  .object({ displayName: text, allowedCombinations: names, requirementsSatisfied: text })
  .nullish();

/** A policy whose conditions cannot be read must not be taken for one without conditions: it is dropped, and that is told. */
export const ConditionalAccessPolicy = z.object({
  id: z.string().min(1),
  displayName: text,
  state: z.string(),
  createdDateTime: text,
  conditions: z.object({
    users: z.object({
      includeUsers: names,
      excludeUsers: names,
      includeGroups: names,
      excludeGroups: names,
      includeRoles: names,
      excludeRoles: names,
      includeGuestsOrExternalUsers: Guests,
      excludeGuestsOrExternalUsers: Guests,
    }),
    applications: z.object({
      includeApplications: names,
      excludeApplications: names,
      includeUserActions: names,
      includeAuthenticationContextClassReferences: names,
      applicationFilter: z.unknown().optional(),
    }),
    clientAppTypes: names,
    platforms: z.object({ includePlatforms: names, excludePlatforms: names }).nullish(),
    locations: z.object({ includeLocations: names, excludeLocations: names }).nullish(),
    devices: z
      .object({
        deviceFilter: z.object({ mode: word, rule: word }).nullish(),
      })
      .nullish(),
    authenticationFlows: z.object({ transferMethods: word }).nullish(),
    clientApplications: z.object({ includeServicePrincipals: names }).nullish(),
    signInRiskLevels: names,
    userRiskLevels: names,
    servicePrincipalRiskLevels: names,
    insiderRiskLevels: z.unknown().optional(),
  }),
  grantControls: z
    .object({
      operator: text,
      builtInControls: names,
      customAuthenticationFactors: names,
      termsOfUse: names,
      authenticationStrength: Strength,
    })
    .nullish(),
});
export type ConditionalAccessPolicy = z.infer<typeof ConditionalAccessPolicy>;

export const SignIn = z.object({
  userId: z.string().min(1),
  appId: text,
  createdDateTime: z.string(),
  clientAppUsed: text,
  ipAddress: text,
  authenticationRequirement: text,
  status: z.object({ errorCode: z.number() }),
  authenticationDetails: z
    .array(z.object({ authenticationMethod: text, succeeded: flag }).catch({}))
    .nullish()
    .catch(undefined),
});
export type SignIn = z.infer<typeof SignIn>;

export const AuthenticationMethods = z.object({
  value: z.array(z.object({ '@odata.type': z.string() }).catch({ '@odata.type': '' })),
});
export const Requirements = z.object({ perUserMfaState: z.string() });
export const BatchAnswer = z.object({
  responses: z.array(
    z.object({
      id: z.string(),
      status: z.number(),
      headers: z.record(z.string(), z.unknown()).nullish().catch(undefined),
      body: z.unknown(),
    }),
  ),
});
export const WhatIf = z.object({
  value: z.array(z.object({ id: z.string(), policyApplies: z.boolean() })),
});

/** `authenticationMethodsPolicy`, as far as it bears on second factors. */
export const MethodsPolicy = z.object({
  policyMigrationState: text,
  authenticationMethodConfigurations: z
    .array(
      z
        .object({
          id: z.string(),
          state: text,
          includeTargets: z
            .array(z.object({ id: text }).catch({}))
            .nullish()
            .catch(undefined),
          featureSettings: z
            .object({
              displayAppInformationRequiredState: FeatureState(),
              displayLocationInformationRequiredState: FeatureState(),
            })
            .nullish()
            .catch(undefined),
        })
        .nullable()
        .catch(null),
    )
    .nullish()
    .catch(undefined),
});
export type MethodsPolicy = z.infer<typeof MethodsPolicy>;

function FeatureState() {
  return z
    .object({ state: text, includeTarget: z.object({ id: text }).nullish().catch(undefined) })
    .nullish()
    .catch(undefined);
}
