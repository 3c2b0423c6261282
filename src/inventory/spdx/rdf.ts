/**
 * SPDX 2 as RDF/XML in the form that its tools write: typed nodes, in place or by reference. Nodes that are typed
 * another way would not be seen, so a document with such nodes is refused rather than read in part.
 */
import { HoldfastError } from '../../kernel/errors.ts';
import { childOf, parseXml, textOf, type XmlElement } from '../xml.ts';
import { relate, type Graph, type SpdxDocument, type SpdxPackage } from './document.ts';
import { CPE_TYPE, PURL_TYPE, purposeOf, stated } from './json.ts';

const SPDX = 'http://spdx.org/rdf/terms#';
const RDF = 'http://www.w3.org/1999/02/22-rdf-syntax-ns#';

type Building = { -readonly [Key in keyof SpdxPackage]: SpdxPackage[Key] } & { purls: string[] };

/** @throws HoldfastError `bad_file` where it is no XML or no SPDX; `unsupported` for another form of RDF. */
export async function readRdf(bytes: Buffer, what: string): Promise<SpdxDocument> {
  const root = await parseXml(bytes, { what });
  const graph: Graph = { described: new Set(), wholes: new Set() };
  const packages = new Map<string, Building>();
  let version = '';

  walk(root, '');
  if (version === '') {
    throw new HoldfastError('bad_file', `${what}: no SPDX document: it does not say its version`);
  }
  return { version, packages: [...packages.values()], ...graph };

  /** `owner` is the identifier of the element in which this one stands. */
  function walk(element: XmlElement, owner: string): void {
    if (element.namespace === RDF && element.name === 'Description') {
      throw new HoldfastError(
        'bad_file',
        `${what} line ${element.line}: this form of RDF is not read; convert it to JSON`,
      );
    }
    const own = element.namespace === SPDX ? idOf(element) : '';
    if (element.namespace === SPDX) read(element, own, owner);
    for (const child of element.children) walk(child, own === '' ? owner : own);
  }

  function read(element: XmlElement, own: string, owner: string): void {
    switch (element.name) {
      case 'specVersion':
        version = element.text.replace(/^SPDX-/, '');
        break;
      case 'Package':
        addPackage(element, own);
        break;
      case 'Relationship':
        addRelationship(element, owner);
        break;
      case 'describesPackage':
        graph.described.add(element.attributes.get('resource') ?? idOf(element.children[0]));
        break;
      default:
    }
  }

  function addPackage(element: XmlElement, id: string): void {
    const key = id === '' ? `line ${element.line}` : id;
    const known = packages.get(key);
    const read = packageOf(element, id);
    if (known === undefined) {
      packages.set(key, read);
      return;
    }
    known.name ||= read.name;
    known.version ||= read.version;
    known.purls.push(...read.purls);
    known.identified ||= read.identified;
    known.purpose ||= read.purpose;
  }

  function addRelationship(element: XmlElement, owner: string): void {
    const type = resourceOf(element, 'relationshipType').replace(/^.*relationshipType_/, '');
    const related = childOf(element, 'relatedSpdxElement');
    const to = related?.attributes.get('resource') ?? idOf(related?.children[0]);
    relate(graph, owner, type.replace(/(?=[A-Z])/g, '_'), to);
  }
}

function idOf(element: XmlElement | undefined): string {
  return element?.attributes.get('about') ?? element?.attributes.get('ID') ?? '';
}

function resourceOf(element: XmlElement, name: string): string {
  const child = childOf(element, name);
  return child?.attributes.get('resource') ?? child?.text ?? '';
}

function packageOf(element: XmlElement, id: string): Building {
  const references = element.children
    .filter(({ name }) => name === 'externalRef')
    .flatMap(({ children }) => children);
  const locators = (type: RegExp): string[] =>
    references
      .filter((reference) => type.test(resourceOf(reference, 'referenceType')))
      .flatMap((reference) => textOf(reference, 'referenceLocator') ?? []);
  return {
    id,
    name: textOf(element, 'name') ?? '',
    version: stated(textOf(element, 'versionInfo')),
    purls: locators(PURL_TYPE),
    identified: locators(CPE_TYPE).length > 0,
    purpose: purposeOf(resourceOf(element, 'primaryPackagePurpose').replace(/^.*purpose_/, '')),
    sourceInfo: textOf(element, 'sourceInfo') ?? '',
    at: `line ${element.line}`,
    line: element.line,
  };
}
