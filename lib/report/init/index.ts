import { formats, type FormatName } from '../formats';
import { initJson } from './json';
import { covered } from '../wording/coverage';
import { initText } from './text';

/** The formats of `init`. */
export const INIT_FORMATS = formats({ text: covered(initText), json: initJson });

export type InitFormat = FormatName<typeof INIT_FORMATS>;
