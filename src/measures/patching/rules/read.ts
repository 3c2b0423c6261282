/** A rule file to a rule set, or every problem with its line: a bad file changes nothing. */
import type * as z from 'zod';
import { decode } from '../../../estate/declared/decode.ts';
import type { Node } from '../../../estate/declared/node.ts';
import {
  collectProblems,
  formatProblem,
  quoted,
  type Problem,
} from '../../../estate/declared/problem.ts';
import { yamlNode } from '../../../estate/declared/yaml-node.ts';
import { HoldfastError } from '../../../kernel/errors.ts';
import { sha256Hex } from '../../../kernel/ids.ts';
import { checkRules } from './check.ts';
import { RuleSet } from './schema.ts';

export interface RuleFile {
  readonly set: RuleSet;
  /** SHA-256 (hex) of what it says; the same for another spelling of the same rules. */
  readonly digest: string;
  readonly text: string;
}

export type RuleFileResult =
  | { readonly ok: true; readonly file: RuleFile }
  | { readonly ok: false; readonly problems: readonly Problem[] };

const MOST_BYTES = 4 * 1024 * 1024;
const MOST_PROBLEMS = 100;

/**
 * Reads one rule set out of YAML 1.2 or JSON. Never throws for what the file holds.
 *
 * @example readRules('own.yaml', bytes) // { ok: false, problems: [{ line: 7, message: '…' }] }
 */
export function readRules(name: string, bytes: Uint8Array): RuleFileResult {
  const problems = collectProblems(MOST_PROBLEMS);
  const refuse = (code: Problem['code'], message: string, at: Place = FIRST) =>
    problems.add({ code, file: name, line: at.line, column: at.column, message });
  if (bytes.length > MOST_BYTES) {
    refuse('limit', 'the file is larger than 4 MiB; cut the rules into several sets');
    return { ok: false, problems: problems.list };
  }
  const text = decode(name, bytes, problems);
  const node = text === undefined ? undefined : yamlNode(text, name, 0, problems);
  if (text === undefined || node === undefined) {
    if (problems.list.length === 0) refuse('missing', 'the file holds no rules');
    return { ok: false, problems: problems.list };
  }
  const parsed = RuleSet.safeParse(plain(node));
  if (!parsed.success) {
    for (const issue of flat(parsed.error.issues)) {
      const at = placeOf(node, issue.path, issue.code === 'unrecognized_keys' ? issue.keys : []);
      refuse(codeOf(issue), `${fieldText(issue.path)}${messageOf(issue)}`, at);
    }
    return { ok: false, problems: sorted(problems.list) };
  }
  for (const { path, message } of checkRules(parsed.data))
    refuse('not-allowed', `${fieldText(path)}${message}`, placeOf(node, path, []));
  if (problems.list.length > 0) return { ok: false, problems: sorted(problems.list) };
  const set = parsed.data;
  return { ok: true, file: { set, digest: sha256Hex(canonical(set)), text } };
}

/** @throws HoldfastError `bad_file` that names each line and what is wrong there. */
export function requireRules(name: string, bytes: Uint8Array): RuleFile {
  const result = readRules(name, bytes);
  if (result.ok) return result.file;
  throw new HoldfastError('bad_file', result.problems.map(formatProblem).join('\n'), {
    remedy: 'The rules of before stay in force; mend the file and adopt it again.',
  });
}

interface Place {
  readonly line: number;
  readonly column: number;
}
const FIRST: Place = { line: 1, column: 1 };

/** What the YAML core schema makes of plain words that a rule may hold: numbers and booleans. */
function plain(node: Node): unknown {
  switch (node.type) {
    case 'list':
      return node.items.map(plain);
    case 'mapping':
      return Object.fromEntries(node.entries.map(({ key, value }) => [key, plain(value)]));
    case 'scalar':
      if (!node.plain) return node.text;
      if (/^-?\d{1,15}(?:\.\d{1,9})?$/.test(node.text)) return Number(node.text);
      if (/^(?:true|false)$/.test(node.text)) return node.text === 'true';
      return /^(?:|~|null)$/.test(node.text) ? null : node.text;
  }
}

/** The place of the deepest node of the path that exists; of an unknown field, the field itself. */
function placeOf(root: Node, path: readonly PropertyKey[], keys: readonly string[]): Place {
  let node = root;
  let at: Place = root;
  for (const step of path) {
    const entry =
      node.type === 'mapping' ? node.entries.find(({ key }) => key === step) : undefined;
    const next = node.type === 'list' ? node.items[Number(step)] : entry?.value;
    if (next === undefined) break;
    node = next;
    at = entry ?? next;
  }
  const named = node.type === 'mapping' ? node.entries.find(({ key }) => keys.includes(key)) : null;
  return named ?? at;
}

type Issue = z.core.$ZodIssue;

/** Of alternatives, the one whose fields were meant says what is wrong. */
function flat(issues: readonly Issue[], under: readonly PropertyKey[] = []): Issue[] {
  return issues.flatMap((issue) => {
    const path = [...under, ...issue.path];
    if (issue.code === 'invalid_union') {
      const [nearest] = issue.errors
        .map((each) => flat(each, path))
        .filter(
          (each) =>
            each.every(({ code }) => code !== 'unrecognized_keys') &&
            each.some((inner) => inner.path.length > path.length),
        );
      if (nearest !== undefined) return nearest;
    }
    return [{ ...issue, path }];
  });
}

function codeOf(issue: Issue): Problem['code'] {
  if (issue.code === 'unrecognized_keys') return 'unknown-field';
  return isMissing(issue) ? 'missing' : 'not-allowed';
}

function isMissing(issue: Issue): boolean {
  return issue.code === 'invalid_type' && issue.message.endsWith('received undefined');
}

function messageOf(issue: Issue): string {
  if (isMissing(issue)) return 'is missing';
  switch (issue.code) {
    case 'unrecognized_keys':
      return `unknown field ${issue.keys.map(quoted).join(', ')}`;
    case 'invalid_value':
      return `must be one of ${issue.values.map(String).join(', ')}`;
    case 'invalid_union':
      return 'is not one of the allowed forms (docs/guide/patching.md)';
    default:
      return issue.message.replace(/^./, (letter) => letter.toLowerCase());
  }
}

/** `rules[2].limit.days: `; rules count from 1, as people count. */
function fieldText(path: readonly PropertyKey[]): string {
  if (path.length === 0) return '';
  const words = path.map((step) =>
    typeof step === 'number' ? `[${step + 1}]` : `.${String(step)}`,
  );
  return `${words.join('').replace(/^\./, '')}: `;
}

function sorted(problems: readonly Problem[]): Problem[] {
  return problems.toSorted((a, b) => a.line - b.line || a.column - b.column);
}

/** JSON with sorted keys: what is said, not how it is spelled. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
