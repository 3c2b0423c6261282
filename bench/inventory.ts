/**
 * Taking inventories: CPU seconds and the largest resident size of a process each, of this machine, of a made-up image of
 * GIGABYTES (packed by gzip, as registries keep them), of a plain archive as large, of a tree of 100,000 files, and of a
 * status file. The start of the process and the loading of the source are told apart. `node bench/inventory.ts [GIGABYTES]`
 */
import { spawnSync } from 'node:child_process';
import { createHash, type Hash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { gzipSync } from 'node:zlib';
import { takeInventory } from '../src/inventory/take-inventory.ts';
import { buildTar, type TarPart } from '../test/support/build-tar.ts';

const CHUNK = 16 * 1024 ** 2;
const RELEASE = 'ID=debian\nVERSION_ID=12\n';

const [first = '2', target] = process.argv.slice(2);
if (first === '--measure') await measure(target ?? 'host');
else compare(Number(first));

async function measure(name: string): Promise<void> {
  const began = process.cpuUsage();
  const { packages, filesSeen, extractors, unread } = await takeInventory(name);
  const cpu = process.cpuUsage(began);
  const total = process.cpuUsage();
  const seconds = ({ user, system }: NodeJS.CpuUsage): string => ((user + system) / 1e6).toFixed(2);
  const partial = extractors.filter(({ status }) => status === 'partial' || status === 'failed');
  console.log(
    `${seconds(cpu)} s CPU (whole process ${seconds(total)}), ${Math.round(process.resourceUsage().maxRSS / 1024)} MB; ` +
      `${packages.length} packages, ${filesSeen} files, ${unread.length + partial.length} not read whole`,
  );
}

function compare(gigabytes: number): void {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-bench-'));
  try {
    report('this machine', 'host');
    report('a status file of 1,000 packages', statusFile(folder));
    report('a tree of 100,000 files', manyFiles(path.join(folder, 'tree'), 100_000));
    report(`an image of ${gigabytes} GB, gzip`, packedImage(path.join(folder, 'image'), gigabytes));
    report(
      `a plain archive of ${gigabytes} GB`,
      plainArchive(path.join(folder, 'root.tar'), gigabytes),
    );
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/** A process of its own, so that its memory is its own. */
function report(what: string, name: string): void {
  const args = [import.meta.filename, '--measure', name];
  const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  console.log(`${what}: ${stdout.trim() || stderr.trim()}`);
}

function status(packages: number): string {
  return Array.from(
    { length: packages },
    (_, at) =>
      `Package: package-${at}\nStatus: install ok installed\nPriority: optional\nArchitecture: amd64\n` +
      `Source: source-${at >> 2}\nVersion: 1.${at}-1+deb12u${at % 7}\nDepends: libc6 (>= 2.34), zlib1g\n` +
      `Description: made up\n ${'It does nothing at all. '.repeat(20)}\n\n`,
  ).join('');
}

function statusFile(folder: string): string {
  const file = path.join(folder, 'made-up.dpkg-status');
  fs.writeFileSync(file, status(1000));
  return file;
}

function manyFiles(root: string, files: number): string {
  for (let at = 0; at < files / 100; at += 1) {
    const folder = path.join(root, `part-${at % 10}`, `unit-${at}`, 'src');
    fs.mkdirSync(folder, { recursive: true });
    for (let file = 0; file < 99; file += 1)
      fs.writeFileSync(path.join(folder, `module-${file}.js`), '');
    fs.writeFileSync(
      path.join(folder, '../package.json'),
      `{"name":"unit-${at}","version":"1.0.0"}`,
    );
  }
  return root;
}

/** The header alone; its content follows. */
function header(part: TarPart): Buffer {
  return buildTar([part], { end: false }).subarray(0, 512);
}

/** Half of it packs well, half does not. */
function content(): Buffer {
  const bytes = Buffer.alloc(CHUNK, 'Half of this packs well. ');
  for (let at = 0, state = 1; at < CHUNK / 2; at += 4) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    bytes.writeInt32LE(state, at);
  }
  return bytes;
}

/** Members of gzip joined: the large content is packed once and written many times. */
function packedImage(folder: string, gigabytes: number): string {
  const blobs = path.join(folder, 'blobs/sha256');
  fs.mkdirSync(blobs, { recursive: true });
  const packed = gzipSync(content(), { level: 6 });
  const layers = [1, 2, 3, 4].map((layer) => {
    const file = path.join(blobs, `layer-${layer}`);
    const hash = createHash('sha256');
    const out = fs.openSync(file, 'w');
    const put = (bytes: Buffer): void => {
      fs.writeSync(out, bytes);
      hash.update(bytes);
    };
    put(gzipSync(buildTar(smallParts(layer), { end: false })));
    for (let at = 0; at < (gigabytes * 1024 ** 3) / 4 / CHUNK; at += 1) {
      put(gzipSync(header({ path: `srv/data-${layer}/${at}`, size: CHUNK })));
      put(packed);
    }
    put(gzipSync(Buffer.alloc(1024)));
    fs.closeSync(out);
    return named(blobs, file, hash);
  });
  const config = blob(blobs, JSON.stringify({ os: 'linux', architecture: 'amd64' }));
  const type = 'application/vnd.oci.image.layer.v1.tar+gzip';
  const manifest = { config, layers: layers.map((layer) => ({ mediaType: type, ...layer })) };
  const index = { manifests: [blob(blobs, JSON.stringify(manifest))] };
  fs.writeFileSync(path.join(folder, 'index.json'), JSON.stringify(index));
  fs.writeFileSync(path.join(folder, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  return folder;
}

function smallParts(layer: number): TarPart[] {
  const parts: TarPart[] = Array.from({ length: 10_000 }, (_, at) => ({
    path: `usr/share/made-up-${layer}/${at >> 7}/file-${at}.txt`,
    content: 'made up\n'.repeat(at % 200),
  }));
  if (layer > 1) return parts;
  return [
    { path: 'etc/os-release', content: RELEASE },
    { path: 'var/lib/dpkg/status', content: status(1000) },
    ...parts,
  ];
}

interface Descriptor {
  readonly digest: string;
  readonly size: number;
}

function named(blobs: string, file: string, hash: Hash): Descriptor {
  const hex = hash.digest('hex');
  fs.renameSync(file, path.join(blobs, hex));
  return { digest: `sha256:${hex}`, size: fs.statSync(path.join(blobs, hex)).size };
}

function blob(blobs: string, text: string): Descriptor {
  const file = path.join(blobs, 'new');
  fs.writeFileSync(file, text);
  return named(blobs, file, createHash('sha256').update(text));
}

/** Large files are holes on the disk: their bytes are skipped, not read. */
function plainArchive(file: string, gigabytes: number): string {
  const out = fs.openSync(file, 'w');
  const small = buildTar(smallParts(1), { end: false });
  fs.writeSync(out, small);
  let end = small.length;
  for (let at = 0; at < (gigabytes * 1024 ** 3) / CHUNK; at += 1) {
    fs.writeSync(out, header({ path: `srv/data/${at}`, size: CHUNK }), 0, 512, end);
    end += 512 + CHUNK;
  }
  fs.ftruncateSync(out, end + 1024);
  fs.closeSync(out);
  return file;
}
