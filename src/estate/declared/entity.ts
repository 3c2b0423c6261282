/** A declared thing as it is kept: what a diff compares and an export writes. */
import type { Kind } from '../schema.ts';

export interface DeclaredEntity {
  readonly kind: Kind;
  readonly key: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly identifiers?: readonly string[];
  /** Written by an export only when given; without it, a later import takes its own time. */
  readonly trueAt?: string;
}
