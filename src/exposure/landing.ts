/** Where somebody is who came in by a door, as an ordinary account and as a privileged one. */
import { sessionsOf, type Drawing } from './drawing.ts';
import type { Told } from './facts.ts';

export interface Landing {
  /** Networks on which a session stands. */
  readonly networks: readonly string[];
  /** Assets on which somebody who came in has a session of their own. */
  readonly sessions: readonly string[];
  /** Assets that a privileged account controls. */
  readonly controls: readonly string[];
  /** Assets whose data the door gives out: a database, a share. */
  readonly reads: readonly string[];
  readonly services: readonly string[];
  /** Nobody says what the door opens: what its asset serves is assumed. */
  readonly servicesAssumed: boolean;
}

const GIVES_DATA = new Set(['database', 'file-share']);
const ADMINISTERS = new Set([
  'remote-desktop',
  'ssh',
  'admin-console',
  'database',
  'file-share',
  'directory',
]);

export function landingOf(to: Drawing, door: Told<'door'>): Landing {
  const { body } = door;
  const { type = 'other', asset } = body;
  const own = asset === undefined ? [] : [asset];
  const opened = ofKind(body, 'asset');
  const sessions = sessionsOf(door);
  const standing = type === 'vpn' ? distinct([...own, ...opened]) : sessions;
  const said = ofKind(body, 'service');
  const services =
    said.length > 0 || opened.length > 0
      ? said
      : distinct(own.flatMap((key) => (to.index.servedBy.get(key) ?? []).map((link) => link.to)));
  return {
    networks: distinct(standing.flatMap((key) => to.around.standingOf(key).networks)),
    sessions,
    controls: ADMINISTERS.has(type) ? distinct([...own, ...opened]) : type === 'vpn' ? [] : opened,
    reads: GIVES_DATA.has(type)
      ? distinct([...own, ...opened])
      : sessions.length > 0 || type === 'vpn'
        ? []
        : opened,
    services,
    servicesAssumed: said.length === 0,
  };
}

function ofKind({ opens = [] }: Told<'door'>['body'], kind: 'asset' | 'service'): string[] {
  return opens.filter((each) => each.kind === kind).map(({ key }) => key);
}

function distinct(keys: readonly string[]): string[] {
  return [...new Set(keys)];
}
