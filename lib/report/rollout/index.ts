import { formats, type FormatName } from '../formats';
import { rolloutJson } from './json';
import { rolloutMarkdown } from './markdown';
import { rolloutText } from './text';

/** The formats of `rollout`. */
export const ROLLOUT_FORMATS = formats({ text: rolloutText, json: rolloutJson, markdown: rolloutMarkdown });

export type RolloutFormat = FormatName<typeof ROLLOUT_FORMATS>;
