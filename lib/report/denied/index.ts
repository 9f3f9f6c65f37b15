import { formats, type FormatName } from '../formats';
import { covered } from '../wording/coverage';
import { deniedJson } from './json';
import { deniedText } from './text';
import { deniedYaml } from './yaml';

/** The formats of `denied`. */
export const DENIED_FORMATS = formats({
  text: covered(deniedText),
  json: deniedJson,
  yaml: deniedYaml,
});

export type DeniedFormat = FormatName<typeof DENIED_FORMATS>;
