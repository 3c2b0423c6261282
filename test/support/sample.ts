/** One small file of an extractor's kind; `extractor-samples.ts` has one of each. */
import type { Contents } from './input-files.ts';

export interface Sample {
  readonly path: string;
  readonly content: string | Buffer;
  /** Files beside it that the extractor asks for. */
  readonly others?: Contents;
}
