/** Which files an rpm database says its packages brought. */
import type { Ownership, WantedPaths } from '../ownership.ts';
import type { TargetTree } from '../tree.ts';
import { rpm, rpmFiles } from './index.ts';

const FOLDERS = ['var/lib/rpm', 'usr/lib/sysimage/rpm', 'usr/share/rpm'];
const NAMES = ['rpmdb.sqlite', 'Packages.db', 'Packages'];

export async function* rpmOwners(tree: TargetTree, wanted: WantedPaths): AsyncGenerator<Ownership> {
  for (const path of FOLDERS.flatMap((folder) => NAMES.map((name) => `${folder}/${name}`))) {
    const file = await tree.open(path);
    if (file === undefined || file.size === 0 || file.size > rpm.maxBytes) continue;
    for await (const one of rpmFiles(file)) {
      // What is damaged was noted when the packages were read.
      if (!('files' in one)) continue;
      const { type, name, version, arch } = one.found;
      const owner = { type, name, version, ...(arch === undefined ? {} : { arch }) };
      for (const listed of one.files) {
        const found = wanted.match(listed);
        if (found !== undefined) yield { path: found, owner };
      }
    }
    return;
  }
}
