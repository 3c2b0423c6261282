/** A Windows system of which a person or a directory gives the name and the version, and nobody read its files. */
import type { Found } from '../schema.ts';
import { foundWindows, type WindowsFacts } from './product.ts';

/**
 * Undefined where the text holds no version of Windows. The revision is taken where it is there:
 * `10.0.14393.3808`; Active Directory writes `10.0 (14393)`.
 */
export function namedWindows(
  text: string,
  facts: Omit<WindowsFacts, 'version'>,
): Found | undefined {
  const [, dotted, revision] =
    /(\d{1,2}\.\d{1,2}\.\d{4,6})(?:\.(\d{1,6}))?(?![\d.])/.exec(text) ?? [];
  if (dotted !== undefined)
    return foundWindows({
      ...facts,
      version: revision === undefined ? dotted : `${dotted}.${revision}`,
    });
  const [, base, build] = /(\d{1,2}\.\d{1,2}) \((\d{4,6})\)/.exec(text) ?? [];
  return base === undefined ? undefined : foundWindows({ ...facts, version: `${base}.${build}` });
}
