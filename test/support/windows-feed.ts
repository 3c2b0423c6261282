/** Microsoft's updates for the products that a test needs, out of the real table beside the clone. */
import assert from 'node:assert/strict';
import { inflateRawSync } from 'node:zlib';
import { gatherCatalogues } from '../../src/advisories/windows/read-catalogue.ts';
import type { WindowsUpdate } from '../../src/advisories/windows/model.ts';
import { sharedFile } from './shared-data.ts';

/** By the catalogue's name of the product. */
export function realUpdates(
  products: readonly string[],
): ReadonlyMap<string, readonly WindowsUpdate[]> {
  const gathered = gatherCatalogues();
  const wanted = new Set(products);
  for (const line of tableOf(sharedFile('windows/definitions.zip')).split('\n')) {
    const cells = [...line.matchAll(/"((?:[^"]|"")*)"/g)].map(([, cell = '']) => cell);
    const [date = '', cve = '', kb = '', , product = '', component = '', , , supersedes = ''] =
      cells;
    if (wanted.has(product.toLowerCase()))
      gathered.take({ date, cve, kb, product, component, supersedes });
  }
  return new Map(gathered.catalogues().map(({ product, updates }) => [product, updates]));
}

/** The one large table of the archive. */
function tableOf(zip: Buffer): string {
  const end = zip.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left -= 1) {
    const [packed, nameLength, more, comment] = [20, 28, 30, 32].map((offset, i) =>
      i === 0 ? zip.readUInt32LE(at + offset) : zip.readUInt16LE(at + offset),
    ) as [number, number, number, number];
    const name = zip.toString('latin1', at + 46, at + 46 + nameLength);
    const local = zip.readUInt32LE(at + 42);
    if (/^CVEs_.*\.csv$/.test(name)) {
      const from = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
      return inflateRawSync(zip.subarray(from, from + packed)).toString('utf8');
    }
    at += 46 + nameLength + more + comment;
  }
  return assert.fail('the archive holds no table of updates');
}
