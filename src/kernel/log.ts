/** Structured log, one JSON object a line on standard error: a static message and fields, without secrets or people. */
import type { Clock } from './clock.ts';
import { HoldfastError } from './errors.ts';

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export interface Log {
  debug(message: string, fields?: Fields): void;
  info(message: string, fields?: Fields): void;
  warn(message: string, fields?: Fields): void;
  error(message: string, fields?: Fields): void;
  /** A log that adds `fields` to every line. */
  with(fields: Fields): Log;
}

export type Fields = Readonly<Record<string, unknown>>;

interface LogOptions {
  readonly level: LogLevel;
  readonly clock: Clock;
  readonly write: (line: string) => void;
  readonly fields?: Fields;
}

const MASK = '[masked]';
/** Field names whose values never reach a log, whatever they hold. */
const SECRET_NAME =
  /pass(word|phrase)|secret|token|cookie|authorization|api_?key|private_?key|credential|database_?url|entry_?code|nhs_?number|date_?of_?birth|^dob$|postcode/i;
/** Values that are secrets by their form: URLs with credentials, bearer headers, PEM keys. */
const SECRET_VALUE: readonly [RegExp, string][] = [
  [/([a-z][a-z0-9+.-]*:\/\/[^\s:/@]*):[^\s/@]+@/gi, `$1:${MASK}@`],
  [/\b(Bearer|Basic)\s+[A-Za-z0-9+/=_.~-]{8,}/g, `$1 ${MASK}`],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(-----END [A-Z ]*PRIVATE KEY-----|$)/g, MASK],
];
const LONGEST_TEXT = 2000;
const DEEPEST = 6;
const WIDEST = 100;

export function createLog(options: LogOptions): Log {
  const floor = LOG_LEVELS.indexOf(options.level);
  function line(level: LogLevel, message: string, fields: Fields = {}): void {
    if (LOG_LEVELS.indexOf(level) < floor) return;
    const entry = {
      time: options.clock.now().toISOString(),
      level,
      message,
      ...redact({ ...options.fields, ...fields }),
    };
    options.write(`${JSON.stringify(entry)}\n`);
  }
  return {
    debug: (message, fields) => line('debug', message, fields),
    info: (message, fields) => line('info', message, fields),
    warn: (message, fields) => line('warn', message, fields),
    error: (message, fields) => line('error', message, fields),
    with: (fields) => createLog({ ...options, fields: { ...options.fields, ...fields } }),
  };
}

/** A copy of `fields` that is safe to print: secrets masked by name and by form, depth and length bounded. */
export function redact(fields: Fields): Record<string, unknown> {
  return redactObject(fields, 0);
}

/** The masking of `redact` for one text. */
export function redactText(text: string): string {
  let safe = text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}…` : text;
  for (const [form, replacement] of SECRET_VALUE) safe = safe.replace(form, replacement);
  return safe;
}

function redactObject(fields: Fields, depth: number): Record<string, unknown> {
  const safe: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields).slice(0, WIDEST)) {
    safe[name] = SECRET_NAME.test(name) ? MASK : redactValue(value, depth + 1);
  }
  return safe;
}

function redactValue(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return redactText(value);
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Error) return redactError(value, depth);
  if (typeof value !== 'object' || value === null)
    return typeof value === 'function' ? undefined : value;
  if (depth > DEEPEST) return '[deeper]';
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (Array.isArray(value))
    return value.slice(0, WIDEST).map((item) => redactValue(item, depth + 1));
  return redactObject(value as Fields, depth);
}

function redactError(error: Error, depth: number): unknown {
  const known = error instanceof HoldfastError ? { code: error.code, ...error.detail } : {};
  return {
    ...redactObject(known, depth),
    name: error.name,
    message: redactText(error.message),
    stack: error.stack === undefined ? undefined : redactText(error.stack),
    ...(error.cause === undefined || depth > DEEPEST
      ? {}
      : { cause: redactValue(error.cause, depth + 1) }),
  };
}
