/**
 * Lists of installed updates: `wmic qfe` (table, list, CSV) and PowerShell's `Get-HotFix` (table, list, CSV, JSON), in any
 * language. Every update that such a list names is installed.
 */
export interface Hotfix {
  readonly number: string;
  readonly line: number;
}

const NAMED = /(?<![\w{-])(?:KB|Q)(\d{5,8})(?:v\d+)?(?:[-_][a-z0-9]+)*(?![\w-])/gi;
const LINKED = /kbid=(\d{5,8})/gi;

/** Each once, in the order of the file. */
export function parseHotfixes(text: string): Hotfix[] {
  const found = new Map<string, Hotfix>();
  let column: number | undefined;
  text.split(/\r\n|\n|\r/).forEach((raw, i) => {
    const add = (number: string | undefined) => {
      if (number !== undefined && !found.has(number)) found.set(number, { number, line: i + 1 });
    };
    if (raw === '') return;
    const header = columnOf(raw);
    if (header !== undefined) {
      column = header;
      return;
    }
    for (const [, number] of raw.matchAll(NAMED)) add(number);
    for (const [, number] of raw.matchAll(LINKED)) add(number);
    // Some updates of Vista and XP are a bare number, told only by their column.
    if (column !== undefined) add(/^(\d{5,8})(?=\s|$)/.exec(raw.slice(column))?.[1]);
  });
  return [...found.values()];
}

/** Where the column begins, in the line of a table that names its columns. */
function columnOf(line: string): number | undefined {
  const heading = /HotFixID(?:\s{2,}(?=[A-Za-z])|\s*$)/.exec(line);
  if (heading === null) return undefined;
  // What WMIC says before the table stands in the same line.
  const first = line.search(/Caption|CSName|Description|Source|FixComments|HotFixID/);
  return heading.index - first;
}
