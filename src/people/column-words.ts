/** What names of columns mean: the words of extracts of care, health, staff and finance systems. */
import type { Category } from './categories.ts';

/** What a column is used for when people are counted; a column of any other kind only adds its categories. */
export type Role =
  | 'nhs-number'
  | 'full-name'
  | 'given-name'
  | 'family-name'
  | 'date-of-birth'
  | 'date-of-death'
  | 'deceased'
  | 'age'
  | 'postcode'
  | 'address'
  | 'email'
  | 'phone'
  | 'local-id'
  | 'entry-detail'
  | 'free-text'
  | 'other';

/** Somebody else's details in the same row: they are not the person of the row. */
const SOMEBODY_ELSE =
  /\b(?:next of kin|nok|kin|emergency|contact person|carer|care worker|worker|gp|doctor|practitioner|consultant|manager|referrer|mother|father|parent|guardian|spouse|partner|relative|relation|social worker|keyworker|created by|updated by|entered by|author|user)\b/;

const ROLES: readonly (readonly [Role, RegExp])[] = [
  ['nhs-number', /\bnhs ?(?:no|num|number|id|nbr)?\b|\bchi(?: (?:no|number))?$|\bhcn\b/],
  [
    'date-of-death',
    /\b(?:date of death|death date|deceased date|date deceased|dod|died on|deceased on)\b/,
  ],
  ['deceased', /\b(?:deceased|is dead|dead|died|death|vital status|alive|living)\b/],
  ['date-of-birth', /\b(?:date of birth|birth ?date|dob|born|birth dt|birth)\b/],
  ['age', /^(?:age|age years|age in years)$/],
  [
    'given-name',
    /\b(?:fore ?names?|first ?names?|given ?names?|christian name|known as|preferred name)\b|\bname given\b|^given$/,
  ],
  ['family-name', /\b(?:sur ?name|last ?name|family ?name|second name)\b|\bname family\b|^family$/],
  ['postcode', /\b(?:post ?code|post cd|zip|pcode)\b/],
  ['email', /\be ?mail\b/],
  ['phone', /\b(?:phone|telephone|tel|mobile|landline|fax|msisdn)\b/],
  ['address', /\b(?:address|addr|street|town|city|county|house (?:no|number|name))\b/],
  [
    'local-id',
    /\b(?:(?:client|patient|person|service user|resident|staff|employee|member|customer|tenant|pupil|student|volunteer|payroll|hospital|record) ?(?:id|no|num|number|ref|reference|code|key)|mrn|urn|pas (?:id|no|number)|identifier\b.*\bperson)\b/,
  ],
  [
    'full-name',
    /^(?:(?:full|client|patient|person|service user|resident|staff|employee|customer|member|account|display) )?name$|^(?:client|patient|service user|resident|employee)$/,
  ],
];

/** A column with one of these names tells how to get into a home, whatever it holds. */
const ENTRY_DETAIL =
  /\b(?:key ?safe|key ?box|lock ?box|entry code|door code|gate code|access code|alarm code|home entry|home access|property access|access (?:instructions?|details?|notes?|arrangements?|info|information)|entry (?:instructions?|details?|notes?|arrangements?|info|information)|key (?:location|holder|number|code)|how to enter|getting in)\b/;
const FREE_TEXT =
  /\b(?:notes?|comments?|remarks?|narrative|text|description|details|instructions?|summary|observations?|plan|history|free ?text|memo|message|tasks?|log)\b/;

const CATEGORY_WORDS: readonly (readonly [Category, RegExp])[] = [
  [
    'health',
    /\b(?:diagnos[ei]s|diagnoses|conditions?|problems?|medications?|medicines?|meds|drugs?|doses?|allerg(?:y|ies)|treatments?|therap(?:y|ies)|prescriptions?|clinical|symptoms?|icd ?(?:9|10|11)?|snomed|read ?code|ctv ?3|opcs|disabilit(?:y|ies)|mental|dementia|mobility|continence|diet(?:ary)?|care (?:plan|need|level|notes?)|medical|health|illness|surgery|operation|blood|bp|weight|height|bmi|pregnan(?:t|cy)|vaccin(?:e|ation)s?|immunisations?|dnacpr|resuscitation|frailty|discharge|admission|test results?|pathology|hiv|impairments?|sickness|sick leave|occupational health)\b/,
  ],
  [
    'financial',
    /\b(?:sort ?code|account (?:no|number)|acc(?:t|ount)? no|iban|bic|swift|bank|building society|card (?:no|number)|pan|cvv|salary|wage|pay|payroll|benefits?|income|pension|debt|tax code|hourly rate|invoice total|direct debit)\b/,
  ],
  [
    'credentials',
    /\b(?:passwords?|pwd|passwd|passphrase|pin|secret|security (?:question|answer)|memorable|token|api ?key|password hash)\b/,
  ],
  [
    'official-documents',
    /\b(?:passport|driving licen[cs]e|driver licen[cs]e|licen[cs]e no|national insurance|ni ?(?:no|number)|nino|visa|brp|right to work|birth certificate|national id|identity card)\b/,
  ],
  [
    'safeguarding',
    /\b(?:safeguard(?:ing)?|risk to (?:staff|others|self)|dols|lps|abuse|mappa|marac|child protection|adult at risk|vulnerab(?:le|ility)|warning flag|alert flag)\b/,
  ],
  [
    'criminal',
    /\b(?:dbs|crb|convictions?|offences?|criminal|cautions?|probation|mappa|sentence)\b/,
  ],
  [
    'special-other',
    /\b(?:ethnic(?:ity| group| origin)?|race|religion|faith|belief|sexual(?:ity| orientation)|sex life|gender (?:identity|reassignment)|trans|political|politics|trade union|union member(?:ship)?|genetic|dna|biometric|fingerprint)\b/,
  ],
];

export interface ColumnMeaning {
  readonly role: Role;
  readonly categories: readonly Category[];
  /** The name is in our vocabulary, so it can be printed: an unknown first line may be a person's own data. */
  readonly known: boolean;
  readonly somebodyElse: boolean;
}

/** What the name of a column says, before any value has been seen. */
export function meaningOf(name: string): ColumnMeaning {
  const words = wordsOf(name);
  const somebodyElse = SOMEBODY_ELSE.test(words);
  const categories = CATEGORY_WORDS.filter(([, form]) => form.test(words)).map(([each]) => each);
  if (ENTRY_DETAIL.test(words)) {
    return { role: 'entry-detail', categories: ['home-entry'], known: true, somebodyElse };
  }
  const role = ROLES.find(([, form]) => form.test(words))?.[0];
  if (somebodyElse && (role !== undefined || /\bname\b/.test(words))) {
    return { role: 'other', categories: [...categories, 'contact'], known: true, somebodyElse };
  }
  if (role !== undefined) {
    return { role, categories: [...categories, ...contactOf(role)], known: true, somebodyElse };
  }
  const text = FREE_TEXT.test(words);
  return {
    role: text ? 'free-text' : 'other',
    categories,
    known: text || categories.length > 0,
    somebodyElse,
  };
}

/** Words of a column's name in lower case: `NHS_Number`, `nhsNumber` and `NHS-No.` alike. */
export function wordsOf(name: string): string {
  return name
    .slice(0, 200)
    .replaceAll(/([a-z\d])([A-Z])/g, '$1 $2')
    .replaceAll(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .replaceAll(/([A-Za-z])(\d)/g, '$1 $2')
    .toLowerCase()
    .replaceAll(/[^a-z\d]+/g, ' ')
    .trim();
}

function contactOf(role: Role): readonly Category[] {
  return role === 'local-id' || role === 'deceased' || role === 'age' ? [] : ['contact'];
}
