/**
 * What a reader cannot see, or what moves other text: control characters (C0, DEL, C1), marks and overrides of direction,
 * zero-width and other invisible characters, line and paragraph separators, spaces other than the plain one, half
 * surrogate pairs, noncharacters.
 */
const HIDDEN =
  /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Noncharacter_Code_Point}\p{Default_Ignorable_Code_Point}]|(?! )\p{Zs}/gu;

/**
 * A text on one line, its hidden characters written as JSON may write them: `\n`, `\u001b`, `\u202e`. Names in manifests
 * can hold any character, and must not write to a terminal, or look like something else there.
 */
export function visible(text: string): string {
  return /^[ -~]*$/.test(text) ? text : text.replace(HIDDEN, escaped);
}

function escaped(hidden: string): string {
  const json = JSON.stringify(hidden).slice(1, -1);
  if (json !== hidden) return json;
  const units = Array.from({ length: hidden.length }, (_, index) => hidden.charCodeAt(index));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('');
}
