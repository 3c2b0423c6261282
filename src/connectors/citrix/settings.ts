/** What a virtual server is bound to, as text for the person who reads a verdict: no value that could be a secret. */
import { low, type Action, type Appliance, type Binding, type Vserver } from './appliance.ts';
import { masked } from './demand.ts';
import { asksForFactor } from './flow.ts';

const MOST = 60;
const LONGEST = 4000;
const SESSION = ['icaproxy', 'defaultauthorizationaction'];

/** `citrix.policy.1`, `.2`…: each binding in the order of evaluation, and those of its next factors below it. */
export function bindingSettings(
  bindings: readonly Binding[],
  appliance: Appliance,
): Record<string, string> {
  const lines: string[] = [];
  describe(bindings, '', appliance, lines, new Set());
  return Object.fromEntries(
    lines.map((text, index) => [`citrix.policy.${index + 1}`, text.slice(0, LONGEST)]),
  );
}

function describe(
  bindings: readonly Binding[],
  within: string,
  appliance: Appliance,
  lines: string[],
  seen: Set<string>,
): void {
  for (const binding of [...bindings].sort((a, b) => a.priority - b.priority)) {
    if (lines.length >= MOST || !asksForFactor(binding, appliance)) continue;
    lines.push(`${within}${bindingText(binding, appliance)}`);
    if (binding.nextFactor === undefined || seen.has(binding.nextFactor)) continue;
    seen.add(binding.nextFactor);
    const label = appliance.labels.get(binding.nextFactor) ?? [];
    describe(label, `${binding.nextFactor}: `, appliance, lines, seen);
  }
}

function bindingText(binding: Binding, appliance: Appliance): string {
  const { secondary, extraction, nextFactor } = binding;
  const policy = appliance.policies.get(binding.policy);
  const bank = secondary ? 'secondary ' : extraction ? 'groups only ' : '';
  const next = nextFactor === undefined ? '' : `, then ${nextFactor}`;
  if (policy === undefined) return `${bank}${binding.policy}: not defined${next}`;
  const action = appliance.actions.get(policy.action ?? '');
  const what = action === undefined ? (policy.action ?? 'nothing') : actionText(action);
  return `${bank}${policy.name} if ${masked(policy.rule)}: ${what}${next}`;
}

function actionText({ kind, name, options }: Action): string {
  const host = options.get('serverip') ?? options.get('servername') ?? '';
  const secure = options.get('sectype');
  const parts = [`${kind} ${name}`, host, secure === undefined ? '' : secure.toUpperCase()];
  if (/^(?:disabled|off)$/i.test(options.get('authentication') ?? '')) {
    parts.push(options.has('otpsecret') ? 'one-time code' : 'groups only');
  }
  if (options.get('twofactor')?.toUpperCase() === 'ON') parts.push('two factors');
  return parts.filter((part) => part !== '').join(' ');
}

/** The session policies of a gateway: whether it gives a tunnel or published applications only. */
export function sessionSettings(
  { bindings }: Vserver,
  appliance: Appliance,
): Record<string, string> {
  const texts = bindings.flatMap(({ policy }) => {
    const session = appliance.sessionPolicies.get(policy);
    if (session === undefined) return [];
    const options = appliance.sessions.get(low(session.action ?? ''));
    const set = SESSION.flatMap((name) => {
      const value = options?.get(name);
      return value === undefined ? [] : [`${name} ${value}`];
    });
    return [`${session.name} if ${masked(session.rule)}: ${set.join(', ')}`];
  });
  return Object.fromEntries(
    texts
      .slice(0, MOST)
      .map((text, index) => [`citrix.session.${index + 1}`, text.slice(0, LONGEST)]),
  );
}
