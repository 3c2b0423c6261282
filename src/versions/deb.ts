/** Debian package versions, `[epoch:]upstream[-revision]` (deb-version(7), Debian Policy 5.6.12), as dpkg orders them. */
import { endOfDigits, isDigit, isLetter, numberKey } from './key.ts';
import { keyedScheme } from './scheme.ts';

const TILDE = ' ';
const END = '!';

/** Printable character → its place: `~`, the end, letters, then everything else, each in ASCII order. */
const PLACES = places();

function places(): readonly string[] {
  const table: string[] = [];
  let letter = 0x22;
  let other = 0x22 + 52;
  for (let code = 0x21; code < 0x7f; code += 1) {
    if (code === 0x7e) table[code] = TILDE;
    else if (isLetter(code)) table[code] = String.fromCharCode(letter++);
    else if (!isDigit(code)) table[code] = String.fromCharCode(other++);
  }
  return table;
}

function debKey(text: string): string | undefined {
  const version = text.trim();
  const colon = version.indexOf(':');
  const epoch = colon < 0 ? '' : version.slice(0, colon);
  if (colon === 0 || endOfDigits(epoch, 0) < epoch.length) return undefined;
  const dash = version.lastIndexOf('-');
  const upstream = version.slice(colon + 1, dash < 0 ? version.length : dash);
  const revision = dash < 0 ? '' : version.slice(dash + 1);
  if (upstream === '' || (dash >= 0 && revision === '')) return undefined;
  const first = partKey(upstream);
  const second = partKey(revision);
  if (first === undefined || second === undefined) return undefined;
  return numberKey(epoch) + first + second;
}

/** Alternating runs of non-digits and digits; a missing run of digits is zero. */
function partKey(part: string): string | undefined {
  let key = '';
  let index = 0;
  do {
    while (index < part.length && !isDigit(part.charCodeAt(index))) {
      const place = PLACES[part.charCodeAt(index)];
      if (place === undefined) return undefined;
      key += place;
      index += 1;
    }
    const end = endOfDigits(part, index);
    key += END + numberKey(part.slice(index, end));
    index = end;
  } while (index < part.length);
  return key + END;
}

export const deb = keyedScheme('deb', debKey);
