/** A NetScaler (Citrix ADC, Gateway): its version out of a saved configuration or of what `show ns version` prints. */
import { netscalerVersion } from '../../versions/netscaler.ts';
import { invalid, unread } from '../damage.ts';
import type { Extracted, Extractor, InputFile, TargetPath } from '../schema.ts';

/** The version stands in the first line of a configuration; what says that it is one comes soon after. */
const HEAD = 64 * 1024;
const MAX_BYTES = 256 * 1024 * 1024;

const VERSION = /^#NS\d+\.\d+\s+Build\s+[\d.]+|\bNetScaler\s+NS\d+\.\d+.*/m;
const CONFIGURATION =
  /^(?:set ns config|add (?:lb|vpn|cs|authentication) vserver|set ns hostName)\b/im;

export const netscaler: Extractor = {
  id: 'netscaler',
  title: 'NetScaler: ns.conf, show ns version',
  version: 1,
  evidence: 'installed',
  maxBytes: MAX_BYTES,
  wants: isWanted,
  recognises: (head) => VERSION.test(head.toString('utf8')),
  extract,
};

/** `ns.conf` and texts named after the command: `show_ns_version.txt`, `nsversion.txt`. */
function isWanted(path: TargetPath): boolean {
  if (path.endsWith('ns.conf')) return /(?:^|[/_.-])ns\.conf$/.test(path);
  return path.endsWith('.txt') && /(?:^|[/_.-])ns[_-]?version\.txt$/i.test(path);
}

async function* extract(file: InputFile): AsyncGenerator<Extracted> {
  const text = (await file.read(0, Math.min(file.size, HEAD))).toString('utf8');
  const line = VERSION.exec(text)?.[0];
  const version = line === undefined ? undefined : netscalerVersion(line);
  if (version === undefined && !CONFIGURATION.test(text))
    throw invalid('no NetScaler configuration');
  yield {
    kind: 'package',
    found: { type: 'generic', namespace: 'citrix', name: 'netscaler-adc', version: version ?? '' },
  };
  if (version === undefined) yield unread('invalid', 'does not say which version wrote it');
}
