/** Which files an apk database says its packages brought: `F:` a folder, `R:` a file in it. */
import { lineBatches } from '../line-batches.ts';
import type { Ownership, WantedPaths } from '../ownership.ts';
import type { TargetTree } from '../tree.ts';

const DATABASES = ['lib/apk/db/installed', 'usr/lib/apk/db/installed'];

export async function* apkOwners(tree: TargetTree, wanted: WantedPaths): AsyncGenerator<Ownership> {
  for (const path of DATABASES) {
    const file = await tree.open(path);
    if (file === undefined) continue;
    let name = '';
    let folder = '';
    for await (const lines of lineBatches(file.chunks(), { path })) {
      for (const line of lines) {
        if (line === '') name = '';
        else if (line.startsWith('P:')) name = line.slice(2);
        else if (line.startsWith('F:')) folder = line.slice(2);
        else if (line.startsWith('R:')) {
          const listed = `${folder === '' ? '' : `${folder}/`}${line.slice(2)}`;
          const found = wanted.match(listed);
          if (found !== undefined) yield { path: found, owner: { type: 'apk', name } };
        }
      }
    }
    return;
  }
}
