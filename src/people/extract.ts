/** What a reader hands to the counter: rows in batches, and what could not be read. */

/** Why something was not counted, or not surely. Reasons are codes; nothing of the content is ever repeated. */
export type ProblemReason =
  | 'empty-file'
  | 'ragged-row'
  | 'row-too-long'
  | 'broken-quotes'
  | 'not-an-object'
  | 'invalid-json'
  | 'field-appeared-late'
  | 'undecodable-text'
  | 'read-failed'
  | 'binary-column'
  | 'column-changed-kind'
  | 'nhs-numbers-appeared'
  | 'named-nhs-number-but-invalid'
  | 'no-identity-columns';

export interface Problem {
  readonly file: string;
  /** The record's number in the file, the header being row 1; absent when the whole file is meant. */
  readonly row?: number;
  readonly column?: string;
  readonly reason: ProblemReason;
}

export interface Batch {
  readonly rows: readonly (readonly string[])[];
  /** The number of each row in its file. */
  readonly numbers: readonly number[];
  readonly problems: readonly Problem[];
}

export interface Extract {
  /** The file or query, as the operator named it. */
  readonly name: string;
  /** Column names, read before the first batch; empty when there are none. */
  readonly header: readonly string[];
  readonly batches: AsyncIterable<Batch>;
}

/** Rows in memory as an extract, for tests and for small sources. */
export function extractOf(
  name: string,
  header: readonly string[],
  rows: readonly (readonly string[])[],
): Extract {
  const first = header.length > 0 ? 2 : 1;
  async function* batches(): AsyncGenerator<Batch> {
    for (let from = 0; from < rows.length; from += 1000) {
      const part = rows.slice(from, from + 1000);
      yield await Promise.resolve({
        rows: part,
        numbers: part.map((_, i) => first + from + i),
        problems: [],
      });
    }
  }
  return { name, header, batches: batches() };
}
