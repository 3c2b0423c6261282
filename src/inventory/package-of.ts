/** From what an extractor found to a package: its canonical URL, and the name and ecosystem under which advisories know it. */
import type { Purl, Read } from '../versions/purl-model.ts';
import { osvPackage } from '../versions/purl-package.ts';
import { normalizePurl, purlText, readPurl } from '../versions/purl.ts';
import type { Distribution, Found, Package } from './schema.ts';

/** A package before it is known where else it lies. */
export type Named = Omit<Package, 'locations' | 'evidence' | 'ownedBy'>;

/** Types whose packages belong to a distribution. */
export const DISTRIBUTED: ReadonlySet<string> = new Set(['deb', 'rpm', 'apk', 'alpm']);

/** `problem`, in words, where no package URL can be made of it. */
export function packageOf(found: Found, distribution: Distribution | undefined): Read<Named> {
  const read = purlOf(found, distribution);
  if (read.problem !== undefined) return read;
  const purl = read.value;
  const osv = osvPackage(purl);
  return {
    value: {
      purl: purlText(purl),
      type: purl.type,
      ecosystem:
        osv === undefined || isForeign(found.vendor, osv.ecosystem)
          ? ''
          : ecosystemOf(osv.ecosystem, osv.release, purl.type),
      name: osv?.name ?? fullName(purl),
      version: osv?.version ?? versionOf(purl, found),
      ...withoutUndefined({
        arch: purl.qualifiers?.['arch'] ?? found.arch,
        source: sourceOf(found, purl, osv?.source),
        module: found.module,
        vendor: found.vendor,
        state: found.state,
        scope: found.scope,
      }),
    },
  };
}

type Defined<Fields> = { [Key in keyof Fields]?: Exclude<Fields[Key], undefined> };

function withoutUndefined<Fields extends object>(fields: Fields): Defined<Fields> {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as Defined<Fields>;
}

function purlOf(found: Found, distribution: Distribution | undefined): Read<Purl> {
  const given = found.purl === undefined ? undefined : readPurl(found.purl, { lenient: true });
  if (given?.value !== undefined) return withDistribution(given.value, distribution);
  const [version, epoch] = found.type === 'rpm' ? withoutEpoch(found.version) : [found.version];
  const namespace = DISTRIBUTED.has(found.type)
    ? (found.namespace ?? namespaceOf(distribution))
    : found.namespace;
  const built = normalizePurl(
    {
      type: found.type,
      namespace: namespace ?? null,
      name: found.name,
      version,
      qualifiers: {
        ...found.qualifiers,
        ...(found.arch === undefined ? {} : { arch: found.arch }),
        ...(epoch === undefined ? {} : { epoch }),
      },
    },
    { lenient: true },
  );
  return built.problem === undefined ? withDistribution(built.value, distribution) : built;
}

function withoutEpoch(version: string): readonly [string, string?] {
  const [, epoch, rest] = /^(\d+):(.*)$/s.exec(version) ?? [];
  return epoch === undefined || rest === undefined ? [version] : [rest, epoch];
}

/** os-release's ID → namespace of package URLs, where they differ. */
const NAMESPACES: ReadonlyMap<string, string> = new Map([
  ['amzn', 'amazon'],
  ['ol', 'oracle'],
  ['opensuse-leap', 'opensuse'],
  ['opensuse-tumbleweed', 'opensuse'],
  ['rhel', 'redhat'],
  ['sles', 'suse'],
  ['sles_sap', 'suse'],
]);

function namespaceOf(distribution: Distribution | undefined): string | undefined {
  if (distribution === undefined) return undefined;
  return NAMESPACES.get(distribution.id) ?? distribution.id;
}

function withDistribution(purl: Purl, distribution: Distribution | undefined): Read<Purl> {
  const fits = DISTRIBUTED.has(purl.type) && purl.qualifiers?.['distro'] === undefined;
  const distro = fits ? distroOf(distribution) : undefined;
  if (distro === undefined || distribution === undefined) return { value: purl };
  const namespace = purl.namespace ?? namespaceOf(distribution) ?? null;
  // What another distribution built keeps no release of this one.
  if (namespace !== namespaceOf(distribution)) return { value: purl };
  const qualifiers = { ...purl.qualifiers, distro };
  return normalizePurl({ ...purl, namespace, qualifiers }, { lenient: true });
}

/** `debian-12`; Debian's testing has a code name and no number yet. */
function distroOf(distribution: Distribution | undefined): string | undefined {
  if (distribution === undefined) return undefined;
  const { id, version, codename } = distribution;
  // Between two releases of Alpine packages are neither the one's nor the other's.
  if (id === 'alpine' && !/^\d+\.\d+(\.\d+)?$/.test(version)) return 'alpine-edge';
  const release = version === '' ? codename : version;
  return release === undefined ? undefined : `${id}-${release}`;
}

/** What the packages of an RPM distribution say of who built them. */
const VENDORS: ReadonlyMap<string, RegExp> = new Map([
  ['AlmaLinux', /\bAlmaLinux\b/i],
  ['Amazon Linux', /\bAmazon\b/i],
  ['Oracle Linux', /\bOracle\b/i],
  ['Red Hat', /\bRed Hat\b/i],
  ['Rocky Linux', /\b(Rocky|RESF)\b/i],
  ['SUSE', /\bSUSE\b/i],
  ['openSUSE', /\b(open)?SUSE\b/i],
]);

/** Another's build of the same name is not what the distribution's advisories speak of. */
function isForeign(vendor: string | undefined, ecosystem: string): boolean {
  return vendor !== undefined && VENDORS.get(ecosystem)?.test(vendor) === false;
}

/** They have one release that rolls on. */
const ROLLING = new Set(['Chainguard', 'Echo', 'MinimOS', 'Wolfi']);

/** Empty where the release is not known: advisories of some other release must not be asked. */
function ecosystemOf(ecosystem: string, release: string | undefined, type: string): string {
  if (release !== undefined) return `${ecosystem}:${release}`;
  return DISTRIBUTED.has(type) && !ROLLING.has(ecosystem) ? '' : ecosystem;
}

function fullName({ namespace, name, type }: Purl): string {
  return namespace === null || DISTRIBUTED.has(type) ? name : `${namespace}/${name}`;
}

function versionOf(purl: Purl, found: Found): string {
  const epoch = purl.type === 'rpm' ? purl.qualifiers?.['epoch'] : undefined;
  if (purl.version === null) return found.version;
  return epoch === undefined ? purl.version : `${epoch}:${purl.version}`;
}

/** A document that names the source and no version of it means the binary's. */
function sourceOf(found: Found, purl: Purl, named: string | undefined): Package['source'] {
  if (found.source !== undefined) return found.source;
  if (named === undefined) return undefined;
  const said = purl.type === 'rpm' ? undefined : purl.qualifiers?.['upstream']?.split('@')[1];
  return { name: named, version: said ?? versionOf(purl, found) };
}
