/** The product tree of a CSAF document: which package of which release a product id means. */
import type { Purl } from '../../versions/purl-model.ts';
import { readPurl } from '../../versions/purl.ts';
import { objectOf, objectsOf, textOf, type JsonObject } from '../read-json.ts';

export interface Product {
  /** OSV's name, as `canonicalEcosystem` takes it: `Red Hat:enterprise_linux:9::appstream`. */
  readonly ecosystem: string;
  readonly name: string;
  /** With its epoch; undefined where the product names the package only. */
  readonly version: string | undefined;
  /** `nodejs:18` */
  readonly module: string | undefined;
  /** A source package: it speaks of every package built from it. */
  readonly source: boolean;
}

interface Leaf {
  readonly purl: string;
  readonly cpe: string;
  readonly name: string;
}

interface Relation {
  readonly part: string;
  readonly within: string;
}

interface Tree {
  readonly leaves: ReadonlyMap<string, Leaf>;
  readonly relations: ReadonlyMap<string, Relation>;
}

/** Product ids as the status lists use them (`RELEASE:PACKAGE`, `RELEASE:MODULE:PACKAGE`) → what they mean. */
export function productsOf(tree: JsonObject): Map<string, Product> {
  const leaves = new Map<string, Leaf>();
  collect(objectsOf(tree['branches']), leaves, 0);
  for (const product of objectsOf(tree['full_product_names'])) addLeaf(product, leaves);
  const relations = new Map<string, Relation>();
  for (const relationship of objectsOf(tree['relationships'])) {
    const part = textOf(relationship['product_reference']);
    const within = textOf(relationship['relates_to_product_reference']);
    relations.set(textOf(objectOf(relationship['full_product_name'])['product_id']), {
      part,
      within,
    });
  }
  const products = new Map<string, Product>();
  for (const [id, { part, within }] of relations) {
    const release = releaseOf({ leaves, relations }, within, 0);
    const product = release === undefined ? undefined : productOf(release, part, leaves.get(part));
    if (product !== undefined) products.set(id, product);
  }
  return products;
}

const DEEPEST = 32;

function collect(branches: readonly JsonObject[], leaves: Map<string, Leaf>, depth: number): void {
  if (depth > DEEPEST) return;
  for (const branch of branches) {
    if ('product' in branch) addLeaf(objectOf(branch['product']), leaves);
    collect(objectsOf(branch['branches']), leaves, depth + 1);
  }
}

function addLeaf(product: JsonObject, leaves: Map<string, Leaf>): void {
  const helper = objectOf(product['product_identification_helper']);
  leaves.set(textOf(product['product_id']), {
    purl: textOf(helper['purl']),
    cpe: textOf(helper['cpe']),
    name: textOf(product['name']),
  });
}

interface Release {
  readonly ecosystem: string;
  readonly module: string | undefined;
}

/** A release itself, or a module of one: packages relate to the module, and the module to the release. */
function releaseOf(tree: Tree, id: string, depth: number): Release | undefined {
  const leaf = tree.leaves.get(id);
  if (leaf !== undefined) {
    const ecosystem = ecosystemOf(leaf);
    return ecosystem === '' ? undefined : { ecosystem, module: undefined };
  }
  const relation = tree.relations.get(id);
  if (relation === undefined || depth > DEEPEST) return undefined;
  const outer = releaseOf(tree, relation.within, depth + 1);
  return outer === undefined
    ? undefined
    : { ...outer, module: moduleOf(relation.part) ?? outer.module };
}

/** `cpe:/a:redhat:enterprise_linux:9::appstream` → `Red Hat:enterprise_linux:9::appstream`. */
function ecosystemOf({ cpe, name }: Leaf): string {
  const redhat = /^cpe:(?:\/|2\.3:)[aoh]:redhat:(.+)$/.exec(cpe)?.[1];
  if (redhat !== undefined) return `Red Hat:${redhat.replace(/(?::\*)+$/, '')}`;
  return /^cpe:(?:\/|2\.3:)[aoh]:suse:/.test(cpe) ? `SUSE:${name.replace(/^SUSE\s+/, '')}` : '';
}

/** `nodejs:18:8100020240301:489197e6` → `nodejs:18`. */
function moduleOf(part: string): string | undefined {
  return /^([\w.+-]+:[\w.+-]+)(?::|\/|$)/.exec(part)?.[1];
}

function productOf(release: Release, part: string, leaf: Leaf | undefined): Product | undefined {
  const purl = leaf?.purl ?? '';
  if (purl === '') return plainProduct(release, part);
  const parsed = readPurl(purl, { lenient: true }).value;
  if (parsed?.type === 'rpm') return rpmProduct(release, part, parsed);
  // A module alone is no package, a package within a module is.
  return parsed?.type === 'rpmmod' && part.includes('/') ? plainProduct(release, part) : undefined;
}

function rpmProduct(release: Release, part: string, purl: Purl): Product {
  const { epoch, rpmmod, arch } = purl.qualifiers ?? {};
  const version = purl.version ?? undefined;
  return {
    ecosystem: release.ecosystem,
    name: purl.name,
    version: version === undefined || epoch === undefined ? version : `${epoch}:${version}`,
    module: rpmmod === undefined ? (inModule(part) ?? release.module) : moduleOf(rpmmod),
    source: arch === 'src',
  };
}

/** `nodejs:16/nodejs-nodemon` is a package of a module, `openssl` a package; without a version they are source packages. */
function plainProduct(release: Release, part: string): Product | undefined {
  const name = /^(?:[^/\s]+\/)?([^/\s:]+)$/.exec(part)?.[1];
  if (name === undefined) return undefined;
  return {
    ecosystem: release.ecosystem,
    name,
    version: undefined,
    module: inModule(part) ?? release.module,
    source: true,
  };
}

function inModule(part: string): string | undefined {
  return part.includes('/') ? moduleOf(part) : undefined;
}
