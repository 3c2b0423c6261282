/**
 * Rules of policies as a formula over conditions: what each condition means is not worked out but for groups, only which of
 * them stand together, so that every combination of them can be tried.
 */

export type Formula =
  | { readonly kind: 'constant'; readonly value: boolean }
  | { readonly kind: 'condition'; readonly text: string }
  | { readonly kind: 'not'; readonly inner: Formula }
  | { readonly kind: 'and' | 'or'; readonly left: Formula; readonly right: Formula };

const CONSTANTS: Readonly<Record<string, boolean>> = {
  true: true,
  ns_true: true,
  false: false,
  ns_false: false,
};
/** Classic operators that deny another: `NOTCONTAINS x` is the opposite of `CONTAINS x`. */
const DENIALS: readonly (readonly [RegExp, string])[] = [
  [/\bNOTCONTAINS\b/i, 'CONTAINS'],
  [/\bNOTEXISTS\b/i, 'EXISTS'],
  [/ != /, ' == '],
];
const DEEPEST = 50;
const GROUP =
  /^(?:HTTP\.REQ\.USER|AAA\.USER|SYS\.USER|VPN\.USER)\.IS_MEMBER_OF\(\s*(?:"([^"]+)"|'([^']+)'|([\w.-]+))\s*\)$/i;

/** The formula of a rule; undefined where it cannot be read. `named` are the expressions that have a name of their own. */
export function formulaOf(
  text: string,
  named: ReadonlyMap<string, string> = new Map(),
): Formula | undefined {
  return new Reader(named).read(text, 0);
}

/** The group that a condition asks for, or undefined where it asks for something else. */
export function groupOf(condition: string): string | undefined {
  const [, double, single, bare] = GROUP.exec(condition) ?? [];
  return double ?? single ?? bare;
}

export function conditionsOf(formula: Formula): string[] {
  switch (formula.kind) {
    case 'constant':
      return [];
    case 'condition':
      return [formula.text];
    case 'not':
      return conditionsOf(formula.inner);
    case 'and':
    case 'or':
      return [...conditionsOf(formula.left), ...conditionsOf(formula.right)];
  }
}

/** Whether the formula holds when exactly the conditions in `met` do. */
export function isMet(formula: Formula, met: ReadonlySet<string>): boolean {
  switch (formula.kind) {
    case 'constant':
      return formula.value;
    case 'condition':
      return met.has(formula.text);
    case 'not':
      return !isMet(formula.inner, met);
    case 'and':
      return isMet(formula.left, met) && isMet(formula.right, met);
    case 'or':
      return isMet(formula.left, met) || isMet(formula.right, met);
  }
}

/** Reads `||`, `&&`, `!`, brackets and a trailing `.NOT`; everything between them is a condition. */
class Reader {
  readonly #named: ReadonlyMap<string, string>;

  constructor(named: ReadonlyMap<string, string>) {
    this.#named = named;
  }

  read(text: string, depth: number): Formula | undefined {
    if (depth > DEEPEST) return undefined;
    const bare = text.trim();
    for (const [sign, kind] of [
      ['||', 'or'],
      ['&&', 'and'],
    ] as const) {
      const at = outside(bare, sign);
      if (at === undefined) return undefined;
      if (at < 0) continue;
      const left = this.read(bare.slice(0, at), depth + 1);
      const right = this.read(bare.slice(at + 2), depth + 1);
      return left === undefined || right === undefined ? undefined : { kind, left, right };
    }
    return this.#single(bare, depth);
  }

  #single(bare: string, depth: number): Formula | undefined {
    if (bare === '') return undefined;
    const denied = deniedPart(bare);
    if (denied !== undefined) return negated(this.read(denied, depth + 1));
    if (bare.startsWith('(') && closing(bare, 0) === bare.length - 1) {
      return this.read(bare.slice(1, -1), depth + 1);
    }
    const constant = CONSTANTS[bare.toLowerCase()];
    if (constant !== undefined) return { kind: 'constant', value: constant };
    const expression = this.#named.get(bare.toLowerCase());
    if (expression !== undefined) return this.read(expression, depth + 1);
    return condition(bare);
  }
}

/** `!x` and `x.NOT`, where they deny the whole. */
function deniedPart(bare: string): string | undefined {
  if (bare.startsWith('!')) return bare.slice(1);
  return /\.NOT$/i.test(bare) ? bare.slice(0, -4) : undefined;
}

function negated(inner: Formula | undefined): Formula | undefined {
  return inner === undefined ? undefined : { kind: 'not', inner };
}

function condition(bare: string): Formula {
  const text = bare.replace(/\s+/g, ' ');
  for (const [denial, claim] of DENIALS) {
    if (!denial.test(text)) continue;
    return { kind: 'not', inner: { kind: 'condition', text: text.replace(denial, claim) } };
  }
  return { kind: 'condition', text };
}

/** Where `sign` stands outside of brackets and quotes, the first time; -1 where nowhere, undefined where brackets do not close. */
function outside(text: string, sign: string): number | undefined {
  let found = -1;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at] ?? '';
    if (character === '"' || character === "'") at = quoteEnd(text, at);
    else if (character === '(') at = closing(text, at);
    else if (character === ')') return undefined;
    else if (found < 0 && text.startsWith(sign, at)) found = at;
    if (at >= text.length) return undefined;
  }
  return found;
}

/** The place of the bracket that closes the one at `start`; the text's length where none does. */
function closing(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at += 1) {
    const character = text[at] ?? '';
    if (character === '"' || character === "'") at = quoteEnd(text, at);
    else if (character === '(') depth += 1;
    else if (character === ')') depth -= 1;
    if (depth === 0) return at;
  }
  return text.length;
}

function quoteEnd(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === text[start]) return at;
  }
  return text.length;
}
