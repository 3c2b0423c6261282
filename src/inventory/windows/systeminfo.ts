/** What `systeminfo` prints, in any language: lines of a label and a value in a fixed order, lists numbered in brackets. */
import { endOfQuoted } from '../quoted.ts';
import { invalid, Problems } from '../damage.ts';
import type { WindowsFacts } from './product.ts';
import { kbNumber } from './product.ts';

export interface SystemInfo {
  readonly windows: WindowsFacts;
  readonly kbs: readonly { readonly number: string; readonly line: number }[];
  readonly problems: Problems;
}

/** What the machine is called; for the estate alone, never in an inventory. */
export interface MachineName {
  readonly host: string;
  /** Its domain or work group. */
  readonly domain: string;
}

/** By their places, which are the same in every language: the first field, and the one before the server of the sign-in. */
export function machineNameOf(text: string): MachineName | undefined {
  const fields = text.trimStart().startsWith('"') ? csvFields(text) : listFields(text);
  if (!fields.some(({ value }) => versionOf(value) !== undefined)) return undefined;
  const server = fields.findIndex(({ value }) => value.startsWith('\\\\'));
  return { host: fields[0]?.value ?? '', domain: fields[server - 1]?.value ?? '' };
}

interface Field {
  readonly label: string;
  readonly value: string;
  readonly line: number;
  readonly items: { readonly value: string; readonly line: number }[];
}

/** @throws HoldfastError `bad_file` where no line tells a version of Windows. */
export function parseSystemInfo(text: string): SystemInfo {
  const fields = text.trimStart().startsWith('"') ? csvFields(text) : listFields(text);
  const at = fields.findIndex(({ value }) => versionOf(value) !== undefined);
  const version = fields[at];
  if (version === undefined) throw invalid('no version of Windows: not what systeminfo prints');
  const problems = new Problems();
  const windows = windowsOf(fields, at, version);
  return { windows, kbs: kbsOf(fields.slice(at), problems), problems };
}

/** The order is the same in every language: name, version, manufacturer, configuration. */
function windowsOf(fields: readonly Field[], at: number, version: Field): WindowsFacts {
  const all = fields.map(({ value }) => value).join('\n');
  const arch = /\b(x64|x86|arm64|itanium)-based/i.exec(all)?.[1]?.toLowerCase();
  const productName = fields[at - 1]?.value;
  const servicePack = /Service Pack (\d)/i.exec(version.value)?.[1];
  return {
    version: versionOf(version.value) ?? '',
    line: version.line,
    role: roleOf(fields[at + 2]?.value ?? '', productName ?? ''),
    ...(productName === undefined ? {} : { productName }),
    ...(arch === undefined ? {} : { arch }),
    ...(servicePack === undefined ? {} : { servicePack }),
  };
}

/** `10.0.17763 N/A Build 17763`: the build stands twice, whatever the words between. */
function versionOf(value: string): string | undefined {
  const match = /^(\d{1,2}\.\d{1,2}\.(\d{4,6}))\s(?:.*\D)?(\d{4,6})$/.exec(value);
  return match !== null && match[2] === match[3] ? match[1] : undefined;
}

const CONTROLLER = new RegExp(
  [
    'domain controller|dom(?:ä|ae?)nencontroller|contr(?:ô|o)leur de domaine|domeincontroller',
    'controlador de? dom(?:i|í)nio|controller di dominio|kontroler domeny|domänkontrollant',
    '域控制器|ドメイン ?コントローラ|도메인 컨트롤러|контроллер домена|網域控制站',
  ].join('|'),
  'i',
);

function roleOf(configuration: string, productName: string): NonNullable<WindowsFacts['role']> {
  if (CONTROLLER.test(configuration)) return 'domain-controller';
  return /server|сервер/i.test(productName) ? 'server' : 'workstation';
}

const ITEM = /^\s*\[(\d{1,4})\]\s?:\s?(.*)$/;

function listFields(text: string): Field[] {
  const fields: Field[] = [];
  text.split(/\r\n|\n|\r/).forEach((raw, i) => {
    const item = ITEM.exec(raw);
    if (item !== null) {
      fields.at(-1)?.items.push({ value: (item[2] ?? '').trim(), line: i + 1 });
      return;
    }
    const field = /^(\S[^:：]*)[:：](.*)$/.exec(raw);
    if (field !== null) {
      const [, label = '', value = ''] = field;
      fields.push({ label, value: value.trim(), line: i + 1, items: [] });
    }
  });
  return fields;
}

/** `systeminfo /fo csv`: a row of labels and one of values, the lists within a value. */
function csvFields(text: string): Field[] {
  const rows = text.split(/\r\n|\n/).filter((line) => line.startsWith('"'));
  const [labels = [], cells = []] = rows.slice(0, 2).map(cellsOf);
  return cells.map((cell, i) => {
    const [value = '', ...items] = cell.split(/,?\[\d{1,4}\]\s?:\s?/);
    return {
      label: labels[i] ?? '',
      value: value.trim(),
      line: 2,
      items: items.map((item) => ({ value: item.trim(), line: 2 })),
    };
  });
}

function cellsOf(row: string): string[] {
  const cells: string[] = [];
  for (let at = row.indexOf('"'); at >= 0;) {
    const end = endOfQuoted(row, at, 'double');
    if (end < 0) break;
    cells.push(row.slice(at + 1, end - 1));
    at = row.indexOf('"', end);
  }
  return cells;
}

/** The list's label where it can be empty, `Hotfix(s): N/A`, in some languages; in others an empty list stays unknown. */
const LABEL =
  /^(?:hot-?fix|correctif|revisi|correcç|aggiornament|исправлен|修补程序|修補程式|修正プログラム|핫픽스)/i;

/** The list of updates is the one whose entries are named like updates: processors and network cards are not. */
function kbsOf(fields: readonly Field[], problems: Problems): SystemInfo['kbs'] {
  const list = fields.find(({ items }) => items.some(({ value }) => /^(?:KB|Q)\d{5}/i.test(value)));
  if (list === undefined) {
    const none = fields.find(({ label }) => LABEL.test(label));
    if (none !== undefined && !/\d/.test(none.value)) return [];
    problems.add('no list of installed updates was found');
    return [];
  }
  const promised = Number(/\d+/.exec(list.value)?.[0] ?? list.items.length);
  if (list.items.length < promised) {
    problems.add(`${list.items.length} of ${promised} installed updates are listed`, 'truncated');
  }
  const kbs = new Map<string, { number: string; line: number }>();
  for (const { value, line } of list.items) {
    // XP and 2003 add what it is after a hyphen: `KB893803v2 - Update`.
    const number = kbNumber(value.split(' - ')[0] ?? '');
    if (number !== undefined && !kbs.has(number)) kbs.set(number, { number, line });
  }
  return [...kbs.values()];
}
