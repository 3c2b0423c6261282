/**
 * Container images as they lie in a folder or archive: OCI layout (image-spec, image-layout.md), `docker save` with its
 * manifest, and the oldest form with one folder a layer.
 */
import { createHash } from 'node:crypto';
import { HoldfastError, messageOf } from '../kernel/errors.ts';
import type { Layer } from './layer-tree.ts';
import type { InputFile, TargetPath } from './schema.ts';
import type { Note, TargetTree } from './tree.ts';

export interface Image {
  /** SHA-256 of its configuration, `sha256:…`: the image's id. */
  readonly digest?: string;
  /** From the lowest up. */
  readonly layers: readonly Layer[];
}

export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
}

export interface ImageChoice {
  readonly platform: Platform;
  readonly note: Note;
  /** Told of images that lie there too and are not looked at. */
  readonly onLeftOut: (path: TargetPath, why: string) => void;
}

/** The names that tell an image from any other folder, looked for at its top. */
export const IMAGE_FILES: readonly TargetPath[] = [
  'oci-layout',
  'index.json',
  'manifest.json',
  'repositories',
];

const JSON_BYTES = 16 * 1024 * 1024;
/** An index may name an index; more than a few is a circle or an attack. */
const INDEX_DEPTH = 4;

/** Undefined where the tree holds no image. */
export async function imageIn(tree: TargetTree, choice: ImageChoice): Promise<Image | undefined> {
  if ((await tree.open('oci-layout')) !== undefined) {
    const index = await tree.open('index.json');
    if (index !== undefined) return ociImage(tree, index, choice);
  }
  const manifest = await tree.open('manifest.json');
  const saved = manifest === undefined ? undefined : await savedImages(manifest, choice.note);
  if (saved !== undefined) return dockerImage(tree, saved, choice);
  const repositories = await tree.open('repositories');
  return repositories === undefined ? undefined : legacyImage(tree, repositories, choice);
}

async function parsed(file: InputFile): Promise<unknown> {
  try {
    return JSON.parse((await file.bytes(JSON_BYTES)).toString('utf8')) as unknown;
  } catch (error) {
    if (error instanceof HoldfastError) throw error;
    throw new HoldfastError('bad_file', `${file.path}: not JSON (${messageOf(error)}).`, {
      cause: error,
    });
  }
}

type Fields = Readonly<Record<string, unknown>>;

function fields(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Fields)
    : {};
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [];
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function broken(path: string, what: string): HoldfastError {
  return new HoldfastError('bad_file', `${path}: not a whole image: ${what}.`);
}

// OCI

interface Blob {
  readonly path: TargetPath;
  readonly hex: string;
  readonly digest: string;
}

/** `sha256:HEX` as a path; anything else could name a file outside. */
function blobOf(digest: string, of: string): Blob {
  const [, algorithm = '', hex = ''] = /^(sha256|sha512):([0-9a-f]{64,128})$/.exec(digest) ?? [];
  if (hex === '') throw broken(of, 'a digest that is none');
  return { path: `blobs/${algorithm}/${hex}`, hex, digest };
}

/** A JSON document by its digest, which is tested. */
async function document(tree: TargetTree, digest: string, of: string): Promise<Fields> {
  const blob = blobOf(digest, of);
  const file = await tree.open(blob.path);
  if (file === undefined) throw broken(of, `${blob.path} is missing`);
  const algorithm = digest.startsWith('sha512') ? 'sha512' : 'sha256';
  const bytes = await file.bytes(JSON_BYTES);
  if (createHash(algorithm).update(bytes).digest('hex') !== blob.hex) {
    throw broken(blob.path, 'its bytes are not those of its digest');
  }
  return fields(await parsed(file));
}

async function ociImage(tree: TargetTree, index: InputFile, choice: ImageChoice): Promise<Image> {
  const manifests = await manifestsOf(tree, fields(await parsed(index)), 'index.json', 0);
  const chosen = chooseManifest(manifests, choice);
  const manifest = await document(tree, chosen.digest, 'index.json');
  const config = text(fields(manifest['config'])['digest']);
  const layers: Layer[] = [];
  for (const [at, value] of list(manifest['layers']).entries()) {
    const layer = await ociLayer(tree, fields(value), `layer ${at + 1}`, choice.note);
    if (layer !== undefined) layers.push(layer);
  }
  return { ...(config === '' ? {} : { digest: config }), layers };
}

interface Manifest {
  readonly digest: string;
  /** Undefined where neither the index nor the image's configuration says it. */
  readonly platform: Platform | undefined;
  readonly name: string;
}

async function manifestsOf(
  tree: TargetTree,
  index: Fields,
  of: string,
  depth: number,
): Promise<Manifest[]> {
  if (depth > INDEX_DEPTH) throw broken(of, 'indexes in indexes without end');
  const found: Manifest[] = [];
  for (const value of list(index['manifests']).slice(0, 1000)) {
    const entry = fields(value);
    const digest = text(entry['digest']);
    const annotations = fields(entry['annotations']);
    if (text(annotations['vnd.docker.reference.type']) === 'attestation-manifest') continue;
    const inner = isIndex(entry) ? await document(tree, digest, of) : undefined;
    if (inner !== undefined) {
      found.push(...(await manifestsOf(tree, inner, blobOf(digest, of).path, depth + 1)));
      continue;
    }
    const platform = platformOf(fields(entry['platform']));
    found.push({
      digest,
      platform: platform ?? (await configuredPlatform(tree, digest)),
      name: text(annotations['org.opencontainers.image.ref.name']),
    });
  }
  return found;
}

function isIndex(entry: Fields): boolean {
  const type = text(entry['mediaType']);
  return type.includes('image.index') || type.includes('manifest.list');
}

function platformOf(value: Fields): Platform | undefined {
  const os = text(value['os']);
  const architecture = text(value['architecture']);
  const variant = text(value['variant']);
  if (os === '' || architecture === '') return undefined;
  return { os, architecture, ...(variant === '' ? {} : { variant }) };
}

async function configuredPlatform(tree: TargetTree, digest: string): Promise<Platform | undefined> {
  try {
    const manifest = await document(tree, digest, 'index.json');
    const config = text(fields(manifest['config'])['digest']);
    return platformOf(await document(tree, config, 'index.json'));
  } catch (error) {
    if (error instanceof HoldfastError) return undefined;
    throw error;
  }
}

function chooseManifest(manifests: readonly Manifest[], choice: ImageChoice): Manifest {
  const [first] = manifests;
  if (first === undefined) throw broken('index.json', 'it names no image');
  const { os, architecture, variant } = choice.platform;
  const fitting = manifests.filter(
    ({ platform }) => platform?.os === os && platform.architecture === architecture,
  );
  const chosen =
    fitting.find(({ platform }) => variant !== undefined && platform?.variant === variant) ??
    fitting[0] ??
    (manifests.length === 1 ? first : undefined);
  if (chosen === undefined) {
    const names = manifests.map(({ platform }) => named(platform));
    throw new HoldfastError('not_found', `The image has no ${os}/${architecture}.`, {
      remedy: `Choose a platform out of ${[...new Set(names)].sort().slice(0, 20).join(', ')}.`,
    });
  }
  for (const other of manifests) {
    if (other === chosen) continue;
    const what = `${other.name} ${named(other.platform)}`.trim();
    choice.onLeftOut(other.digest, `another image of the same layout (${what})`);
  }
  return chosen;
}

function named(platform: Platform | undefined): string {
  return platform === undefined ? 'unknown' : `${platform.os}/${platform.architecture}`;
}

async function ociLayer(
  tree: TargetTree,
  layer: Fields,
  name: string,
  note: Note,
): Promise<Layer | undefined> {
  const type = text(layer['mediaType']);
  const blob = blobOf(text(layer['digest']), name);
  if (type.includes('encrypted')) {
    note(blob.path, 'encrypted', `${name} is encrypted`);
    return undefined;
  }
  const source = await tree.open(blob.path);
  if (source === undefined) {
    note(blob.path, 'unreadable', `${name} is not in the image's files`);
    return undefined;
  }
  const { digest } = blob;
  return {
    name: blob.path,
    source,
    digest,
    ...(digest.startsWith('sha256') ? { expected: blob.hex } : {}),
  };
}

// docker save

/** Undefined where it is some other manifest.json (browsers' extensions, web apps). */
async function savedImages(file: InputFile, note: Note): Promise<readonly Fields[] | undefined> {
  const value = await parsedOrNoted(file, note);
  const images = list(value).map(fields);
  const looks = images.length > 0 && images.every((one) => Array.isArray(one['Layers']));
  return looks ? images : undefined;
}

/** A file of that name need not be an image's; if it was one, the note says why nothing was found. */
async function parsedOrNoted(file: InputFile, note: Note): Promise<unknown> {
  try {
    return await parsed(file);
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error;
    note(file.path, 'invalid', error.message);
    return undefined;
  }
}

async function dockerImage(
  tree: TargetTree,
  images: readonly Fields[],
  { note, onLeftOut }: ImageChoice,
): Promise<Image> {
  const [image = {}, ...others] = images;
  for (const other of others) {
    const tags = list(other['RepoTags']).map(text).join(', ');
    onLeftOut(text(other['Config']), `another image of the same archive (${tags})`);
  }
  const config = await tree.open(text(image['Config']));
  if (config === undefined) throw broken('manifest.json', 'the configuration is missing');
  const bytes = await config.bytes(JSON_BYTES);
  const diffs = list(fields(fields(await parsed(config))['rootfs'])['diff_ids']).map(text);
  const layers: Layer[] = [];
  for (const [at, value] of list(image['Layers']).entries()) {
    const name = text(value);
    const source = await tree.open(name);
    if (source === undefined) note(name, 'unreadable', `layer ${at + 1} is not in the archive`);
    else layers.push({ name, source, ...(diffs[at] === undefined ? {} : { digest: diffs[at] }) });
  }
  return { digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}`, layers };
}

// the oldest form

async function legacyImage(
  tree: TargetTree,
  repositories: InputFile,
  { note, onLeftOut }: ImageChoice,
): Promise<Image | undefined> {
  const told = fields(await parsedOrNoted(repositories, note));
  const tags = Object.entries(told).flatMap(([name, value]) =>
    Object.entries(fields(value)).map(([tag, id]) => ({ name: `${name}:${tag}`, id: text(id) })),
  );
  const [first, ...others] = tags;
  if (first === undefined || (await tree.open(`${first.id}/json`)) === undefined) return undefined;
  for (const other of others) {
    if (other.id !== first.id)
      onLeftOut(other.id, `another image of the same archive (${other.name})`);
  }
  const layers: Layer[] = [];
  const seen = new Set<string>();
  for (let id = first.id; id !== '';) {
    if (seen.has(id) || !/^[0-9a-f]{8,64}$/.test(id)) throw broken(id, 'its parents lead nowhere');
    seen.add(id);
    const json = await tree.open(`${id}/json`);
    const source = await tree.open(`${id}/layer.tar`);
    if (source === undefined)
      note(`${id}/layer.tar`, 'unreadable', 'the layer is not in the archive');
    else layers.unshift({ name: `${id}/layer.tar`, source });
    id = json === undefined ? '' : text(fields(await parsed(json))['parent']);
  }
  return { layers };
}
