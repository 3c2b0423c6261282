/** Turns the rows of a section into typed facts; what does not fit is named by section and line and left out. */
import * as z from 'zod';
import { UNSEEN_REASONS, type Unseen } from '../../estate/schema.ts';
import type { Section } from './frame.ts';

/** The columns of one kind of row, in order, after the kind itself. */
type Shape = z.ZodObject;
type Shapes = Readonly<Record<string, Shape>>;
export type Facts<S extends Shapes> = { readonly [K in keyof S]: readonly z.output<S[K]>[] } & {
  readonly unseen: readonly Unseen[];
};

/** More broken lines than this are one problem, counted. */
const MOST_NAMED = 20;

/** A cell that may be empty, which means that the host does not say. */
export const maybe = (max: number): z.ZodType<string | undefined, string> =>
  z
    .string()
    .max(max)
    .transform((text) => (text === '' ? undefined : text));
export const text = (max: number): z.ZodString => z.string().min(1).max(max);
export const whole = z
  .string()
  .regex(/^\d{1,15}$/)
  .transform(Number);

/** Reads a section by `shapes`: kind of row → columns. */
export function readRows<S extends Shapes>(section: Section, shapes: S): Facts<S> {
  const facts: Record<string, unknown[]> = {};
  for (const kind of Object.keys(shapes)) facts[kind] = [];
  const unseen: Unseen[] = [];
  const broken: string[] = [];
  for (const { line, cells } of section.rows) {
    const [kind = '', ...values] = cells;
    if (kind === 'unseen') unseen.push(readUnseen(values));
    else if (!Object.hasOwn(shapes, kind)) broken.push(`line ${line} is of an unknown kind`);
    else {
      const row = readCells(shapes[kind], values);
      if (row === undefined) broken.push(`line ${line}`);
      else facts[kind]?.push(row);
    }
  }
  if (broken.length > 0) unseen.push(brokenLines(section.name, broken));
  return { ...facts, unseen } as Facts<S>;
}

function readCells(shape: Shape | undefined, values: readonly string[]): unknown {
  const names = Object.keys(shape?.shape ?? {});
  if (values.length > names.length) return undefined;
  const named = Object.fromEntries(names.map((name, index) => [name, values[index] ?? '']));
  return shape?.safeParse(named).data;
}

function brokenLines(what: string, broken: readonly string[]): Unseen {
  const shown = broken.slice(0, MOST_NAMED).join(', ').slice(0, 400);
  const more = broken.length > MOST_NAMED ? ` and ${broken.length - MOST_NAMED} more` : '';
  return { what, reason: 'invalid', detail: `${shown}${more}` };
}

function readUnseen([what = '', reason = '', detail = '']: readonly string[]): Unseen {
  const known = UNSEEN_REASONS.find((one) => one === reason);
  return {
    what: what === '' ? 'unnamed' : what.slice(0, 200),
    reason: known ?? 'unreadable',
    ...(detail === '' ? {} : { detail: detail.slice(0, 500) }),
  };
}
