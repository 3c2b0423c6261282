/** Notices a column that changes kind halfway: shifted fields, two extracts pasted together, a join gone wrong. */
import type { Column, DetectOptions } from './detect-columns.ts';
import { formCheck } from './detect-columns.ts';
import type { ProblemReason } from './extract.ts';
import { parseNhsNumber } from './nhs-number.ts';

export interface Change {
  readonly row: number;
  readonly column: string;
  readonly reason: ProblemReason;
}

export interface ColumnWatch {
  look(row: readonly string[], number: number): void;
  /** What changed, once per column, after the last row. */
  finish(): readonly Change[];
}

/** This many values in a row that are not of the column's kind are no typing errors; fewer are when the file ends on them. */
const RUN = 25;
const RUN_AT_END = 8;

interface Watched {
  readonly column: Column;
  readonly reason: ProblemReason;
  readonly strange: (value: string) => boolean;
  run: number;
  from: number;
  told: boolean;
}

/** Watches every column that has a form, and every other one for NHS numbers that begin to appear in it. */
export function watchColumns(columns: readonly Column[], options: DetectOptions): ColumnWatch {
  const changes: Change[] = [];
  const watched = columns.map((column): Watched => {
    const fits = formCheck(column, options);
    const start = { column, run: 0, from: 0, told: false };
    if (fits !== undefined) {
      return { ...start, reason: 'column-changed-kind', strange: (value) => !fits(value) };
    }
    return {
      ...start,
      reason: 'nhs-numbers-appeared',
      strange: (value) => looksLikeNhs(value, options),
    };
  });
  function tell(each: Watched): void {
    each.told = true;
    changes.push({ row: each.from, column: each.column.label, reason: each.reason });
  }
  return {
    look(row, number) {
      for (const each of watched) {
        const value = row[each.column.index];
        if (value === undefined || value === '' || each.told) continue;
        if (!each.strange(value)) each.run = 0;
        else {
          if (each.run === 0) each.from = number;
          if (++each.run === RUN) tell(each);
        }
      }
    },
    finish() {
      for (const each of watched) {
        if (!each.told && each.run >= RUN_AT_END) tell(each);
      }
      return changes;
    },
  };
}

function looksLikeNhs(value: string, options: DetectOptions): boolean {
  if (value.length < 10 || value.length > 14) return false;
  const first = value.charCodeAt(0);
  return first >= 48 && first <= 57 && parseNhsNumber(value, options.acceptTestRange) >= 0;
}
