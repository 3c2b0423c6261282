/** Debian's security tracker as JSON: package → CVE → release; it knows what is not fixed, what will not be, and what is not affected. */
import { canonicalEcosystem } from '../ecosystem.ts';
import type { Item, ItemRow, Notes } from '../item.ts';
import type { AdvisoryRow } from '../model.ts';
import { isObject, objectOf, textOf, type JsonObject } from '../read-json.ts';
import { statusOfText } from './osv-words.ts';

/** The tracker's first bytes: a package's name and within it an identifier. */
export function looksLikeTracker(head: string): boolean {
  return /^\s*\{\s*"[a-z0-9][a-z0-9+.-]*"\s*:\s*\{\s*"(CVE-\d{4}-|TEMP-)/.test(head);
}

/** One member of the tracker: a source package and its flaws. */
export function parseTrackerPackage(document: unknown, notes: Notes, name: string): Item[] {
  if (!isObject(document) || name === '') {
    notes.dropped('not a package');
    return [];
  }
  return Object.entries(document).flatMap(([id, flaw]) =>
    flawItems(name, id, objectOf(flaw), notes),
  );
}

function flawItems(name: string, id: string, flaw: JsonObject, notes: Notes): Item[] {
  const rows: ItemRow[] = [];
  for (const [release, entry] of Object.entries(objectOf(flaw['releases']))) {
    const ecosystem = canonicalEcosystem(`Debian:${release}`);
    // `sid` has no number: it is nobody's release.
    if (!/^Debian:\d+$/.test(ecosystem)) continue;
    const row = rowOf(id, objectOf(entry));
    if (row === undefined) notes.dropped('status that is not known here');
    else rows.push({ ecosystem, name, row });
  }
  if (rows.length === 0) return [];
  const text = textOf(flaw['description']);
  return [
    {
      kind: 'record',
      // One flaw stands under each package that has it.
      identity: `${id} ${name}`,
      record: {
        id,
        status: statusOfText(text) ?? 'active',
        aliases: [],
        upstream: [],
        summary: text.slice(0, 200),
        published: '',
        modified: '',
        cvss: [],
        cwes: [],
        url: `https://security-tracker.debian.org/tracker/${encodeURIComponent(id)}`,
      },
      rows,
    },
  ];
}

const ALL = [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }] }];

function rowOf(id: string, entry: JsonObject): AdvisoryRow | undefined {
  const urgency = textOf(entry['urgency']).replace(/\*+$/, '');
  const word = urgency === '' || urgency === 'not yet assigned' ? {} : { urgency };
  const status = textOf(entry['status']);
  if (status === 'undetermined') return { id, state: 'under_investigation', ranges: ALL, ...word };
  if (status === 'open') return { id, ...openState(entry, urgency), ranges: ALL, ...word };
  const fixed = textOf(entry['fixed_version']);
  if (status !== 'resolved' || fixed === '') return undefined;
  if (fixed === '0') return { id, state: 'not_affected', ...word };
  const ranges = [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed }] }];
  return { id, state: 'affected', ranges, ...word };
}

/** `nodsa` says that no advisory will come: because it is ignored, or minor, or left for a later upload. */
function openState(entry: JsonObject, urgency: string): Pick<AdvisoryRow, 'state' | 'qualifier'> {
  if (urgency === 'end-of-life') return { state: 'wont_fix', qualifier: 'end of life' };
  const nodsa = textOf(entry['nodsa']);
  const reason = textOf(entry['nodsa_reason']);
  if (reason === 'postponed')
    return { state: 'affected', qualifier: 'postponed: to be fixed with a later update' };
  if (reason === 'ignored')
    return { state: 'wont_fix', qualifier: `ignored: ${nodsa}`.slice(0, 200) };
  return nodsa === ''
    ? { state: 'affected' }
    : { state: 'wont_fix', qualifier: `no advisory planned: ${nodsa}`.slice(0, 200) };
}
