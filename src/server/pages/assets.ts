/** The two files a page needs, addressed by their content so that browsers may keep them for ever. */
import { sha256Hex } from '../../kernel/ids.ts';
import { STYLE } from './style.ts';

export const STYLE_PATH = `/style-${sha256Hex(STYLE).slice(0, 12)}.css`;

export const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="6" fill="#0b4f4a"/><path d="M16 4a9 9 0 0 0-5 16.500V28h10v-7.500A9 9 0 0 0 16 4zm0 4.500a4.500 4.500 0 1 1 0 9 4.500 4.500 0 0 1 0-9z" fill="#fff" fill-rule="evenodd"/><path d="M5 22.500h22V26H5z" fill="#fff"/></svg>`;
export const ICON_PATH = `/icon-${sha256Hex(ICON).slice(0, 12)}.svg`;
