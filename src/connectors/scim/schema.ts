/** What a SCIM server answers (RFC 7643, RFC 7644 section 3.4.2), as far as it is read here; whatever else it holds is dropped. */
import * as z from 'zod';

/** The enterprise extension (RFC 7643 section 4.3). */
export const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
/** As `lowered` leaves it. */
export const EXTENSION = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:user';

/** Nulls are absences; a list with an unreadable item keeps the others. Names are in small letters, as `lowered` leaves them. */
const text = z.string().nullish().catch(undefined);
const flag = z
  .union([z.boolean(), z.string()])
  .nullish()
  .catch(undefined)
  .transform((value) => value?.toString());

const Item = z.object({ value: text, display: text });
export type Item = z.infer<typeof Item>;

/** Attributes of many values (RFC 7643 section 2.4): objects, or plain texts where a server is sparing. */
const values = z
  .array(z.unknown())
  .nullish()
  .catch(undefined)
  .transform((list) =>
    (list ?? []).flatMap((item) => {
      const fit = Item.safeParse(typeof item === 'string' ? { value: item } : item);
      return fit.success ? [fit.data] : [];
    }),
  );

export const Page = z.object({
  totalresults: z.int().min(0),
  resources: z
    .array(z.unknown())
    .nullish()
    .transform((list) => list ?? []),
});

const Enterprise = z.object({
  organization: text,
  division: text,
  department: text,
  costcenter: text,
});
export const User = z.object({
  id: z.string().min(1),
  username: z.string().refine((login) => login.trim() !== ''),
  active: flag,
  usertype: text,
  roles: values,
  groups: values,
  meta: z.object({ created: text }).nullish().catch(undefined),
  [EXTENSION]: Enterprise.nullish().catch(undefined),
});
export type User = z.infer<typeof User>;

/** `members` are strict: a list that cannot be read is not an empty one. */
export const Group = z.object({
  id: z.string().min(1),
  displayname: z.string().min(1),
  members: z
    .array(z.object({ value: z.string().min(1), type: text, $ref: text }))
    .nullish()
    .transform((list) => list ?? []),
});
export type Group = z.infer<typeof Group>;

const DEEPEST = 8;

/** Names of attributes do not differ by case alone (RFC 7643 section 2.1): all in small letters. */
export function lowered(value: unknown, depth = 0): unknown {
  if (typeof value !== 'object' || value === null || depth > DEEPEST) return value;
  if (Array.isArray(value)) return value.map((item: unknown) => lowered(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name.toLowerCase(), lowered(item, depth + 1)]),
  );
}
