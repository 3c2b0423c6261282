/** What collect.ps1 writes on an invented server, with what a test says otherwise. */
const SECURITY = { id: '0FA1201D-4330-4FA8-8AE9-B877473B6441', name: 'Sicherheitsupdates' };

export function anUpdate(kb: string, over: Readonly<Record<string, unknown>> = {}) {
  return {
    updateId: `3c1f2d00-0000-4000-8000-0000${kb.padStart(8, '0')}`,
    revision: 200,
    title: `Kumulatives Update (KB${kb})`,
    kb: [kb],
    cves: [],
    severity: '',
    changedAt: '2026-08-11T00:00:00Z',
    categories: [SECURITY],
    downloaded: false,
    hidden: false,
    mandatory: false,
    eulaAccepted: true,
    rebootRequired: false,
    rebootBehavior: 2,
    maxDownloadBytes: 104_857_600,
    type: 1,
    ...over,
  };
}

export function anEvent(kb: string, over: Readonly<Record<string, unknown>> = {}) {
  return {
    Date: '2026-08-12T02:11:09Z',
    Operation: 1,
    ResultCode: 2,
    HResult: '0x00000000',
    Title: `Kumulatives Update (KB${kb})`,
    ...over,
  };
}

type Parts = Readonly<Record<string, unknown>>;

export function anUpdateExport(over: Parts = {}): Record<string, unknown> {
  return {
    format: 'holdfast-windows-update',
    version: 1,
    collectedAt: '2026-08-20T09:00:12Z',
    system: {
      major: 10,
      minor: 0,
      version: '6.3',
      build: '17763',
      revision: 9121,
      edition: 'ServerStandard',
    },
    booted: '20260812031502.500000+060',
    search: {
      at: '2026-08-20T09:00:01Z',
      from: 'default',
      resultCode: 2,
      error: null,
      updates: [],
    },
    history: [],
    services: [
      {
        id: '7971f918-a847-4430-9279-4a52d1efe18d',
        name: 'Microsoft Update',
        managed: false,
        automatic: true,
      },
    ],
    automatic: { searchedAt: '2026-08-20T03:00:00Z', installedAt: null, level: 4 },
    pending: { servicing: false, updates: false, renames: 0, waiting: [] },
    disk: { drive: 'C:', freeBytes: 64_424_509_440 },
    policies: { group: {}, automatic: {}, device: {}, settings: {}, state: {} },
    hotpatch: { isolation: 0, memory: {}, package: {} },
    licences: [],
    problems: [],
    ...over,
  };
}

/** A search that found these. */
export function offering(...updates: readonly Parts[]): Parts {
  return {
    search: { at: '2026-08-20T09:00:01Z', from: 'default', resultCode: 2, error: null, updates },
  };
}
