import { formats, type FormatName } from '../formats';
import { rolloutJson } from './json';
import { rolloutMarkdown } from './markdown';
import { coveredCommentOnBothSides, coveredOnBothSides } from '../wording/coverage';
import { rolloutText } from './text';

/** The formats of `rollout`. */
export const ROLLOUT_FORMATS = formats({
  text: coveredOnBothSides(rolloutText),
  json: rolloutJson,
  markdown: coveredCommentOnBothSides(rolloutMarkdown),
});

export type RolloutFormat = FormatName<typeof ROLLOUT_FORMATS>;
