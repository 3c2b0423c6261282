/** Text that a stranger's machine sent, as it may be kept: one line, printable, bounded. */
export function keptText(text: string, longest: number): string {
  const clean = text.replace(/[\p{C}\s]+/gu, ' ').trim();
  return clean
    .slice(0, longest)
    .replace(/[\ud800-\udbff]$/, '')
    .trim();
}
