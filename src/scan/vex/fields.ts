/** Looks into documents that nobody vouches for: the wrong type is as good as absent. */
import { readPurl } from '../../versions/purl.ts';
import type { VexSubject } from './model.ts';

export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The texts of a list, also of a single one written without a list. */
export function textsOf(value: unknown): string[] {
  return (Array.isArray(value) ? value : [value]).flatMap((each) => textOf(each) ?? []);
}

/** @example subjectOf('pkg:npm/lodash@4.17.21', []).purl?.name === 'lodash' */
export function subjectOf(text: string, identifiers: readonly string[]): VexSubject {
  const named = [text, ...identifiers];
  const purl = named
    .filter((each) => /^pkg:/i.test(each))
    .map((each) => readPurl(each, { lenient: true }).value)
    .find((value) => value !== undefined);
  return { text, identifiers: named, ...(purl === undefined ? {} : { purl }) };
}
