import { formats, type FormatName } from '../formats';
import { explainText } from './explain';
import { canJson } from './json';
import type { CanAnswer, CanOptions } from './sentences';
import { covered } from '../wording/coverage';
import { canText } from './text';

/** The formats of `can`; `--explain` is the longer text. */
export const CAN_FORMATS = formats({
  text: covered((answer: CanAnswer, options: CanOptions) =>
    (options.explain ? explainText : canText)(answer, options),
  ),
  json: canJson,
});

export type CanFormat = FormatName<typeof CAN_FORMATS>;
