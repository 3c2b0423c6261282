/**
 * What the products that ask for second factors say by their own settings, as rules. A door's settings carry them as
 * the product spells them, under the product's prefix: `nps.REQUIRE_USER_MATCH`, `duo.failmode`.
 */
import type { Door, Rule } from './model.ts';

type Settings = Readonly<Record<string, string>>;

export interface GatekeeperAnswer {
  readonly rules: readonly Rule[];
  /** Ways in beside the ordinary one, which the rules above do not speak of. */
  readonly ways: readonly string[];
  readonly bypasses: readonly string[];
  /** A setting that is not understood: what it leaves open is unknown. */
  readonly unclear: boolean;
}

interface Gatekeeper {
  readonly prefix: string;
  readonly read: (setting: Setting, door: DoorFacts) => Partial<GatekeeperAnswer>;
}
export type DoorFacts = Pick<Door, 'through'>;

const EVERYONE = { everyone: true } as const;
const isTrue = (text: string | undefined) => /^(?:true|yes|1|on)$/i.test(text ?? '');
const isOn = (text: string | undefined) =>
  text !== undefined && !/^(?:|0|0s|none|false|off|no)$/i.test(text);

function asked(id: string, unregistered: Rule['unregistered'], more: Partial<Rule> = {}): Rule {
  const how = unregistered === undefined ? {} : { unregistered };
  return { id, demands: 'second-factor', for: EVERYONE, ...how, ...more };
}
function single(id: string, found: string): Partial<GatekeeperAnswer> {
  return { rules: [{ id, demands: 'one-factor', for: EVERYONE }], bypasses: [found] };
}
/** Whoever comes through another identity provider. */
function federated(door: DoorFacts): NonNullable<Rule['except']> {
  return { identitySources: [...door.through.keys()] };
}

const GATEKEEPERS: readonly Gatekeeper[] = [
  {
    prefix: 'nps.',
    read: (setting) =>
      /^false$/i.test(setting('REQUIRE_USER_MATCH') ?? '')
        ? { rules: [asked('nps', 'passes')], bypasses: ['nps-unmatched-user'] }
        : { rules: [asked('nps', 'refused')] },
  },
  { prefix: 'duo.', read: (setting) => readDuo(setting) },
  {
    prefix: 'authentik.',
    read: (setting) => {
      const action = setting('not_configured_action') ?? 'skip';
      if (/^deny$/i.test(action)) return { rules: [asked('authentik', 'refused')] };
      if (/^configure$/i.test(action)) return { rules: [asked('authentik', 'registers')] };
      return { rules: [asked('authentik', 'passes')], bypasses: ['authentik-skip'] };
    },
  },
  {
    prefix: 'kratos.',
    read: (setting) => {
      const level = setting('session.whoami.required_aal');
      if (level === 'aal2') return { rules: [asked('kratos', 'registers')] };
      if (level === 'highest_available')
        return { rules: [asked('kratos', 'passes')], bypasses: ['kratos-highest-available'] };
      return { rules: [{ id: 'kratos', demands: 'one-factor', for: EVERYONE }] };
    },
  },
  {
    prefix: 'privacyidea.',
    read: (setting) =>
      isTrue(setting('passOnNoToken')) ||
      isTrue(setting('passOnNoUser')) ||
      isOn(setting('passthru'))
        ? { rules: [asked('privacyidea', 'passes')], bypasses: ['privacyidea-no-token'] }
        : { rules: [asked('privacyidea', 'refused')] },
  },
  { prefix: 'keycloak.', read: (setting, door) => readKeycloak(setting, door) },
  {
    prefix: 'zitadel.',
    read: (setting, door) => {
      if (isTrue(setting('forceMFALocalOnly'))) {
        const rule = asked('zitadel', 'registers', { except: federated(door) });
        return { rules: [rule], bypasses: ['zitadel-local-only'] };
      }
      return isTrue(setting('forceMFA'))
        ? { rules: [asked('zitadel', 'registers')] }
        : { rules: [asked('zitadel', 'passes')] };
    },
  },
  {
    prefix: 'teleport.',
    read: (setting, door) => {
      const factor = setting('second_factor') ?? '';
      if (factor === 'off') return single('teleport', 'teleport-off');
      const except = door.through.size === 0 ? {} : { except: federated(door) };
      const sso = door.through.size === 0 ? [] : ['teleport-sso'];
      if (factor === 'optional')
        return {
          rules: [asked('teleport', 'passes', except)],
          bypasses: ['teleport-optional', ...sso],
        };
      return { rules: [asked('teleport', 'registers', except)], bypasses: sso };
    },
  },
  {
    prefix: 'rdgateway.',
    read: (setting) =>
      setting('AuthMethod') === '2'
        ? {
            rules: [
              {
                id: 'rdgateway',
                demands: 'phishing-resistant',
                for: EVERYONE,
                unregistered: 'refused',
              },
            ],
          }
        : single('rdgateway', 'rd-gateway-password'),
  },
  { prefix: 'google.', read: (setting) => readGoogle(setting) },
  {
    prefix: 'netscaler.',
    read: (setting) =>
      isOn(setting('nextFactor')) || isOn(setting('secondary'))
        ? { rules: [asked('netscaler', undefined)] }
        : single('netscaler', 'netscaler-one-policy'),
  },
  {
    prefix: 'authentication.',
    read: (setting) => {
      const factors = new Set(
        (setting('factors') ?? '').split(/[\s,+]+/).filter((each) => each !== ''),
      );
      if (factors.size === 0) return { unclear: true };
      return factors.size === 1
        ? { rules: [{ id: 'authentication', demands: 'one-factor', for: EVERYONE }] }
        : { rules: [asked('authentication', undefined)] };
    },
  },
];

/** Rules that the settings amount to; undefined where no product that Holdfast knows speaks in them. */
export function readGatekeepers(settings: Settings, door: DoorFacts): GatekeeperAnswer | undefined {
  const names = Object.keys(settings);
  const present = GATEKEEPERS.filter(({ prefix }) => names.some((name) => name.startsWith(prefix)));
  if (present.length === 0) return undefined;
  const answers = present.map(({ prefix, read }) =>
    read((name) => settings[`${prefix}${name}`], door),
  );
  return {
    rules: answers.flatMap(({ rules = [] }) => rules),
    ways: answers.flatMap(({ ways = [] }) => ways),
    bypasses: answers.flatMap(({ bypasses = [] }) => bypasses),
    unclear: answers.some(({ unclear }) => unclear === true),
  };
}

type Setting = (name: string) => string | undefined;

function readDuo(setting: Setting): Partial<GatekeeperAnswer> {
  if (/^bypass$/i.test(setting('status') ?? '')) return single('duo', 'duo-bypass-status');
  const bypasses: string[] = [];
  const more: { -readonly [K in keyof Rule]?: Rule[K] } = {};
  if (!/^secure$/i.test(setting('failmode') ?? 'safe')) {
    more.unreachable = 'passes';
    bypasses.push('duo-fails-open');
  }
  const groups = (setting('groups') ?? '').split(/[\s,]+/).filter((name) => name !== '');
  if (groups.length > 0) {
    more.for = { groups };
    bypasses.push('duo-groups');
  }
  // What becomes of somebody whom Duo does not know is decided at Duo, by its policy for new users.
  const fresh = setting('newUserPolicy');
  const unregistered =
    fresh === 'deny'
      ? 'refused'
      : fresh === 'allow'
        ? 'passes'
        : fresh === 'enroll'
          ? 'registers'
          : undefined;
  // `!group` and `*` are patterns of pam_duo: whom they mean is not worked out here.
  return {
    rules: [asked('duo', unregistered, more)],
    bypasses,
    unclear: groups.some((name) => /[!*?]/.test(name)),
  };
}

function readKeycloak(setting: Setting, door: DoorFacts): Partial<GatekeeperAnswer> {
  const bypasses: string[] = [];
  const ways: string[] = [];
  const more: { -readonly [K in keyof Rule]?: Rule[K] } = {};
  const code = setting('browser.otp') ?? 'DISABLED';
  if (code !== 'REQUIRED') bypasses.push('keycloak-conditional');
  if (isTrue(setting('directAccessGrantsEnabled')) && setting('direct-grant.otp') !== 'REQUIRED') {
    ways.push('direct-grant');
    more.ways = ['browser'];
    bypasses.push('keycloak-direct-grant');
  }
  if (door.through.size > 0 && !isOn(setting('post-login-flow'))) {
    more.except = federated(door);
    bypasses.push('keycloak-federated');
  }
  const rule: Rule =
    code === 'DISABLED'
      ? { id: 'keycloak', demands: 'one-factor', for: EVERYONE }
      : asked('keycloak', code === 'REQUIRED' ? 'registers' : 'passes', more);
  return { rules: [rule], ways: ways.length === 0 ? [] : ['browser', ...ways], bypasses };
}

function readGoogle(setting: Setting): Partial<GatekeeperAnswer> {
  const from = Date.parse(setting('enforcedFrom') ?? '');
  if (Number.isNaN(from) || from <= 0) return single('google', 'google-off');
  const grace = isOn(setting('enrollmentGracePeriod'));
  const instead = [
    ...(isTrue(setting('allowTrustingDevice')) ? ['remembered-device'] : []),
    ...(isOn(setting('backupCodeExceptionPeriod')) ? ['backup-code'] : []),
  ];
  const rule = asked('google', grace ? 'passes' : 'refused', {
    since: new Date(from).toISOString(),
    ...(instead.length === 0 ? {} : { instead }),
  });
  const bypasses = [
    ...(grace ? ['google-grace'] : []),
    ...(instead.includes('remembered-device') ? ['google-trusted-device'] : []),
    ...(instead.includes('backup-code') ? ['google-backup-code'] : []),
  ];
  return { rules: [rule], bypasses };
}
