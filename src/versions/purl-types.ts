/** What each package-url type demands beyond the common syntax (the type definitions of purl-spec, ECMA-427). */
import type { Purl } from './purl-model.ts';

const LOWER_NAMESPACE = new Set(
  'alpm apk bitbucket brew composer deb git github hex luarocks qpkg rpm vscode-extension yocto'.split(
    ' ',
  ),
);

const LOWER_NAME = new Set(
  (
    'alpm apk bitbucket bitnami brew chrome-extension composer deb git github hex luarocks oci otp pub pypi ' +
    'vscode-extension'
  ).split(' '),
);

const LOWER_VERSION = new Set('huggingface oci pypi vscode-extension'.split(' '));

const NAMESPACE_REQUIRED = new Set(
  'bitbucket composer git github huggingface maven swift vscode-extension'.split(' '),
);

const NAMESPACE_PROHIBITED = new Set(
  (
    'bazel bitnami cargo chrome-extension cocoapods conda cran gem hackage julia mlflow nuget oci opam otp pub pypi ' +
    'vcpkg'
  ).split(' '),
);

const QUALIFIER_REQUIRED: ReadonlyMap<string, string> = new Map([
  ['julia', 'uuid'],
  ['swid', 'tag_id'],
]);

/** In `pkg:git/host/owner/repository` the namespace is the host alone. */
export function nameHoldsSlashes(type: string): boolean {
  return type === 'git';
}

/** The same package under the type's canonical spelling. */
export function normalizedPurl(purl: Purl): Purl {
  const { type, namespace, version } = purl;
  return {
    ...purl,
    namespace: LOWER_NAMESPACE.has(type) ? (namespace?.toLowerCase() ?? null) : namespace,
    name: normalizedName(purl),
    version: LOWER_VERSION.has(type) ? (version?.toLowerCase() ?? null) : version,
  };
}

function normalizedName({ type, name, qualifiers }: Purl): string {
  const lower = LOWER_NAME.has(type) ? name.toLowerCase() : name;
  if (type === 'pypi') return lower.replaceAll('_', '-');
  if (type === 'pub') return lower.replace(/[^a-z0-9]/g, '_');
  if (type === 'mlflow' && isDatabricks(qualifiers?.['repository_url'])) return name.toLowerCase();
  return lower;
}

/** MLflow names are case sensitive except where Databricks keeps them. */
function isDatabricks(repository: string | undefined): boolean {
  return repository?.includes('databricks') === true;
}

/** What breaks the rules of the type, or undefined. */
export function typeProblem(purl: Purl): string | undefined {
  const { type, namespace, qualifiers } = purl;
  if (NAMESPACE_REQUIRED.has(type) && namespace === null) return `${type} needs a namespace`;
  if (NAMESPACE_PROHIBITED.has(type) && namespace !== null) return `${type} has no namespaces`;
  const key = QUALIFIER_REQUIRED.get(type);
  if (key !== undefined && qualifiers?.[key] === undefined) {
    return `${type} needs the qualifier ${key}`;
  }
  return NAMING[type]?.(purl);
}

const NAMING: Readonly<Record<string, (purl: Purl) => string | undefined>> = {
  cpan: ({ name }) => (name.includes('::') ? 'cpan names a distribution, not a module' : undefined),
  'chrome-extension': ({ name, version }) => {
    if (!/^[a-p]{32}$/.test(name)) return 'a chrome-extension is named by 32 letters from a to p';
    const readable = version === null || /^\d+(?:\.\d+){0,3}$/.test(version);
    return readable ? undefined : 'a chrome-extension version is one to four numbers';
  },
};
