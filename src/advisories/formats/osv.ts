/** Records in the OSV schema (1.7): what OSV, GitHub, Go, PyPA, RustSec, AlmaLinux, Rocky, SUSE, Ubuntu and others publish. */
import { schemeOf } from '../../versions/index.ts';
import { isModular } from '../../versions/rpm-module.ts';
import type { OsvEvent, OsvRange } from '../../versions/range.ts';
import { canonicalEcosystem } from '../ecosystem.ts';
import type { Item, ItemRow, Notes } from '../item.ts';
import type { AdvisoryRecord, AdvisoryRow } from '../model.ts';
import {
  listOf,
  objectOf,
  objectsOf,
  textOf,
  textsOf,
  timeOf,
  type JsonObject,
} from '../read-json.ts';
import {
  cvssOf,
  cwesOf,
  qualifierOf,
  severityOf,
  statusOf,
  urgencyOf,
  urlOf,
} from './osv-words.ts';

export function isOsv(document: JsonObject): boolean {
  return (
    typeof document['id'] === 'string' &&
    (typeof document['modified'] === 'string' || typeof document['schema_version'] === 'string') &&
    document['assigner'] === undefined
  );
}

/** Bug-fix and enhancement notices of AlmaLinux, Rocky, Oracle and Red Hat. */
const NOT_SECURITY = /^(AL|EL|RH|RL)(BA|EA)-/;

export function parseOsv(document: unknown, notes: Notes): Item[] {
  const record = objectOf(document);
  const id = textOf(record['id']).trim();
  if (id === '') return drop(notes, 'no identifier');
  if (NOT_SECURITY.test(id)) return drop(notes, 'not about security (bug fix or enhancement)');
  const modified = timeOf(record['modified']);
  if (modified === '') notes.dropped('time of change is a placeholder');
  else notes.asOf(modified);
  const rows = rowsOf(record, id, notes);
  if (rows.length === 0) return drop(notes, 'names no package');
  return [{ kind: 'record', identity: id, record: recordOf(record, id, modified), rows }];
}

function drop(notes: Notes, reason: string): Item[] {
  notes.dropped(reason);
  return [];
}

function recordOf(record: JsonObject, id: string, modified: string): AdvisoryRecord {
  const published = timeOf(record['published']);
  const severity = severityOf(record);
  return {
    id,
    status: statusOf(record),
    aliases: textsOf(record['aliases']),
    upstream: upstreamOf(record, id),
    summary: summaryOf(record),
    published,
    modified: modified === '' ? published : modified,
    cvss: cvssOf(record),
    ...(severity === '' ? {} : { severity }),
    cwes: cwesOf(record),
    url: urlOf(record, id),
  };
}

/** Notices of distributions: what they relate to is what they repair. */
const NOTICE =
  /^(ALAS|ALSA|ALPINE|AZL|BELL|CGA|CLEANSTART|DLA|DSA|ECHO|ELSA|MGASA|MINI|OESA|PHSA|RHSA|RLSA|RXSA|SUSE|USN|openSUSE)[-:]/;
/** `DEBIAN-CVE-2023-38545` is the distribution's word on that CVE. */
const ABOUT_ONE = /^[A-Z]+-(CVE-\d{4}-\d{4,})$/;

function upstreamOf(record: JsonObject, id: string): string[] {
  const upstream = new Set(textsOf(record['upstream']));
  if (NOTICE.test(id)) {
    for (const related of textsOf(record['related']))
      if (related.startsWith('CVE-')) upstream.add(related);
  }
  const one = ABOUT_ONE.exec(id)?.[1];
  if (one !== undefined) upstream.add(one);
  return [...upstream];
}

const SUMMARY_LENGTH = 200;

function summaryOf(record: JsonObject): string {
  const summary = textOf(record['summary']).trim();
  const text =
    summary === '' ? (textOf(record['details']).trim().split('\n', 1)[0] ?? '') : summary;
  return text.length <= SUMMARY_LENGTH ? text : `${text.slice(0, SUMMARY_LENGTH - 1)}…`;
}

function rowsOf(record: JsonObject, id: string, notes: Notes): ItemRow[] {
  const rows: ItemRow[] = [];
  for (const entry of listOf(record['affected'])) {
    const affected = objectOf(entry);
    const { ecosystem, name } = objectOf(affected['package']);
    if (textOf(ecosystem) === '' || textOf(name) === '') {
      notes.dropped('affected entry without a package');
      continue;
    }
    const row = rowOf(affected, record, id, notes);
    rows.push({ ecosystem: canonicalEcosystem(textOf(ecosystem)), name: textOf(name), row });
  }
  return rows;
}

function rowOf(affected: JsonObject, record: JsonObject, id: string, notes: Notes): AdvisoryRow {
  const ranges = rangesOf(affected, notes);
  const versions = isSaidByRange(affected, ranges) ? [] : textsOf(affected['versions']);
  if (ranges.length === 0 && versions.length === 0)
    notes.dropped('package without any range or version (kept as unknown)');
  const qualifier = qualifierOf(affected);
  const urgency = urgencyOf(affected);
  const module = moduleOf(ranges, record);
  return {
    id,
    state: 'affected',
    ...(ranges.length === 0 ? {} : { ranges }),
    ...(versions.length === 0 ? {} : { versions }),
    ...(module === undefined ? {} : { module }),
    ...(qualifier === '' ? {} : { qualifier }),
    ...(urgency === '' ? {} : { urgency }),
  };
}

/**
 * Distributions list every build that their range covers, hundreds to a record. Where each mark of the range can be
 * ordered the range says it all; a language's registry may hold versions that its range misses.
 */
function isSaidByRange(affected: JsonObject, ranges: readonly OsvRange[]): boolean {
  const ecosystem = textOf(objectOf(affected['package'])['ecosystem']);
  const scheme = ecosystem.includes(':') ? schemeOf(ecosystem) : undefined;
  if (scheme === undefined || !DISTRIBUTIONS.has(scheme.id)) return false;
  const marks = ranges.flatMap(({ events }) =>
    events.map(({ fixed, last_affected: last }) => fixed ?? last),
  );
  const isOrdered = ranges.some(({ type }) => type === 'ECOSYSTEM');
  return isOrdered && marks.every((mark) => mark === undefined || scheme.parse(mark) !== undefined);
}

const DISTRIBUTIONS = new Set(['apk', 'deb', 'rpm']);

const KNOWN_KINDS = new Set(['ECOSYSTEM', 'SEMVER', 'GIT']);
const EVENTS = ['introduced', 'fixed', 'last_affected', 'limit'] as const;

/** Commits are left out: no component is named by one. That there are only commits is kept, for it makes a verdict unknown. */
function rangesOf(affected: JsonObject, notes: Notes): OsvRange[] {
  const ranges = objectsOf(affected['ranges']).map((range): OsvRange => {
    const type = textOf(range['type']);
    if (!KNOWN_KINDS.has(type)) notes.dropped('range of an unknown kind (kept as unknown)');
    return { type, events: type === 'GIT' ? [] : objectsOf(range['events']).map(eventOf) };
  });
  const ordered = ranges.filter(({ type }) => type !== 'GIT');
  return ordered.length > 0 ? ordered : ranges.slice(0, 1);
}

function eventOf(event: JsonObject): OsvEvent {
  const kept: Record<string, string> = {};
  for (const kind of EVENTS) {
    const version = event[kind];
    if (typeof version === 'string') kept[kind] = version;
  }
  return kept;
}

const MODULE_TITLE =
  /(?:^|\s)([A-Za-z0-9._+-]+:[A-Za-z0-9._+-]+)(?=\s.*(?:update|fix|enhancement)|$)/;

/** `Important: nodejs:18 security update`: the stream that a modular build belongs to stands in the title only. */
function moduleOf(ranges: readonly OsvRange[], record: JsonObject): string | undefined {
  const modular = ranges.some(({ events }) =>
    events.some(({ fixed }) => fixed !== undefined && isModular(fixed)),
  );
  return modular ? MODULE_TITLE.exec(textOf(record['summary']))?.[1] : undefined;
}
