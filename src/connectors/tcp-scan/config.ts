/** What a source of this connector may touch, who allowed it, and how gently. */
import * as z from 'zod';
import { readRange } from '../../kernel/ip.ts';
import { readPorts } from '../../kernel/port-set.ts';
import { Key } from '../../estate/schema.ts';

const Range = z
  .string()
  .max(100)
  .refine((text) => readRange(text) !== undefined, 'must be an address, a range or a CIDR');
const Ports = z
  .string()
  .max(10_000)
  .refine((text) => (readPorts(text)?.length ?? 0) > 0, 'must be ports such as 22,80,8000-8010');

export const Config = z
  .strictObject({
    /** The network that the addresses are of, as the estate calls it. */
    network: Key,
    /** The network from which this machine looks. */
    from: Key.optional(),
    /** Missing: the ranges that the estate declares for the network. Given: only what lies in these, too. */
    ranges: z.array(Range).min(1).max(1000).optional(),
    /** Never touched. */
    exclude: z.array(Range).max(10_000).optional(),
    ports: Ports.optional(),
    /** Nothing is touched unless this is true. */
    enabled: z.boolean().optional(),
    /** By whose leave: a change number or a role, not a person's name. */
    authorisedBy: z.string().min(3).max(200).optional(),
    connectionsPerSecond: z.number().min(0.1).max(500).optional(),
    connectionsPerSecondToOneAddress: z.number().min(0.1).max(20).optional(),
    concurrency: z.int().min(1).max(200).optional(),
    timeoutSeconds: z.number().min(0.1).max(30).optional(),
    /** Addresses times ports: more is refused. */
    mostConnections: z.int().min(1).max(5_000_000).optional(),
    /** Ports of fragile devices that this once may be asked what they are: `holdfast network scan --plan` lists them. */
    speakTo: Ports.optional(),
  })
  .refine(
    ({ enabled, authorisedBy }) => enabled !== true || authorisedBy !== undefined,
    'enabled needs authorisedBy: whose leave the scan has',
  );
export type Config = z.infer<typeof Config>;
