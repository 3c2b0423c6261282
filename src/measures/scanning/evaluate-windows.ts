/** Windows systems of the estate: each is judged by itself, with its updates and what is known of it besides. */
import type { Package } from '../../inventory/schema.ts';
import {
  packageFor,
  windowsTarget,
  type WindowsTarget,
} from '../../inventory/windows/component.ts';
import { namedWindows } from '../../inventory/windows/named-system.ts';
import type { NumberedComponent } from './component.ts';
import type { Matcher } from './model.ts';
import type { Evaluated } from './store-verdicts.ts';

/** What answers for Windows, as an ecosystem: `feeds.ts` knows which feed that is. */
export const WINDOWS = 'Windows';

export function isWindows({ type, name }: Pick<NumberedComponent, 'type' | 'name'>): boolean {
  return type === 'windows' || (type === 'os' && name === 'windows');
}

export function evaluateWindows(matcher: Matcher, component: NumberedComponent): Evaluated {
  const { id, name } = component;
  const nothing = { component: id, ecosystem: WINDOWS, findings: [] };
  // An update repairs; what it is judged by is the system that holds it.
  if (/^kb\d+$/.test(name)) return { ...nothing, verdict: assessed(name) };
  const { packages, facts } = targetOf(component);
  const [system] = packages;
  if (system === undefined)
    return { ...nothing, verdict: { purl: name, state: 'unknown', reason: 'version', limits: [] } };
  const { findings, components } = matcher.match(packages, facts);
  const { purl } = system;
  return {
    component: id,
    ecosystem: WINDOWS,
    verdict: components[0] ?? { purl, state: 'unknown', limits: [] },
    findings: findings.filter((finding) => finding.purl === purl),
  };
}

/** The system as its findings name it. */
export function windowsPackage(component: NumberedComponent): Package | undefined {
  return targetOf(component).packages[0];
}

function assessed(name: string): Evaluated['verdict'] {
  return { purl: `pkg:generic/microsoft/${name}`, state: 'assessed', limits: [] };
}

function targetOf(component: NumberedComponent): WindowsTarget {
  return component.type === 'windows'
    ? windowsTarget(component, component.updates ?? [])
    : { packages: saidSystem(component), facts: [] };
}

/** As `estate/system.ts` writes what an asset is said to run. */
function saidSystem({
  version,
  architecture,
  sourceName,
  sourceVersion,
}: NumberedComponent): readonly Package[] {
  const role = ROLES.find((each) => each === sourceVersion);
  const found = namedWindows(version, {
    productName: sourceName,
    ...(architecture === '' ? {} : { arch: architecture }),
    ...(role === undefined ? {} : { role }),
  });
  return found === undefined ? [] : packageFor(found);
}

const ROLES = ['domain-controller', 'server', 'workstation'] as const;
