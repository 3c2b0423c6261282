/** A diff for people and for programs. */
import type { Kind } from '../schema.ts';
import type { EstateDiff, FieldChange } from './diff.ts';
import { formatPosition } from './problem.ts';

interface RenderOptions {
  /** ANSI colours; only for a terminal that wants them. */
  readonly color?: boolean;
  /** Items shown of each sort; the summary always counts all. */
  readonly most?: number;
}

const MARKS = {
  added: ['+', 32],
  changed: ['~', 33],
  missing: ['-', 31],
  kept: ['?', 36],
} as const;

/**
 * Lines of plain text, a summary last.
 *
 * @example '~ customer rx1 (customers.yaml:3:5)\n    name: Riverside → Riverside Trust\n1 changed, 699 unchanged.\n'
 */
export function renderDiff(diff: EstateDiff, options: RenderOptions = {}): string {
  const most = options.most ?? 200;
  const lines: string[] = [];
  const mark = (sort: keyof typeof MARKS, text: string) => {
    const [sign, code] = MARKS[sort];
    const shown = `${sign} ${visible(text)}`;
    lines.push(options.color === true ? `\u001b[${code}m${shown}\u001b[0m` : shown);
  };
  const more = (all: number, what: string) => {
    if (all > most) lines.push(`  … and ${all - most} more ${what}`);
  };
  for (const { at, observation } of diff.added.slice(0, most)) {
    mark('added', `${observation.kind} ${observation.key} (${formatPosition(at)})`);
  }
  more(diff.added.length, 'added');
  for (const { placed, changes } of diff.changed.slice(0, most)) {
    const { kind, key } = placed.observation;
    mark('changed', `${kind} ${key} (${formatPosition(placed.at)})`);
    for (const change of changes) lines.push(`    ${visible(renderChange(change))}`);
  }
  more(diff.changed.length, 'changed');
  for (const { kind, key } of diff.missing.slice(0, most)) {
    if (diff.complete) mark('missing', `${kind} ${key} ends: no longer in the files`);
    else mark('kept', `${kind} ${key} is no longer in the files (kept)`);
  }
  more(diff.missing.length, 'no longer in the files');
  return `${[...lines, summarise(diff)].join('\n')}\n`;
}

/** @example '12 added, 3 changed, 680 unchanged, 1 no longer in the files (kept).' */
export function summarise({ added, changed, unchanged, missing, complete }: EstateDiff): string {
  if (added.length + changed.length + missing.length === 0) {
    return `Nothing changes: ${unchanged} unchanged.`;
  }
  const parts = [
    [added.length, 'added'],
    [changed.length, 'changed'],
    [unchanged, 'unchanged'],
    [missing.length, complete ? 'ended' : 'no longer in the files (kept)'],
  ] as const;
  const said = parts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
  return `${said.join(', ')}.`;
}

function renderChange({ field, old, new: now, joined, left }: FieldChange): string {
  if (joined === undefined && left === undefined) return `${field}: ${show(old)} → ${show(now)}`;
  const all = [
    ...(joined ?? []).map((value) => `+ ${show(value)}`),
    ...(left ?? []).map((value) => `- ${show(value)}`),
  ];
  const rest = all.length > 20 ? [`… and ${all.length - 20} more`] : [];
  return `${field}: ${[...all.slice(0, 20), ...rest].join(', ')}`;
}

function show(value: unknown): string {
  if (value === undefined) return '(none)';
  if (typeof value === 'string') return value;
  if (isRef(value)) return `${value.kind}/${value.key}`;
  return JSON.stringify(value);
}

function isRef(value: unknown): value is { kind: string; key: string } {
  return typeof value === 'object' && value !== null && 'kind' in value && 'key' in value;
}

/** What was stored long ago may hold what a terminal would obey. */
function visible(text: string): string {
  return text.replaceAll(/[\p{Cc}\u2028-\u202e\u2066-\u2069]/gu, '\ufffd');
}

/** The diff as programs get it; positions and bodies of what is new, old and new values of what changed. */
export interface DiffJson {
  readonly complete: boolean;
  readonly summary: Readonly<Record<'added' | 'changed' | 'unchanged' | 'missing', number>>;
  readonly added: readonly (EntityJson & { readonly body: unknown })[];
  readonly changed: readonly (EntityJson & { readonly changes: readonly FieldChange[] })[];
  readonly missing: EstateDiff['missing'];
}

interface EntityJson {
  readonly kind: Kind;
  readonly key: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export function diffJson(diff: EstateDiff): DiffJson {
  const { added, changed, unchanged, missing, complete } = diff;
  return {
    complete,
    summary: {
      added: added.length,
      changed: changed.length,
      unchanged,
      missing: missing.length,
    },
    added: added.map(({ at, observation: { kind, key, body } }) => ({ kind, key, ...at, body })),
    changed: changed.map(({ placed: { at, observation }, changes }) => ({
      kind: observation.kind,
      key: observation.key,
      ...at,
      changes,
    })),
    missing,
  };
}
