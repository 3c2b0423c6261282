/** Builds what the inventory script prints, from rows of cells. */
import { createHash } from 'node:crypto';

export type Rows = Readonly<Record<string, readonly (readonly (string | number)[])[]>>;

export function inventoryOutput(sections: Rows): Buffer {
  const names = Object.keys(sections);
  const parts = names.map((name) => {
    const body = sectionBytes(sections[name] ?? []);
    const hash = createHash('sha256').update(body).digest('hex');
    return Buffer.concat([Buffer.from(`section\t${name}\t${hash}\t${body.length}\n`), body]);
  });
  return Buffer.concat([
    Buffer.from('holdfast-inventory\t1\t1\tfull\n'),
    ...parts,
    Buffer.from(`done\t${names.length}\n`),
  ]);
}

/** The rows of one section as the script sorts them: by bytes. */
export function sectionBytes(rows: readonly (readonly (string | number)[])[]): Buffer {
  const lines = rows.map((cells) => Buffer.from(`${cells.join('\t')}\n`));
  return Buffer.concat(lines.sort((a, b) => Buffer.compare(a, b)));
}

/** The least that makes a host. */
export const SMALL_HOST: Rows = {
  os: [
    ['hostname', 'web1'],
    ['fqdn', 'web1.example.org'],
    ['host-id', 'machine-id', '0123456789abcdef'.repeat(4)],
    ['release', 'ID', 'debian'],
    ['release', 'VERSION_ID', '12'],
    ['architecture', 'x86_64'],
    ['booted', 1_700_000_000],
    ['address', '192.0.2.10'],
    ['address', '127.0.0.1'],
  ],
};
