/**
 * One spelling of a NetScaler's version, however the appliance, its configuration or a person writes it: the release, the
 * certified edition where it is one, and the build: `13.1-48.47`, `13.1-FIPS-37.159`.
 */

const FORM =
  /(?:\bNetScaler\s+)?(?:#\s*)?(?:\bNS\s*)?(?<![\d.])(\d{1,2}\.\d)(?![\d])(?:[-\s]*(FIPS|NDcPP))?(?:[\s:.,-]*(?:Build\s*)?(\d{1,3}\.\d{1,3})(?![\d]))?(?:\.(?:nc|cl)\b)?(?:[-\s]*(FIPS|NDcPP))?/i;

/**
 * Undefined for what holds no version. A release without a build is given as it is.
 *
 * @example netscalerVersion('NetScaler NS13.1: Build 48.47.nc, Date: Jul 10 2023') === '13.1-48.47'
 */
export function netscalerVersion(text: string): string | undefined {
  const found = FORM.exec(text.slice(0, 1000));
  if (found === null) return undefined;
  const [, release = '', before, build, after] = found;
  const edition = editionOf(before ?? after) ?? builtFor(release, build);
  return [release, edition, build].filter((part) => part !== undefined).join('-');
}

function editionOf(word: string | undefined): string | undefined {
  if (word === undefined) return undefined;
  return word.toLowerCase() === 'fips' ? 'FIPS' : 'NDcPP';
}

/** Certified builds stem from one ordinary one and count on from a hundred behind it: 12.1-55.100, 13.1-37.100. */
function builtFor(release: string, build: string | undefined): string | undefined {
  const isCertified =
    (release === '12.1' && /^55\.\d{3}$/.test(build ?? '')) ||
    (release === '13.1' && /^37\.\d{3}$/.test(build ?? ''));
  return isCertified ? 'FIPS' : undefined;
}
