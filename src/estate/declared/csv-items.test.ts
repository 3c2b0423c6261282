import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from 'csv-parse/sync';
import * as fc from 'fast-check';
import { csvRows } from './csv-cells.ts';
import { collectProblems, formatProblem } from './problem.ts';
import { readDeclared } from './read.ts';

function read(files: Record<string, string>) {
  const list = Object.entries(files).map(([name, text]) => ({
    name,
    bytes: new TextEncoder().encode(text),
  }));
  return readDeclared(list, { now: '2026-11-21T09:00:00Z', isKnown: (_, key) => key !== 'gone' });
}

function problems(files: Record<string, string>): readonly string[] {
  const result = read(files);
  return result.ok ? [] : result.problems.map(formatProblem);
}

function bodies(files: Record<string, string>): readonly unknown[] {
  const result = read(files);
  assert.deepEqual(result.ok ? [] : result.problems.map(formatProblem), []);
  return result.ok ? result.observations.map(({ observation: { key, body } }) => [key, body]) : [];
}

test('a row is an item: lists by semicolon, fields inside fields by a dot, empty cells say nothing', () => {
  const found = bodies({
    'services.csv':
      'id,name,clinicalCriticality,customers,runsOn\nrota,"Rota, home care",urgent,rx1; rx2;,\n',
    '2026-holdings.csv':
      'id,asset,people,people.low,people.best,people.high,categories.health,categories,children\n' +
      'h1,db,12,,,,,contact;health,\nh2,db2,,1,2,3,2,,1\n',
    'assets.csv':
      'id,type,os.id,os.versionId,hostname,cidr\n'.replace(',cidr', '') +
      'x,host,debian,12,web,\n'.replace(',\n', '\n'),
    'doors.csv': 'id,type,port,opens\nd,ssh,22,service/rota;asset/x\n',
    'anything.csv':
      'kind,id,name,enabled,login,identitySource\ndivision,care,Care,,,\naccount,a,,TRUE,ann,corp\n',
  });
  assert.deepEqual(found, [
    ['rota', { name: 'Rota, home care', clinicalCriticality: 'urgent', customers: ['rx1', 'rx2'] }],
    [
      'h1',
      {
        asset: 'db',
        people: { low: 12, best: 12, high: 12 },
        categories: { contact: 12, health: 12 },
        howCounted: 'declared',
      },
    ],
    [
      'h2',
      {
        asset: 'db2',
        people: { low: 1, best: 2, high: 3 },
        categories: { health: 2 },
        children: 1,
        howCounted: 'declared',
      },
    ],
    ['x', { name: 'x', type: 'host', os: { id: 'debian', versionId: '12' }, hostnames: ['web'] }],
    [
      'd',
      {
        name: 'd',
        type: 'ssh',
        port: 22,
        opens: [
          { kind: 'service', key: 'rota' },
          { kind: 'asset', key: 'x' },
        ],
      },
    ],
    ['care', { name: 'Care' }],
    ['a', { login: 'ann', identitySource: 'corp', enabled: true }],
  ]);
});

test('every problem of a CSV file names line, column and cell', () => {
  const found = problems({
    'customers.csv': 'id,nmae,ods\nrx1,"a\nb",rx1\nrx2,x\nrx3,x,y,z\n,x,RX5\n',
    'doors.csv': 'id;type\na;ssh\n',
    'people.csv': 'id\n1\n',
    'services.csv': 'id,name,name,\na,b,c,d\n',
    'any.csv': 'kind,id\ndoors,d\nhuose,x\n',
    'assets.csv': 'id,type\na,"host"x\nb,"host\n',
  });
  assert.deepEqual(found, [
    'customers.csv:1:4: unknown column "nmae"; did you mean "name"?',
    'customers.csv:3:4: customer "rx1": ods "rx1" is not an ODS code (3 to 10 capital letters and digits); did you mean "RX1"?',
    'customers.csv:4:5: this row has 2 cells, the header 3; a text with a comma needs quotation marks',
    'customers.csv:5:9: this row has 4 cells, the header 3; a text with a comma needs quotation marks',
    'customers.csv:6:1: customer: id is missing',
    'doors.csv:1:1: columns are parted by ";"; save the file with commas',
    'people.csv:1:1: the file name says no kind; call it one of divisions.csv, customers.csv, services.csv, networks.csv, assets.csv, doors.csv, accounts.csv, factors.csv, holdings.csv, dependencies.csv, signins.csv, proofs.csv, or add a column "kind"',
    'services.csv:1:9: the column "name" stands here twice',
    'services.csv:1:14: a column without a name',
    'any.csv:2:1: door "d": type is missing; it is one of portal, vpn, remote-desktop, ssh, database, api, admin-console, mail, file-share, directory, other',
    'any.csv:3:1: kind "huose" is not allowed; it is one of division, customer, service, network, asset, door, account, factor, holding, dependency, signin, proof',
    'assets.csv:2:9: text follows a closing quotation mark; write "" for a quotation mark in a text',
    'assets.csv:3:3: this quotation mark is never closed',
  ]);
});

test('people given twice in a row is told', () => {
  const found = problems({ 'holdings.csv': 'asset,people,people.low\nx,3,2\n' });
  assert.deepEqual(found, [
    'holdings.csv:2:5: holding: people.low stands beside people; give one of the two',
  ]);
});

test('a cell that a spreadsheet would run loses the quote that stops it', () => {
  const found = bodies({ 'divisions.csv': "id,name\na,'=1+1\nb,''=x\nc,'quoted'\n" });
  assert.deepEqual(found, [
    ['a', { name: '=1+1' }],
    ['b', { name: "'=x" }],
    ['c', { name: "'quoted'" }],
  ]);
});

test('rows agree with csv-parse on anything that is well formed', () => {
  const cell = fc.string({
    unit: fc.constantFrom('a', 'é', ' ', ',', '"', '\n', ';'),
    maxLength: 6,
  });
  const row = fc.array(cell, { minLength: 2, maxLength: 4 });
  fc.assert(
    fc.property(fc.array(row, { maxLength: 5 }), fc.boolean(), (rows, lastBreak) => {
      const quote = (text: string) =>
        /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
      const text =
        rows.map((cells) => cells.map(quote).join(',')).join('\n') + (lastBreak ? '\n' : '');
      const problemList = collectProblems(10);
      const mine = [...csvRows('f.csv', text, problemList)];
      assert.deepEqual(problemList.list, []);
      assert.deepEqual(
        mine.map((cells) => cells.map((found) => found.text)),
        parse(text, { relaxColumnCount: true, skipEmptyLines: true }),
      );
      const lines = text.split('\n');
      for (const { text: value, line, column } of mine.flat()) {
        const spelled = quote(value).split('\n')[0] ?? '';
        assert.equal(lines[line - 1]?.slice(column - 1).startsWith(spelled), true);
      }
    }),
  );
});
