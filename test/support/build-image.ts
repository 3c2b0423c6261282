/** Container images for tests, in the three forms in which they lie on a disk. */
import { createHash } from 'node:crypto';
import { gzipSync, zstdCompressSync } from 'node:zlib';

export type Files = Record<string, Buffer | string>;

export type Packed = 'none' | 'gzip' | 'zstd';

export function sha256(bytes: Buffer | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}

export function pack(bytes: Buffer, packed: Packed): Buffer {
  if (packed === 'gzip') return gzipSync(bytes);
  return packed === 'zstd' ? zstdCompressSync(bytes) : bytes;
}

interface Variant {
  readonly architecture: string;
  readonly layers: readonly Buffer[];
}

/** Layers as uncompressed archives, one list a platform; a list of platforms makes an index in the index. */
export function ociLayout(variants: readonly Variant[], packed: Packed): Files {
  const files: Files = { 'oci-layout': '{"imageLayoutVersion":"1.0.0"}' };
  const put = (bytes: Buffer | string): { digest: string; size: number } => {
    const hex = sha256(bytes);
    files[`blobs/sha256/${hex}`] = bytes;
    return { digest: `sha256:${hex}`, size: bytes.length };
  };
  const manifests = variants.map(({ architecture, layers }) => {
    const config = put(JSON.stringify(configOf(architecture, layers)));
    const manifest = {
      schemaVersion: 2,
      config: { mediaType: 'application/vnd.oci.image.config.v1+json', ...config },
      layers: layers.map((layer) => ({
        mediaType: `application/vnd.oci.image.layer.v1.tar${packed === 'none' ? '' : `+${packed}`}`,
        ...put(pack(layer, packed)),
      })),
    };
    return {
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      ...put(JSON.stringify(manifest)),
      platform: { os: 'linux', architecture },
    };
  });
  const attestation = {
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    ...put('{}'),
    platform: { os: 'unknown', architecture: 'unknown' },
    annotations: { 'vnd.docker.reference.type': 'attestation-manifest' },
  };
  const list =
    manifests.length === 1
      ? manifests
      : [
          {
            mediaType: 'application/vnd.oci.image.index.v1+json',
            ...put(JSON.stringify({ manifests: [attestation, ...manifests] })),
          },
        ];
  files['index.json'] = JSON.stringify({ schemaVersion: 2, manifests: list });
  return files;
}

function configOf(architecture: string, layers: readonly Buffer[]): unknown {
  const diffs = layers.map((layer) => `sha256:${sha256(layer)}`);
  return { architecture, os: 'linux', rootfs: { type: 'layers', diff_ids: diffs } };
}

/** As `docker save` wrote it up to version 24. */
export function dockerArchive(layers: readonly Buffer[]): Files {
  const config = JSON.stringify(configOf('amd64', layers));
  const files: Files = { [`${sha256(config)}.json`]: config };
  const names = layers.map((layer, at) => {
    const name = `${sha256(`${at}`)}/layer.tar`;
    files[name] = layer;
    return name;
  });
  files['manifest.json'] = JSON.stringify([
    { Config: `${sha256(config)}.json`, RepoTags: ['clinic/rota:1'], Layers: names },
  ]);
  return files;
}

/** As Docker wrote it before 1.10: one folder a layer, each naming its parent. */
export function legacyArchive(layers: readonly Buffer[]): Files {
  const files: Files = {};
  let parent = '';
  for (const [at, layer] of layers.entries()) {
    const id = sha256(`legacy ${at}`);
    files[`${id}/json`] = JSON.stringify({ id, ...(parent === '' ? {} : { parent }) });
    files[`${id}/layer.tar`] = layer;
    parent = id;
  }
  files['repositories'] = JSON.stringify({ 'clinic/rota': { latest: parent } });
  return files;
}
