/** Alpine secdb: repaired versions by branch, and what was never affected. */
import { canariesOf } from '../canaries.ts';
import { DAY, type Source } from '../source.ts';

const REPOSITORIES = ['main', 'community'];

export const alpine: Source = {
  id: 'alpine',
  title: 'Alpine Linux security database',
  licence: { name: 'Alpine: free to use', url: 'https://security.alpinelinux.org' },
  homepage: 'https://security.alpinelinux.org',
  maxAgeSeconds: 7 * DAY,
  seesUnfixed: () => false,
  blind: 'Flaws that no version repairs yet.',
  byDefault: true,
  format: 'secdb',
  canaries: canariesOf('Alpine'),
  base: 'https://secdb.alpinelinux.org/',
  plan: async ({ text }) => {
    const branches = branchesOf(await text(''));
    const paths = branches.flatMap((branch) =>
      REPOSITORIES.map((name) => `${branch}/${name}.json`),
    );
    return [{ parts: paths.map((path) => ({ path, mayBeMissing: true })) }];
  },
};

/** Of the list of folders that the server shows: `v3.20/`, `edge/`. */
export function branchesOf(listing: string): string[] {
  const found = [...listing.matchAll(/href="(?:\.\/)?(v\d+\.\d+|edge)\/?"/g)].map(
    ([, branch = '']) => branch,
  );
  return [...new Set(found)].sort();
}
