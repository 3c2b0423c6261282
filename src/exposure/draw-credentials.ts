/** Steps by what lies about where the attacker is: passwords used twice, administrators' sessions, suppliers' tools. */
import { verdictOfCode } from '../measures/mfa/coverage.ts';
import { VERDICTS, type Verdict } from '../measures/mfa/model.ts';
import { LIKELIHOOD } from './attackers.ts';
import { BEGINNING, nameOf, type Drawing } from './drawing.ts';
import type { Told } from './facts.ts';

/** The same privileged local account on several machines may have the same password on all of them. */
export function drawSharedPasswords(to: Drawing): void {
  if (!to.moves('credential')) return;
  const { table } = to.facts.mfa;
  const byLogin = new Map<string, string[]>();
  const shared = table.samples.map(
    ({ identitySource, privileged, password, enabled }) =>
      identitySource.startsWith('local:') &&
      privileged !== false &&
      password === 'set' &&
      enabled !== false,
  );
  for (let at = 0; at < table.size; at++) {
    const trait = table.traits[at] ?? 0;
    if (shared[trait] !== true) continue;
    const asset = table.samples[trait]?.identitySource.slice('local:'.length) ?? '';
    const login = table.logins[at] ?? '';
    const list = byLogin.get(login);
    if (list === undefined) byLogin.set(login, [asset]);
    else list.push(asset);
  }
  for (const [login, assets] of byLogin) {
    const there = [...new Set(assets)].filter((asset) => to.index.assets.has(asset));
    if (there.length < 2) continue;
    const step = to.node({
      kind: 'move',
      key: `move:credential/${login}`,
      label: `${there.length} machines have a local account ${login}: perhaps one password`,
      certainty: 'assumed',
      likelihood: LIKELIHOOD.credential,
    });
    for (const asset of there) {
      to.edge(`asset:${asset}`, step);
      to.edge(step, `asset:${asset}`);
    }
  }
}

const SIGNED_IN_AT = new Set(['remote-desktop', 'ssh', 'admin-console']);

/** Where administrators of a directory sign in, their credentials may be taken from the machine. */
export function drawWorkstations(to: Drawing, doors = to.facts.doors): void {
  if (!to.moves('workstation')) return;
  for (const { key, body } of doors) {
    const { asset, type = 'other', accepts = [] } = body;
    if (asset === undefined || !SIGNED_IN_AT.has(type)) continue;
    for (const source of accepts) {
      if (!isDirectory(to, source) || !admitsAdministrators(to, key, source)) continue;
      const step = to.node({
        kind: 'move',
        key: `move:workstation/${asset}>${source}`,
        label: `administrators of ${source} may sign in at ${asset}`,
        certainty: 'assumed',
        likelihood: LIKELIHOOD.credential,
      });
      to.edge(`asset:${asset}`, step);
      to.edge(step, `asset:${source}`);
    }
  }
}

/** Keys of the nodes that a door may be a reason for. */
export function workstationKeys({ body }: Told<'door'>): string[] {
  const { asset, accepts = [] } = body;
  return asset === undefined ? [] : accepts.map((source) => `move:workstation/${asset}>${source}`);
}

function isDirectory({ index }: Drawing, source: string): boolean {
  return index.assets.get(source)?.body.type === 'directory';
}

function admitsAdministrators({ facts }: Drawing, door: string, source: string): boolean {
  const { judged, classes } = facts.mfa;
  const codes = judged.get(door)?.codes;
  return (classes.bySource.get(source) ?? []).some(
    (number) =>
      classes.samples[number]?.privileged === true &&
      VERDICTS.includes(verdictOfCode(codes?.[number] ?? -1) as Verdict),
  );
}

/** A supplier's own tool that administers our machines is in the hands of whoever took the supplier. */
export function drawSuppliers(to: Drawing): void {
  if (to.attacker.from !== 'supplier' || !to.moves('remote-tool')) return;
  const tools = new Set((to.index.links.get('administers') ?? []).map(({ from }) => from));
  for (const tool of tools) {
    const asset = to.index.assets.get(tool);
    if (asset?.body.type !== 'saas-tenant') continue;
    const step = to.node(
      {
        kind: 'move',
        key: `move:remote-tool/${tool}`,
        label: `${nameOf(asset, tool)} is run by a supplier`,
        certainty: 'assumed',
        likelihood: LIKELIHOOD.undescribed,
      },
      asset,
    );
    to.edge(BEGINNING, step);
    to.edge(step, `asset:${tool}`);
  }
}
