/** A product's version as records and rules order it, where it is written in several ways. */
import { netscalerVersion } from '../../versions/netscaler.ts';

export function versionOf(
  { vendor, product }: { readonly vendor: string; readonly product: string },
  version: string,
): string {
  if (vendor === 'citrix' && /^netscaler_(?:adc|gateway)$/.test(product))
    return netscalerVersion(version) ?? version;
  return version;
}
