import { createColors as pico } from 'picocolors';
import { visible } from '../../basics/visible';

const STYLES = ['bold', 'dim', 'underline', 'red', 'green', 'yellow', 'cyan'] as const;

export type Colors = Readonly<Record<(typeof STYLES)[number], (text: string) => string>>;

/**
 * Stands for the escape character in our colours until they are printed. No manifest can hold it, since it differs from
 * run to run, so an escape character in a text is never ours.
 */
const SEAL = `\u001b${Math.random().toString(36)}`;
const SEALED = new RegExp(`${SEAL.replace('.', '\\.')}(\\[\\d+m)`);

/** Colours for texts that {@link printedLine} prints; without `enabled` they leave a text as it is. */
export function createColors(enabled: boolean): Colors {
  const colors = pico(enabled);
  return Object.fromEntries(
    STYLES.map((style) => {
      const [open = '', close = ''] = colors[style]('|').replaceAll('\u001b', SEAL).split('|');
      return [style, (text: string) => `${open}${text}${close}`];
    }),
  ) as Colors;
}

/** A text on one line: our colours stay, every other hidden character becomes visible. */
export function visibleInColor(text: string): string {
  return parts(text)
    .map((part, index) => (index % 2 === 0 ? visible(part) : `${SEAL}${part}`))
    .join('');
}

/** The same, with its colours as a terminal takes them. */
export function printedLine(text: string): string {
  return parts(text)
    .map((part, index) => (index % 2 === 0 ? visible(part) : `\u001b${part}`))
    .join('');
}

/** How many characters of it a reader sees. */
export function width(text: string): number {
  return parts(text).reduce((sum, part, index) => sum + (index % 2 === 0 ? part.length : 0), 0);
}

/** Texts and colours in turn, a text first. */
function parts(text: string): string[] {
  return text.split(SEALED);
}
