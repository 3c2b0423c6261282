/** An entity's body in the words of a page. A body is what sources said, possibly years ago: nothing of it is required. */
import type { Entity } from '../estate/model.ts';
import type { Bodies } from '../estate/schema.ts';
import type { AssetView, DoorView } from './pages/asset-page.ts';
import { instantText } from './pages/layout.ts';

type AssetBody = Partial<Bodies['asset']>;

export function bodyOf(entity: Entity): AssetBody {
  return entity.body;
}

export function nameOf(entity: Entity): string {
  const { name } = entity.body;
  return typeof name === 'string' && name !== '' ? name : entity.key;
}

export function osText({ os }: AssetBody): string | undefined {
  if (os === undefined) return undefined;
  return os.prettyName ?? [os.id, os.versionId].filter((part) => part !== undefined).join(' ');
}

const RESTART_WORDS = {
  'reboot-required-file': 'the system asks for a restart',
  'kernel-not-booted': 'a newer kernel is installed and not booted',
  'deleted-file-mapped': 'programs still run code that was replaced on disk',
  'updates-pending': 'updates of Windows are in and wait for a restart',
  'renames-pending': 'files are replaced at the next restart',
} as const;
const MOST_NAMES = 8;

/** Why a restart is due; undefined: not measured. */
export function restartReasons({ restartNeeded }: AssetBody): string[] | undefined {
  return restartNeeded?.map(({ code, packages = [], programs = [] }) => {
    const names = [...packages, ...programs];
    const shown = names.slice(0, MOST_NAMES).join(', ');
    const more = names.length > MOST_NAMES ? ` and ${names.length - MOST_NAMES} more` : '';
    return `${RESTART_WORDS[code]}${names.length === 0 ? '' : ` (${shown}${more})`}`;
  });
}

/** The facts of the asset page, in its order. */
export function assetFacts(key: string, body: AssetBody): AssetView['facts'] {
  const list = (values: readonly string[] | undefined) =>
    values === undefined || values.length === 0 ? undefined : values.join(', ');
  const instant = (text: string | undefined) =>
    text === undefined ? undefined : instantText(new Date(text));
  const own = [
    { name: 'Key', value: key },
    { name: 'Operating system', value: osText(body) },
    { name: 'Kernel running', value: body.kernel?.running },
    { name: 'Kernels installed', value: list(body.kernel?.installed) },
    { name: 'Architecture', value: body.architecture },
    { name: 'Host names', value: list(body.hostnames) },
    { name: 'Addresses', value: list(body.addresses) },
    { name: 'Networks', value: list(body.networks) },
    { name: 'Division', value: body.division },
    { name: 'Up since', value: instant(body.bootedAt) },
    { name: 'Package lists fetched', value: instant(body.packageListsAt) },
  ];
  return body.customer === undefined ? own : [...own, { name: 'Customer', value: body.customer }];
}

export function doorView(entity: Entity): DoorView {
  const body = entity.body as Partial<Bodies['door']>;
  const port = body.port === undefined ? '' : ` port ${body.port}`;
  return {
    name: nameOf(entity),
    type: body.type ?? 'unknown',
    place:
      `${body.transport ?? ''}${port}${body.address === undefined ? '' : ` on ${body.address}`}`.trim(),
    program: body.program,
    package: body.package,
  };
}
