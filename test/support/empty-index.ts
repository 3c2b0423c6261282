/** An advisory index without any feed: what nobody brought here. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { openAdvisories } from '../../src/app/advisory-index.ts';

export function emptyIndex() {
  return openAdvisories(path.join(fs.realpathSync(os.tmpdir()), 'holdfast-there-is-no-index'));
}
