/** Mount points of this machine that a scan leaves out: they are not on its disks, or are seen elsewhere (proc(5), mountinfo). */
import { readFileSync } from 'node:fs';
import { systemCode } from '../kernel/errors.ts';

/** Invented by the kernel, or held in its memory. */
const PSEUDO = new Set(
  (
    'autofs binfmt_misc bpf cgroup cgroup2 configfs debugfs devpts devtmpfs efivarfs fusectl hugetlbfs ' +
    'mqueue nsfs proc pstore ramfs rpc_pipefs securityfs selinuxfs sysfs tracefs'
  ).split(' '),
);
const NETWORK =
  /^(nfs4?|cifs|smb3?|smbfs|afs|ceph|glusterfs|lustre|ncpfs|9p|beegfs|gpfs|ocfs2|fuse\..*|fuse)$/;

/** Absolute path of each mount point → why it is left out. Empty where the system does not tell. */
export function mountsLeftOut(table = '/proc/self/mountinfo'): ReadonlyMap<string, string> {
  const left = new Map<string, string>();
  for (const line of linesOf(table)) {
    const [before = '', after = ''] = line.split(' - ');
    const point = unescaped(before.split(' ')[4] ?? '');
    const type = after.split(' ')[0] ?? '';
    const why = reasonOf(type);
    if (point === '' || point === '/') continue;
    // What was mounted last hides what was there before.
    if (why === undefined) left.delete(point);
    else left.set(point, why);
  }
  return left;
}

function reasonOf(type: string): string | undefined {
  if (PSEUDO.has(type)) return `no disk but the kernel's ${type}`;
  if (NETWORK.test(type)) return `a mount of another machine or program (${type})`;
  if (type === 'overlay')
    return 'a container’s file system, whose layers are looked at where they lie';
  return undefined;
}

function linesOf(table: string): string[] {
  try {
    return readFileSync(table, 'utf8').split('\n');
  } catch (error) {
    if (systemCode(error) === '') throw error;
    return [];
  }
}

/** Blanks and the like stand as three octal digits. */
function unescaped(text: string): string {
  return text.replaceAll(/\\([0-7]{3})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
}
