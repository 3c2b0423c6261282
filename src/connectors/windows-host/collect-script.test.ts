/**
 * collect.ps1 as far as it can be checked without a Windows: no machine here runs it. Its characters, its brackets and
 * quotes, the commands and operators that PowerShell 2 to 7 all have, what it may change, and that it writes what is read.
 */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { anUpdate, anUpdateExport } from '../../../test/support/windows-updates.ts';

const bytes = fs.readFileSync(path.join(import.meta.dirname, 'collect.ps1'));
const script = bytes.toString('latin1');

interface Token {
  readonly kind: 'code' | 'single' | 'double';
  readonly text: string;
}

/** Code and strings apart, comments away. What PowerShell puts into double quotes stays in their text. */
function tokens(source: string): Token[] {
  const found: Token[] = [];
  let code = '';
  const push = (kind: Token['kind'], text: string): void => {
    if (text !== '') found.push({ kind, text });
  };
  for (let at = 0; at < source.length; at += 1) {
    const char = source.charAt(at);
    if (char === '#') {
      const end = source.indexOf('\n', at);
      at = (end < 0 ? source.length : end) - 1;
    } else if (char === "'" || char === '"') {
      push('code', code);
      code = '';
      const end = endOfString(source, at);
      push(char === "'" ? 'single' : 'double', source.slice(at, end + 1));
      at = end;
    } else code += char;
  }
  push('code', code);
  return found;
}

/** In single quotes only a doubled quote stays within; in double ones a backtick keeps the next character. */
function endOfString(source: string, start: number): number {
  const quote = source.charAt(start);
  for (let at = start + 1; at < source.length; at += 1) {
    const char = source.charAt(at);
    if (char === '\n') break;
    if (quote === '"' && char === '`') at += 1;
    else if (char === quote && source.charAt(at + 1) === quote) at += 1;
    else if (char === quote) return at;
  }
  throw new Error(`a string is not closed at line ${source.slice(0, start).split('\n').length}`);
}

const all = tokens(script);
const code = all.map(({ kind, text }) => (kind === 'code' ? text : "''")).join('');

test('plain ASCII without a mark, so that every version reads the same', () => {
  assert.ok(bytes.every((byte) => byte === 10 || (byte >= 32 && byte < 127)));
});

test('every bracket and every string is closed', () => {
  const open: string[] = [];
  const pairs: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };
  for (const char of code) {
    if ('([{'.includes(char)) open.push(char);
    else if (char in pairs) assert.equal(open.pop(), pairs[char], `a ${char} closes nothing`);
  }
  assert.deepEqual(open, []);
  assert.throws(() => tokens("Write-Output 'open\n"), /not closed at line 1/);
});

/** In PowerShell 2 on Windows, and in 7 still. */
const COMMANDS = new Set([
  'Add-Json',
  'Add-Problem',
  'Add-Text',
  'ConvertTo-Csv',
  'Get-HotFix',
  'Get-ItemProperty',
  'Get-Key',
  'Join-Path',
  'New-Item',
  'New-Object',
  'Out-Null',
  'Remove-Item',
  'Select-Object',
  'Set-StrictMode',
  'Sort-Object',
  'Test-Path',
  'Write-Output',
]);

test('only commands that every version has', () => {
  const own = new Set(
    [...code.matchAll(/function ([A-Z][a-z]+-[A-Za-z]+)/g)].map(([, name]) => name),
  );
  assert.ok(own.size > 20);
  const used = new Set(
    [...code.matchAll(/(?<![\w$.:-])([A-Z][a-z]+-[A-Z][A-Za-z]+)/g)].map(([, name = '']) => name),
  );
  assert.deepEqual(
    [...used].filter((name) => !own.has(name) && !COMMANDS.has(name)),
    [],
  );
  // Each of these is missing at one end: JSON and CIM in 2, WMI cmdlets in 7; the operators and attributes came with 3.
  assert.doesNotMatch(
    code,
    /ConvertTo-Json|Get-Cim|Get-Wmi|\[ordered\]|\[pscustomobject\]|-(?:not)?in\b|\?\?|\?\.|&&|\|\||\$PSItem|::new\(|#Requires/i,
  );
  // Type accelerators for WMI are gone in 7 as well.
  assert.doesNotMatch(code, /\[wmi|\[adsi/i);
});

test('it changes nothing but its folder', () => {
  const changing =
    /(?:Set|Remove|New|Add|Clear|Stop|Start|Restart|Enable|Disable|Install|Invoke)-[A-Z]\w+/g;
  const found = new Set([...code.matchAll(changing)].map(([name]) => name));
  // Removed is an export of an earlier run, made is the folder.
  assert.deepEqual([...found].sort(), [
    'Add-Json',
    'Add-Problem',
    'Add-Text',
    'New-Item',
    'New-Object',
    'Remove-Item',
    'Set-StrictMode',
  ]);
  const removed = script.match(/Remove-Item[^\n]*/g);
  assert.deepEqual(removed, ['Remove-Item -LiteralPath $file }']);
  const methods =
    /\.(?:Install|Download|AcceptEula|Uninstall|BeginInstall|CreateUpdate(?:Installer|Downloader)|Delete|SetValue|DetectNow)\b/;
  assert.doesNotMatch(script, methods);
  assert.doesNotMatch(script, /https?:|Net\.WebClient|Start-Process|Invoke-Expression|\biex\b/i);
  const programs = [...script.matchAll(/& (\w+\.exe)(?: (\w+|\/\w+))?/g)].map(([, name, first]) =>
    `${name ?? ''} ${first ?? ''}`.trim(),
  );
  assert.deepEqual(programs.sort(), ['cmd.exe /c', 'reg.exe export', 'systeminfo.exe']);
});

test('what is read is written, under the same names', () => {
  const names = new Set(
    [...script.matchAll(/(?:^\s+|[{;]\s*)(\w+) = /gm)].map(([, name = '']) => name),
  );
  for (const name of Object.keys(anUpdateExport())) assert.ok(names.has(name), name);
  for (const name of Object.keys(anUpdate('1'))) assert.ok(names.has(name), name);
  for (const name of ['Date', 'Operation', 'ResultCode', 'HResult', 'Title', 'waiting', 'fileAt'])
    assert.ok(names.has(name), name);
  for (const file of [
    'systeminfo.txt',
    'ver.txt',
    'hotfix.csv',
    'windows-update.json',
    'wu-history.json',
  ])
    assert.ok(script.includes(`'${file}'`), file);
});
