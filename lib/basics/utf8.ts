/** How many bytes a text has in UTF-8; half of a surrogate pair counts as U+FFFD, which is what it would be encoded as. */
export function utf8Length(text: string): number {
  let bytes = 0;
  for (let i = 0; i < text.length; i++) {
    const point = text.codePointAt(i) ?? 0;
    bytes += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    if (point >= 0x10000) i += 1;
  }
  return bytes;
}
