/** Which line of support a Windows belongs to: its build tells the release, its name whether it is a server and its edition. */
import type { EolCycle } from '../../advisories/model.ts';
import type { Bodies } from '../../estate/schema.ts';

type System = NonNullable<Bodies['asset']['os']>;

export interface WindowsSupport {
  /** As endoflife.date calls the product. */
  readonly slug: 'windows' | 'windows-server';
  readonly cycleOf: (cycles: readonly EolCycle[]) => EolCycle | undefined;
}

/** Undefined where no build is known. */
export function windowsSupport(
  { versionId = '', prettyName = '' }: System,
  role: Bodies['asset']['domainRole'],
): WindowsSupport | undefined {
  // `10.0.17763.9121`; Active Directory writes `10.0 (17763)`.
  const [, numbers, build] = /^(\d{1,2}\.\d{1,2})(?:\.| \()(\d{4,6})/.exec(versionId) ?? [];
  if (numbers === undefined || build === undefined) return undefined;
  const isServer = /\bserver\b/i.test(prettyName) || (role ?? 'workstation') !== 'workstation';
  const version = `${numbers}.${build}`;
  return {
    slug: isServer ? 'windows-server' : 'windows',
    cycleOf: (cycles) => {
      const same = cycles.filter(({ latest }) => latest === version);
      return isServer ? serverCycle(same, prettyName) : clientCycle(same, prettyName);
    },
  };
}

/** Releases by year, and beside those of the same build the ones that had only half a year's number (`1809-sac`). */
function serverCycle(cycles: readonly EolCycle[], name: string): EolCycle | undefined {
  const year = /\b(20\d\d)\b/.exec(name)?.[1];
  const named = cycles.filter(({ cycle }) => year !== undefined && cycle.split('-')[0] === year);
  const years = cycles.filter(({ cycle }) => /^20\d\d(?!\d)(?!-sac)/.test(cycle));
  return longest([named, years, cycles].find((each) => each.length > 0) ?? []);
}

/** `e` enterprise and education, `w` home and professional, `lts` those that are repaired for ten years. */
function clientCycle(cycles: readonly EolCycle[], name: string): EolCycle | undefined {
  const words = ({ cycle }: EolCycle): string[] => cycle.split('-').slice(2);
  const isLong = /\bLTS[BC]\b/i.test(name);
  const own = cycles.filter((each) => words(each).includes('lts') === isLong);
  const letter = /enterprise|education/i.test(name)
    ? 'e'
    : /home|pro/i.test(name)
      ? 'w'
      : undefined;
  const edition = own.filter((each) => letter !== undefined && words(each).includes(letter));
  const plain = own.filter((each) => !words(each).includes('iot'));
  return longest([edition, plain, own].find((each) => each.length > 0) ?? []);
}

/** Of several that are possible the one that is repaired longest: of the others nobody can say that it has ended. */
function longest(cycles: readonly EolCycle[]): EolCycle | undefined {
  const end = ({ eol }: EolCycle): string => (typeof eol === 'string' ? eol : '9999');
  return cycles.toSorted((a, b) => (end(a) < end(b) ? 1 : -1))[0];
}
