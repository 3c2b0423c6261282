/** Flaws that every whole feed of an ecosystem has named for years: one that does not is a torso. */

export const ECOSYSTEM_CANARIES: Readonly<Record<string, string>> = {
  AlmaLinux: 'CVE-2023-38545',
  Alpine: 'CVE-2023-38545',
  Bitnami: 'CVE-2021-41773',
  Chainguard: 'CVE-2023-38545',
  Debian: 'CVE-2023-38545',
  Go: 'CVE-2022-32149',
  Hex: 'CVE-2020-15150',
  Maven: 'CVE-2021-44228',
  NuGet: 'CVE-2024-21907',
  Packagist: 'CVE-2022-24828',
  Pub: 'CVE-2020-35669',
  PyPI: 'CVE-2019-10906',
  'Red Hat': 'CVE-2023-38545',
  'Rocky Linux': 'CVE-2023-38545',
  RubyGems: 'CVE-2013-0156',
  SUSE: 'CVE-2023-38545',
  Ubuntu: 'CVE-2023-38545',
  Wolfi: 'CVE-2023-38545',
  'crates.io': 'CVE-2020-26235',
  npm: 'CVE-2019-10744',
  openSUSE: 'CVE-2023-38545',
};

/** Of those, the ones that a source has. */
export function canariesOf(...ecosystems: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    ecosystems.map((ecosystem) => [ecosystem, ECOSYSTEM_CANARIES[ecosystem] ?? '']),
  );
}
