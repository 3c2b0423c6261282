/** The two files a page needs, addressed by their content so that browsers may keep them for ever. */
import { sha256Hex } from '../../kernel/ids.ts';
import { STYLE } from './style.ts';

export const STYLE_PATH = `/style-${sha256Hex(STYLE).slice(0, 12)}.css`;

/** The outline of our mark in a square of 32. */
export const MARK = 'M7 4h5v9h8V4h5v9h4v6h-4v9h-5v-9h-8v9H7v-9H3v-6h4z';
export const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="6" fill="#0b4f4a"/><path d="${MARK}" fill="#fff"/></svg>`;
export const ICON_PATH = `/icon-${sha256Hex(ICON).slice(0, 12)}.svg`;
