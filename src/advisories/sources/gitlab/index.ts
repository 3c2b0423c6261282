/** GitLab advisory database as OSV records. */
import { canariesOf } from '../canaries.ts';
import { DAY, type Source } from '../source.ts';

export const gitlab: Source = {
  id: 'gitlab',
  title: 'GitLab advisory database (community)',
  licence: {
    name: 'GitLab terms; community copy MIT after 30 days',
    url: 'https://gitlab.com/gitlab-org/advisories-community',
    restricted: 'commercial reuse needs an agreement',
  },
  homepage: 'https://advisories.gitlab.com',
  maxAgeSeconds: 7 * DAY,
  seesUnfixed: () => true,
  blind: 'It is kept as YAML upstream: only a copy converted to OSV records (--from) is read.',
  byDefault: 'Its terms restrict reuse: switch it on with --only when yours allow it.',
  format: 'osv',
  canaries: canariesOf(
    'Go',
    'Hex',
    'Maven',
    'NuGet',
    'Packagist',
    'Pub',
    'PyPI',
    'RubyGems',
    'crates.io',
    'npm',
  ),
  base: 'https://gitlab.com/gitlab-org/advisories-community/-/archive/main/',
  plan: () => [{ parts: [{ path: 'advisories-community-main.tar.gz' }] }],
};
