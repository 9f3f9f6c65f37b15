import { formats, type FormatName } from '../formats';
import { suiteJson } from './json';
import { suiteJunit } from './junit';
import { covered } from '../wording/coverage';
import { suiteText } from './text';

/** The formats of `test`. */
export const SUITE_FORMATS = formats({ text: covered(suiteText), json: suiteJson, junit: suiteJunit });

export type SuiteFormat = FormatName<typeof SUITE_FORMATS>;
