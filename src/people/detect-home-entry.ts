/**
 * Finds in free text how to get into somebody's home: key safe, door, gate and alarm codes, where a key lies, a door left
 * open. It answers yes or no and never hands the text on. Measured precision and recall are in README.md.
 */

/** Text without any of these cannot hold a way in; most notes end here. */
const WORTH_READING =
  /key|k ?\/ ?s|\bk ?s\b|ksafe|lock|code|fob|latch|let (?:your|him|her|them|self)|safe|intercom|walk in|go in\b|gate|door|alarm|combination|entry|entrance|access|lobby|keypad|tradesm|\benter\b/i;

const LONGEST = 20_000;
/** How far from the words a code may stand, in characters. */
const REACH = 70;

/** Things that hold a house key behind a code: nothing else in care notes is called so. */
const KEY_SAFE =
  /\b(?:key[ -]?safes?|k[ -]?safes?|k ?\/ ?s(?:afes?)?|ks|key[ -]?(?:box|boxes|pod|holder|store|cabinet|vault)|lock ?box(?:es)?|coded (?:key )?box|key in (?:a )?(?:coded|locked) box|key ?code|(?:wall|outside|outdoor|external) safe|safe (?:on (?:the )?wall )?(?:outside|on (?:the )?(?:outside )?wall|by (?:the )?door))\b/g;
/** A way into a building, together with a word for a code, in either order. */
const DOORWAY =
  /\b(?:door ?(?:entry)?|to (?:enter|get in)|(?:house|flat|property|home|bungalow)(?= (?:code|key ?pad|pin)\b)|doorway|entrance|entry|gates?|gated|access|garage|lobby|porch|foyer|building|block|communal|intercom|trades(?:m[ae]n)?|outside panel|door panel|get in|getting in|come in|way in|let in)s?\b/g;
const CODE_WORD =
  /\b(?:codes?|key ?pads?|pads?|key[ -]?code|combination|combo|padlock(?:ed)?|buzzer|buzz|push ?button|button lock|(?:digi(?:tal)?|combination|coded) ?lock|dial|pin|pass ?code|type|typing|enter|entering|input|key in|punch|tap|digits?|number|numbers|no|press|pressing|panel)\b/;
/** The code stands right after the door: "street door 4471#", "gate: 4471". */
const ADJACENT =
  /\b(?:door|gate|entrance|entry|access|garage|lobby|porch)s?(?: (?:is|now|lock|system))? ?[:=(#*-]? ?[#*]?$/;
/** An intruder alarm of the home; the other alarms of care are left out below. */
const ALARM = /\b(?:burglar |house |intruder |home )?alarm\b/g;
const OTHER_ALARM =
  /\b(?:pendant|smoke|fire|falls?|(?:call|monitoring|control) centre|event|alert|serial|unit|pressed|tested|careline|telecare|bed|chair|sensor|carbon|co2?) |alarm (?:pendant|tested|unit|clock|pressed|raised|serial)/;

/** Ways in that need no code. */
const HIDDEN =
  '(?:in|inside|within|under|underneath|beneath|behind|below|inside|through|above|on top of|beside)';
const HIDING_PLACE =
  '(?:pots?|mat|doormat|bricks?|stones?|gnome|bins?|frog|rocks?|slab|paving|planters?|tubs?|letter ?box|ledge|lintel|sill|windowsill|drainpipe|shed|greenhouse|porch|meter (?:box|cupboard)|hanging basket|basket|statue|trough|logs?|log pile|tiles?|flower ?pots?|bench|frame|water butt|barrel|boot|wheelie bin|coal bunker)';
const NO_CODE: readonly RegExp[] = [
  new RegExp(`\\bkeys?\\b[^.!?;]{0,50}?\\b${HIDDEN} (?:\\w+ ){0,3}?${HIDING_PLACE}\\b`),
  new RegExp(
    `\\b${HIDDEN} (?:\\w+ ){0,3}?${HIDING_PLACE}\\b[^.!?;]{0,30}?\\b(?:is|for|find|hides?) (?:\\w+ ){0,2}?keys?\\b`,
  ),
  /\bkeys? (?:is |are )?(?:on|hung on|hangs on|hanging on) (?:a |the )?(?:string|hook|chain|nail)\b/,
  /\b(?:spare|front door|house|back door|door)? ?(?:keys?|set)\b[^.!?;]{0,20}?\b(?:with|by|at|from)\b[^.!?;]{0,25}?\b(?:neighbours?|neighbor|warden|next door|across the road|opposite)\b/,
  /\b(?:neighbours?|neighbor|warden|next door|caretaker|concierge)\b[^.!?;]{0,40}?\b(?:has|have|holds?|keeps?|with) (?:a |the |our |her |his |their )?(?:spare |house |door |set of |front door )*keys?\b/,
  /\bkeys? (?:is |are )?(?:kept|held|left|available|with (?:\w+ )?)? ?at (?:no|number) ?\d/,
  /\blet (?:your|him|her|them)? ?sel(?:f|ves) in(?:to)?\b/,
  /\b(?:just|please|can|you can|straight) (?:go|walk|come) (?:straight |right |on )?in\b(?! to\b)|\bwalk (?:straight |right )?in and (?:call|shout)/,
  /\b(?:leaves?|left|keeps?|kept|leaving) (?:the |her |his |their )?(?:front |back |side |rear |patio |kitchen )?doors? (?:\w+ )?(?:unlocked|on the latch|on latch|off the latch|open for (?:carers|staff|us))/,
  /\bdoors? (?:\w+ )?(?:is |are )?(?:always |usually |normally |kept |left |never )(?:un)?locked\b|\bdoors?\b[^.!?;]{0,25}?\b(?:unlocked|on the latch|on latch|off the latch)\b(?! (?:on|when|by) (?:arrival|leaving))/,
  /\b(?:carers?|staff|office|we) (?:\w+ )?(?:hold|holds|have|has|keep|keeps) (?:a |the |her |his |their |spare )?(?:set of |spare |house |door )*keys?\b.{0,60}?\b(?:enter|entry|get in|access|let)/,
  /\b(?:front|back|side|rear|patio) door\b[^.!?;]{0,12}\b(?:is|always|usually|will be) (?:left )?open\b/,
  /\bfobs? (?:is |are )?(?:kept|left|hidden|held|stored|under|behind|in the)\b/,
];
/** The same words where nobody is told a way in. */
const NO_CODE_UNLESS =
  /\b(?:always locked|will let (?:you|us|carers?) in|found (?:the )?door|risk assess|do not leave|should not|never leave|lost|care home|ward)\b/;

/** Places that are nobody's home, and codes that open nothing. */
const NOT_A_HOME =
  /\b(?:ward|staff ?(?:room|entrance|door|area)|surgery|car ?park|reception|nurse|hospital|clinic|pharmacy|medicine cupboard|drugs? cupboard|care home|day cent(?:re|er)|school|changing room|our office|office door)\b/;
const NOT_ENTRY_CODE =
  /\b(?:log|diary|chart|record|data|notes?) entry|\bprescription|\b(?:dress|post|sort|bar|zip|error|fault|read|icd|snomed|visit|area|dialling|country|qr|discount|voucher|product|colour|tax|shift|code of|care plan|source|billing|diagnosis|procedure|team)[ -]?code|bar ?code|post ?code|code (?:word|of)\b|pass ?code for|\b(?:bank|debit|credit) card|\bcard pin|\bpin (?:for|number for|of) (?:the |her |his )?(?:bank|card|phone|tablet)/;
/** Words before a number that make it something else. */
const OTHER_NUMBER =
  /\b(?:ref(?:erence)?|ext(?:ension)?|quot(?:e|ation)|installer|engineer|event|incident|log|part|licence|license|parcel|ending|helpdesk|badge|taxi|asset|item|record|file|document|patient|client|staff|member|id|invoice|serial|job|ticket|unit|crime|receipt|visit|order|meter|pack|batch|lot|logged|form|score|claim|case|policy|tel|phone|mobile|ring|call|rang|bp|weight|room|bed|page|shift|model|account|form|ambulance|uniform|section|year|since|flat|plot|bus|route|floor|tag|x|times|approx|about|number plate|reg)(?: ?(?:no|number|num|code|id|is|was|the|a|made))?[ .:#-]*$|\b(?:in|on|at|of|from|for|to) $/;
const NEW_CODE = /\b(?:changed|altered|set|reset|moved|now)(?: \w+){0,3} to $/;
const UNIT_AFTER =
  /^ ?(?:%|£|(?:mg|mcg|ml|mls|g|kg|st|lbs?|cm|mm|am|pm|hrs?|hours?|mins?|minutes?|miles?|days?|weeks?|months?|years?|yrs?|units?|tabs?|tablets?|visits?|steps|p|pounds|kcal|bpm|o ?clock|carers?|seconds|secs|times|of \d+)\b)/;
const CODE =
  /(?<![\w£$.,/+-]|\d:)(?:#|\*)?(?:[a-cx-z]\d{3,7}[a-z]?|\d\d-\d\d|\d{2,6}[a-cx-z]\d{0,5}|[\da-c](?:[ -][\da-cx-z]){2,7}|\d{3,8})(?:#|\*)?(?!\w|[:/.,]\d)/g;
/** A telephone number in two or three groups. */
const TELEPHONE = /(?<!\d)(?:0\d{2,4}|\+44 ?\d{2,4})[ -]\d{3,4}[ -]?\d{3,4}(?!\d)/g;
/** A code written out: "four seven one two". */
const SPOKEN =
  /\b(?:zero|oh|one|two|three|four|five|six|seven|eight|nine)(?:[ ,-]+(?:zero|oh|one|two|three|four|five|six|seven|eight|nine)){2,7}\b/g;
const NUMERALS = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'];
/** Says that no code follows. */
const REFUSED =
  /\b(?:not given|withheld|not known|unknown|no longer|removed|ask office|ring office|to be (?:fitted|confirmed))\b/;

/** Whether the text tells how to get into a home. */
export function holdsHomeEntry(text: string): boolean {
  if (!WORTH_READING.test(text)) return false;
  const lower = (text.length > LONGEST ? text.slice(0, LONGEST) : text)
    .toLowerCase()
    .replaceAll(/\bno\. ?/g, 'no ')
    .replaceAll(/\bnum\. ?/g, 'num ')
    .replaceAll(TELEPHONE, ' telephone ')
    .replaceAll(SPOKEN, digitsOf)
    .replaceAll(/[‘’]/g, "'");
  return hasKeyWithoutCode(lower) || hasCodeNearDoor(lower);
}

/** A column of nothing but entry details (its name says so): anything in it that could open a door, or a code by itself. */
export function holdsEntryDetail(value: string): boolean {
  const text = value.trim();
  if (text === '') return false;
  if (
    /^(?:n ?\/? ?a|none|no|nil|unknown|not known|tbc|-+|yes|y|n|no key ?safe|ask office)$/i.test(
      text,
    )
  )
    return false;
  return /\d{3,}|\d(?:[ -]\d){2,}/.test(text) || holdsHomeEntry(`key safe ${text}`);
}

function digitsOf(words: string): string {
  return words
    .split(/[ ,-]+/)
    .map((word) => Math.max(0, NUMERALS.indexOf(word)))
    .join('');
}

function hasKeyWithoutCode(text: string): boolean {
  if (NO_CODE_UNLESS.test(text)) return false;
  return NO_CODE.some((form) => form.test(text));
}

function hasCodeNearDoor(text: string): boolean {
  const codes = codesIn(text);
  if (codes.length === 0) return false;
  for (const place of text.matchAll(KEY_SAFE)) {
    if (codes.some((code) => near(text, place.index, place[0].length, code, true))) return true;
  }
  return doorCode(text, codes) || alarmCode(text, codes);
}

function doorCode(text: string, codes: readonly Span[]): boolean {
  for (const place of text.matchAll(DOORWAY)) {
    for (const code of codes) {
      if (!near(text, place.index, place[0].length, code)) continue;
      const between = window(text, place.index, place[0].length, code);
      const coded = CODE_WORD.test(between) || ADJACENT.test(text.slice(0, code.start));
      if (coded && !isElsewhere(between)) return true;
    }
  }
  return false;
}

function alarmCode(text: string, codes: readonly Span[]): boolean {
  for (const place of text.matchAll(ALARM)) {
    for (const code of codes) {
      if (!near(text, place.index, place[0].length, code)) continue;
      const around = window(text, place.index, place[0].length, code);
      if (!OTHER_ALARM.test(around) && !isElsewhere(around)) return true;
    }
  }
  return false;
}

function isElsewhere(words: string): boolean {
  return NOT_A_HOME.test(words) || NOT_ENTRY_CODE.test(words);
}

interface Span {
  readonly start: number;
  readonly end: number;
}

function codesIn(text: string): Span[] {
  const codes: Span[] = [];
  for (const match of text.matchAll(CODE)) {
    const start = match.index;
    const end = start + match[0].length;
    const before = text.slice(Math.max(0, start - 40), start);
    if (
      (OTHER_NUMBER.test(before) && !NEW_CODE.test(before)) ||
      UNIT_AFTER.test(text.slice(end, end + 12))
    )
      continue;
    codes.push({ start, end });
  }
  return codes;
}

/** Near enough, with no more than one sentence end between, and nothing that says the code is not told. */
function near(text: string, start: number, length: number, code: Span, isKeySafe = false): boolean {
  const end = start + length;
  const between =
    code.start >= end
      ? text.slice(end, code.start)
      : text.slice(code.end, Math.max(code.end, start));
  if (between.length > REACH || REFUSED.test(between)) return false;
  const sentences = between.split(/[.!?\n;]+(?= |$)/).length - 1;
  if (sentences === 1 && isKeySafe) return true;
  return (
    sentences === 0 ||
    (sentences === 1 &&
      /\b(?:number|code|combination|pin|it|dial|press|opens|now|use|type|enter|pad|digits|panel)\b/.test(
        between,
      ))
  );
}

/** The words from the earlier of the two to the later, with a little around them in the same sentence. */
function window(text: string, start: number, length: number, code: Span): string {
  const from = Math.min(start, code.start);
  const to = Math.max(start + length, code.end);
  const before =
    text
      .slice(Math.max(0, from - 24), from)
      .split(/[.!?;\n]/)
      .at(-1) ?? '';
  const after = text.slice(to, to + 24).split(/[.!?;\n]/)[0] ?? '';
  return before + text.slice(from, to) + after;
}
