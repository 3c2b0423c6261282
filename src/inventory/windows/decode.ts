/**
 * Text as Windows' own tools write it: UTF-16 with or without its mark, UTF-8, or the code page of the console or of the
 * system, which nothing in the file names. What matters (builds, KB numbers) is ASCII in all of them; the guess is for the words.
 */
import { isUtf8 } from 'node:buffer';

/** Best guess; what cannot be decoded becomes the replacement character, never an error. */
export function decodeWindowsText(bytes: Buffer): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return bytes.toString('utf16le', 2);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return decodedAs('utf-16be', bytes.subarray(2));
  const zero = bytes.subarray(0, 4096).indexOf(0);
  if (zero === 0) return decodedAs('utf-16be', bytes);
  if (zero > 0) {
    // WMIC says "Please wait…" in ASCII first, and goes on in UTF-16 without a mark, at an odd offset.
    return bytes.toString('latin1', 0, zero - 1) + bytes.toString('utf16le', zero - 1);
  }
  if (isUtf8(bytes)) return bytes.toString('utf8').replace(/^\ufeff/, '');
  return fromCodePage(bytes);
}

function decodedAs(label: string, bytes: Buffer): string {
  return new TextDecoder(label).decode(bytes);
}

/** Words of every systeminfo, by the code page in which they make sense. */
const WORDS: readonly (readonly [string, RegExp])[] = [
  ['gb18030', /系统|版本|安装/],
  ['shift_jis', /システム|バージョン|プログラム/],
  ['euc-kr', /시스템|버전|설치/],
  ['big5', /系統|版本|安裝/],
];

function fromCodePage(bytes: Buffer): string {
  const sample = bytes.subarray(0, 65_536);
  if (!isDense(sample)) {
    const western = decodedAs('windows-1252', sample);
    const console = fromCp850(sample);
    return lowerCase(console) > lowerCase(western)
      ? fromCp850(bytes)
      : decodedAs('windows-1252', bytes);
  }
  const page = WORDS.find(([label, words]) => words.test(decodedAs(label, sample)))?.[0];
  if (page !== undefined) return decodedAs(page, bytes);
  const [cyrillic, cyrillicConsole] = ['windows-1251', 'ibm866'] as const;
  const better =
    lowerCase(decodedAs(cyrillicConsole, sample)) >= lowerCase(decodedAs(cyrillic, sample));
  return decodedAs(better ? cyrillicConsole : cyrillic, bytes);
}

/** Whether letters outside ASCII stand together, as in scripts that are not Latin. */
function isDense(bytes: Buffer): boolean {
  let high = 0;
  let together = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    if ((bytes[at] ?? 0) < 0x80) continue;
    high += 1;
    if ((bytes[at - 1] ?? 0) >= 0x80 || (bytes[at + 1] ?? 0) >= 0x80) together += 1;
  }
  return together * 2 > high;
}

/** In the right code page most letters are small ones; in a wrong one they are capitals and signs. */
function lowerCase(text: string): number {
  let score = 0;
  for (const [char] of text.matchAll(/[^\0-\x7f]/gu)) {
    if (/\p{Ll}/u.test(char)) score += 1;
    else if (!/[\p{L}\p{M}\u00a0]/u.test(char)) score -= 1;
  }
  return score;
}

/** Code page 850 from 0x80 on, which WHATWG's encodings leave out. */
const CP850 =
  'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u00ad±‗¾¶§÷¸°¨·¹³²■\u00a0';

function fromCp850(bytes: Buffer): string {
  return bytes
    .toString('latin1')
    .replace(/[\x80-\xff]/g, (char) => CP850.charAt(char.charCodeAt(0) - 0x80));
}
