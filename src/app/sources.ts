/** The places to collect from: this machine and what the configuration lists, each with its connector and settings. */
import type { Config } from '../kernel/config.ts';
import { HoldfastError } from '../kernel/errors.ts';
import { isDemonstration } from './demonstration.ts';
import { connectors } from '../connectors/index.ts';
import type { Connector } from '../connectors/connector.ts';
import type { SourceName } from '../estate/model.ts';

export interface ConfiguredSource extends SourceName {
  readonly connectorOf: Connector<unknown>;
  /** Checked by the connector's own schema. */
  readonly settings: unknown;
}

export const THIS_MACHINE = { connector: 'linux-host', name: 'this-machine' } as const;

/**
 * Every configured source.
 *
 * @throws HoldfastError `bad_config` naming the source and the setting.
 */
export function configuredSources(config: Config): ConfiguredSource[] {
  // Nothing real goes into a demonstration.
  if (config.databaseUrl === undefined && isDemonstration(config.data)) return [];
  const listed = config.sources.map(({ connector, name, interval, ...settings }) =>
    sourceOf(connector, name, interval ?? config.collectInterval, settings),
  );
  const here = config.collectThisMachine && process.platform === 'linux';
  const all = here
    ? [
        sourceOf(THIS_MACHINE.connector, THIS_MACHINE.name, config.collectInterval, {
          mode: 'local',
        }),
        ...listed,
      ]
    : listed;
  const names = all.map(labelOf);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined)
    throw new HoldfastError('bad_config', `sources: ${twice} is listed twice`);
  return all;
}

/** `linux-host/this-machine`: how a source is called in commands and lists. */
export function labelOf(source: { readonly connector: string; readonly name: string }): string {
  return `${source.connector}/${source.name}`;
}

function sourceOf(id: string, name: string, interval: number, settings: unknown): ConfiguredSource {
  const connectorOf = connectors.find((each) => each.id === id);
  if (connectorOf === undefined) {
    throw new HoldfastError('bad_config', `sources: there is no connector ${id}`, {
      remedy: `The connectors are: ${connectors.map((each) => each.id).join(', ')}.`,
    });
  }
  const checked = connectorOf.config.safeParse(settings);
  if (!checked.success) {
    const [issue] = checked.error.issues;
    throw new HoldfastError(
      'bad_config',
      `sources: ${id}/${name}: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'is wrong'}`,
    );
  }
  return { connector: id, name, interval, connectorOf, settings: checked.data };
}
