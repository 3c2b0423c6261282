/**
 * Decides what each column of an extract holds, from its name and a sample of its values. The decision is made for the
 * column and never for one value: one ten-digit number in eleven has a right check digit, a column of twenty such by chance
 * has not (README.md gives the measured rates).
 */
import type { Category } from './categories.ts';
import type { ColumnMeaning, Role } from './column-words.ts';
import { meaningOf } from './column-words.ts';
import type { DateOrder } from './identity-text.ts';
import { dateNumber, postcodeKey } from './identity-text.ts';
import { parseNhsNumber } from './nhs-number.ts';

export interface Column {
  /** From 0. */
  readonly index: number;
  readonly role: Role;
  readonly categories: readonly Category[];
  /** How the column may be called outside: its name when the name is a known word, else its number. */
  readonly label: string;
  /** Share of the sample's non-empty values that have the form of the role; 1 where the role has no form. */
  readonly fits: number;
  readonly dateOrder: DateOrder;
  /** A column called "alive": yes means not dead. */
  readonly inverted: boolean;
  /** The name promises something that the values are not. */
  readonly fault?: 'named-nhs-number-but-invalid';
}

export interface DetectOptions {
  readonly acceptTestRange: boolean;
  /** The year of the count, to read two-digit years and to refuse future births. */
  readonly thisYear: number;
}

/** Without a name that says so, this many values must be there, and this share of them must fit. */
const ENOUGH = 20;
const MOST = 0.8;
/** With a name that says so. */
const ENOUGH_NAMED = 1;
const HALF = 0.5;

/**
 * One decision for each column. `header` is empty when the extract has none.
 *
 * @example detectColumns(['NHS No', 'note'], [['999 123 4580', 'keysafe 4471']], { acceptTestRange: true, thisYear: 2022 })
 */
export function detectColumns(
  header: readonly string[],
  sample: readonly (readonly string[])[],
  options: DetectOptions,
): Column[] {
  const width = sample.reduce((most, row) => Math.max(most, row.length), header.length);
  const columns: Column[] = [];
  for (let index = 0; index < width; index++) {
    const values = sample
      .map((row) => (row[index] ?? '').trim())
      .filter((value) => !isBlank(value));
    columns.push(decide(index, header[index] ?? '', values, options));
  }
  return header.length === 0 ? withNames(onlyOne(columns), sample) : onlyOne(columns);
}

function decide(index: number, name: string, values: string[], options: DetectOptions): Column {
  const meaning = meaningOf(name);
  const label = meaning.known
    ? `column ${index + 1} (${name.trim().slice(0, 60)})`
    : `column ${index + 1}`;
  const dateOrder = orderOf(values);
  const inverted = /alive|living/i.test(name);
  const base = { index, label, dateOrder, inverted, categories: meaning.categories, fits: 1 };
  const fromName = byName(meaning, values, dateOrder, options);
  if (fromName !== undefined) return { ...base, ...fromName };
  const fromValues = byValues(meaning, values, dateOrder, options);
  return { ...base, ...fromValues };
}

/** Empty, or what stands for it: a column of placeholders for missing numbers is still a column of numbers. */
function isBlank(value: string): boolean {
  return value === '' || BLANK.test(value);
}

const BLANK = /^(?:n ?\/? ?a|nil|none|null|unknown|not known|-+|(\d)\1{9})$/i;

type Decision = Pick<Column, 'role'> & Partial<Column>;

/** A named column keeps its name's meaning when at least half of its values fit, or when its meaning has no form. */
function byName(
  meaning: ColumnMeaning,
  values: readonly string[],
  order: DateOrder,
  options: DetectOptions,
): Decision | undefined {
  if (meaning.role === 'other' || meaning.role === 'free-text') return undefined;
  const form = formOf(meaning.role, order, options);
  if (form === undefined || values.length < ENOUGH_NAMED) return { role: meaning.role };
  const fits = share(values, form);
  if (fits >= HALF) return { role: meaning.role, fits };
  if (meaning.role === 'nhs-number')
    return { role: 'other', fault: 'named-nhs-number-but-invalid' };
  return { role: 'free-text', fits: 1 };
}

function byValues(
  meaning: ColumnMeaning,
  values: readonly string[],
  order: DateOrder,
  options: DetectOptions,
): Decision {
  const add = (...more: Category[]): readonly Category[] => [
    ...new Set([...meaning.categories, ...more]),
  ];
  if (values.length >= ENOUGH && !meaning.somebodyElse) {
    for (const role of ['nhs-number', 'email', 'postcode', 'phone'] as const) {
      const form = formOf(role, order, options);
      const fits = form === undefined ? 0 : share(values, form);
      if (fits >= MOST && new Set(values).size >= ENOUGH / 4) {
        return { role, fits, categories: add('contact') };
      }
    }
    if (isBirthColumn(values, order, options)) {
      return { role: 'date-of-birth', fits: 1, categories: add('contact') };
    }
    const category = categoryOfValues(values);
    if (category !== undefined) return { role: 'other', categories: add(category) };
  }
  return { role: textOrOther(meaning, values), categories: add(...textCategories(values)) };
}

/** Anything long enough to say something is read for ways into a home, and so is a column that was empty in the sample. */
function textOrOther(meaning: ColumnMeaning, values: readonly string[]): Role {
  if (meaning.role === 'free-text' || values.length === 0) return 'free-text';
  return values.some((value) => value.length >= 12 && /[a-z] [a-z\d]/i.test(value))
    ? 'free-text'
    : 'other';
}

function formOf(
  role: Role,
  order: DateOrder,
  options: DetectOptions,
): ((value: string) => boolean) | undefined {
  switch (role) {
    case 'nhs-number':
      return (value) => parseNhsNumber(value, options.acceptTestRange) >= 0;
    case 'date-of-birth':
      return (value) => isBirth(dateNumber(value, order, options.thisYear), options.thisYear);
    case 'postcode':
      return (value) => postcodeKey(value) !== '' || OUTWARD.test(value);
    case 'email':
      return (value) => EMAIL.test(value);
    case 'phone':
      return (value) => PHONE.test(value);
    default:
      return undefined;
  }
}

/** Whether a value can stand in the column, for watching a column that changes kind; undefined: anything can. */
export function formCheck(
  column: Column,
  options: DetectOptions,
): ((value: string) => boolean) | undefined {
  if (column.role === 'phone') return undefined;
  const form = formOf(column.role, column.dateOrder, options);
  if (form === undefined) return undefined;
  return (value) => isBlank(value) || form(value) || isPlaceholder(column.role, value);
}

/** Dates and postcodes that stand for "not known" come in long runs when an extract is sorted. */
function isPlaceholder(role: Role, value: string): boolean {
  if (role === 'postcode') return /^ZZ99/i.test(value);
  return role === 'date-of-birth' && /^\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}/.test(value);
}

/** The first half of a postcode, as cautious extracts have it. */
const OUTWARD = /^[A-Z]{1,2}\d[A-Z\d]?$/i;
const EMAIL = /^[^\s@]{1,64}@[^\s@]{1,190}\.[a-z]{2,24}$/i;
/** UK numbers with a leading 0 or +44; without either a ten-digit number is nothing. */
const PHONE = /^(?:\+44|0044|0)[\d ()-]{9,15}$/;

function isBirth(date: number, thisYear: number): boolean {
  return date !== 0 && date < (thisYear + 1) * 10_000;
}

/** Dates without a name are births when they spread over 25 years and more, as no other date of an extract does. */
function isBirthColumn(
  values: readonly string[],
  order: DateOrder,
  options: DetectOptions,
): boolean {
  const years = values
    .map((value) => dateNumber(value, order, options.thisYear))
    .filter((date) => isBirth(date, options.thisYear))
    .map((date) => Math.floor(date / 10_000))
    .sort((a, b) => a - b);
  if (years.length < values.length * MOST) return false;
  const at = (part: number): number => years[Math.floor((years.length - 1) * part)] ?? 0;
  return at(0.9) - at(0.1) >= 25;
}

function orderOf(values: readonly string[]): DateOrder {
  let monthFirst = 0;
  for (const value of values) {
    const match = /^(\d{1,2})[/.-](\d{1,2})[/.-]\d{2,4}/.exec(value);
    if (match === null) continue;
    if (Number(match[1]) > 12) return 'day-first';
    if (Number(match[2]) > 12) monthFirst++;
  }
  return monthFirst > 0 ? 'month-first' : 'day-first';
}

const VALUE_FORMS: readonly (readonly [Category, RegExp])[] = [
  ['official-documents', /^[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D]$/i],
  ['health', /^[A-TV-Z]\d{2}(?:\.\d{1,2}X?)$/],
  ['financial', /^\d{2}-\d{2}-\d{2}$/],
  ['financial', /^GB\d{2} ?[A-Z]{4}(?: ?\d){14}$/i],
  ['credentials', /^(?:\$2[aby]\$\d\d\$|\$argon2|\$pbkdf2|\{SSHA\})/],
  [
    'special-other',
    /^(?:(?:white|black|asian|mixed)(?: |$)|church of |christian|muslim|hindu|sikh|jewish|buddhist|no religion|heterosexual|bisexual|gay|lesbian|atheist|roman catholic|anglican)/i,
  ],
];

function categoryOfValues(values: readonly string[]): Category | undefined {
  for (const [category, form] of VALUE_FORMS) {
    if (share(values, (value) => form.test(value)) >= MOST) return category;
  }
  return share(values, isCardNumber) >= MOST ? 'financial' : undefined;
}

function isCardNumber(value: string): boolean {
  const digits = value.replaceAll(/[ -]/g, '');
  if (!/^[3-6]\d{12,18}$/.test(digits)) return false;
  let sum = 0;
  Array.from(digits)
    .reverse()
    .forEach((digit, i) => {
      const n = Number(digit) * (i % 2 === 1 ? 2 : 1);
      sum += n > 9 ? n - 9 : n;
    });
  return sum % 10 === 0;
}

/** Words of care in free text; a tenth of the texts is enough to say what such a column is for. */
const HEALTH_WORDS =
  /\b(?:meds?|medication|mg|catheter|hoist|dementia|diabet\w+|insulin|wound|dressing|pain|gp|nurse|hospital|fall|fell|stroke|pad changed|pressure|skin|cream|continence|commode|anxi\w+|depress\w+|blood|bp|diagnos\w+|asthma|copd|epilep\w+|seizure|allerg\w+|mobility|transfer(?:red)?|prescri\w+|tablets?|paracetamol)\b/i;
const SAFEGUARDING_WORDS = /\bsafeguarding\b|\brisk to staff\b|\bdols\b/i;

function textCategories(values: readonly string[]): Category[] {
  const texts = values.filter((value) => value.length >= 12);
  const found: Category[] = [];
  if (texts.length === 0) return found;
  if (share(texts, (text) => HEALTH_WORDS.test(text)) >= 0.1) found.push('health');
  if (share(texts, (text) => SAFEGUARDING_WORDS.test(text)) >= 0.1) found.push('safeguarding');
  return found;
}

/** Of several columns of one identity role only the best fitting (then the first) is the person's own. */
function onlyOne(columns: readonly Column[]): Column[] {
  const single: readonly Role[] = [
    'nhs-number',
    'date-of-birth',
    'full-name',
    'family-name',
    'postcode',
    'local-id',
  ];
  const best = new Map<Role, Column>();
  for (const column of columns) {
    const held = best.get(column.role);
    if (held === undefined || column.fits > held.fits + 0.1) best.set(column.role, column);
  }
  return columns.map((column) =>
    single.includes(column.role) && best.get(column.role) !== column
      ? { ...column, role: 'other' as const }
      : column,
  );
}

/** Without a header, two neighbouring columns of capitalised words beside a date of birth are taken for the name. */
function withNames(columns: readonly Column[], sample: readonly (readonly string[])[]): Column[] {
  if (!columns.some((column) => column.role === 'date-of-birth')) return [...columns];
  const looksLikeName = (column: Column): boolean => {
    const values = sample
      .map((row) => (row[column.index] ?? '').trim())
      .filter((value) => value !== '');
    if (values.length < 3 || new Set(values).size < values.length / 5) return false;
    return share(values, (value) => /^\p{Lu}[\p{L}'’-]{1,30}$/u.test(value)) >= MOST;
  };
  const names = columns
    .filter((column) => column.role === 'other' && looksLikeName(column))
    .slice(0, 2);
  const [given, family] = names;
  if (given === undefined || family?.index !== given.index + 1) return [...columns];
  return columns.map((column) => {
    if (column === given)
      return { ...column, role: 'given-name' as const, categories: ['contact'] };
    if (column === family)
      return { ...column, role: 'family-name' as const, categories: ['contact'] };
    return column;
  });
}

function share(values: readonly string[], form: (value: string) => boolean): number {
  if (values.length === 0) return 0;
  let fits = 0;
  for (const value of values) if (form(value)) fits++;
  return fits / values.length;
}
