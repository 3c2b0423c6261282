/** The report as an OpenVEX 0.2.0 document: what the scan says of each component, for other scanners to take over. */
import type { Finding } from '../advisories/verdict.ts';
import { plain, short, webAddress } from './plain.ts';
import { contentUuid, iriOf } from './identifiers.ts';
import type { ScanReport } from './report.ts';
import { reasonWords } from './words.ts';

/** Identifiers and times come from the report alone: the same report gives the same bytes. */
export function formatOpenVex(report: ScanReport): object {
  const statements = statementsOf(report.findings);
  return {
    '@context': 'https://openvex.dev/ns/v0.2.0',
    '@id': contentUuid({ at: report.at, target: report.target, statements }),
    author: 'Holdfast',
    role: 'Scanner',
    timestamp: report.at,
    version: 1,
    tooling: `Holdfast ${plain(report.version)}`,
    statements: statements.map((statement) => ({ '@id': contentUuid(statement), ...statement })),
  };
}

interface Statement {
  readonly vulnerability: object;
  readonly products: object[];
  readonly status: string;
}

/** Findings that say the same of several components are one statement. */
function statementsOf(findings: readonly Finding[]): Statement[] {
  const statements = new Map<string, Statement>();
  for (const finding of findings) {
    const said = { vulnerability: vulnerabilityOf(finding), ...statusOf(finding) };
    const key = JSON.stringify(said);
    const product = { '@id': iriOf(finding.purl), identifiers: { purl: iriOf(finding.purl) } };
    const known = statements.get(key);
    if (known === undefined) statements.set(key, { ...said, products: [product] });
    else known.products.push(product);
  }
  return [...statements.values()];
}

function vulnerabilityOf({ id, aliases, summary, url }: Finding): object {
  const names = [...new Set([id, ...aliases])].map((name) => short(name, 200));
  // Readers of VEX look a flaw up by its CVE.
  const name = names.find((each) => each.startsWith('CVE-')) ?? names[0] ?? '';
  const address = webAddress(url);
  const others = names.filter((each) => each !== name).sort();
  return {
    ...(address !== undefined && { '@id': address }),
    name,
    ...(summary !== '' && { description: short(summary, 500) }),
    ...(others.length > 0 && { aliases: others }),
  };
}

function statusOf(
  finding: Finding,
): { readonly status: string } & Readonly<Record<string, string>> {
  switch (finding.state) {
    case 'affected':
      return { status: 'affected', action_statement: actionOf(finding) };
    case 'unknown':
      return {
        status: 'under_investigation',
        status_notes: `Not known: ${reasonWords(finding.reason)}.`,
      };
    case 'not_affected':
      return notAffected(finding);
  }
}

function actionOf({ fixed, fixState }: Finding): string {
  if (fixed.length > 0) return `Update to ${short(fixed.join(' or '), 200)}.`;
  if (fixState === 'wont-fix')
    return 'The vendor will not repair it: replace or isolate the component.';
  return 'No repair is known: restrict who reaches the component until there is one.';
}

const JUSTIFICATIONS = new Set([
  'component_not_present',
  'vulnerable_code_not_present',
  'vulnerable_code_not_in_execute_path',
  'vulnerable_code_cannot_be_controlled_by_adversary',
  'inline_mitigations_already_exist',
]);

/** With the justification of the document that said so; a version outside of every range does not hold the code. */
function notAffected({ vex, explain }: Finding): ReturnType<typeof statusOf> {
  const own = vex?.justification ?? '';
  const outside = explain.feeds.every(({ says }) => says === 'outside' || says === 'silent');
  const justification = JUSTIFICATIONS.has(own)
    ? own
    : vex === undefined && outside
      ? 'vulnerable_code_not_present'
      : undefined;
  if (vex?.status === 'fixed')
    return { status: 'fixed', status_notes: short(explain.sentence, 400) };
  return {
    status: 'not_affected',
    ...(justification !== undefined && { justification }),
    impact_statement: short(explain.sentence, 400),
  };
}
