/** A finding with nothing remarkable about it; a test says what it cares about. */
import type { Finding } from '../../src/advisories/verdict.ts';

export function aFindingOf(purl: string, id: string, over: Partial<Finding> = {}): Finding {
  return {
    key: `${id} ${purl}`,
    purl,
    id,
    aliases: [],
    upstream: [],
    state: 'affected',
    status: 'active',
    summary: 'An invented flaw of an invented kind',
    url: `https://advisories.example/${id}`,
    published: '2026-02-01',
    modified: '2026-02-02',
    fixed: [],
    fixState: 'none-known',
    severity: { word: 'high', score: 7.5, vector: null, all: [], vendor: null },
    kev: null,
    epss: null,
    ssvc: null,
    explain: {
      matched: { ecosystem: 'Debian:12', name: '', version: '', by: 'source' },
      comparator: 'deb',
      feeds: [],
      sentence: '',
    },
    ...over,
  };
}
