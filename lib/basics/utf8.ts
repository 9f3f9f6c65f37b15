/** A text's length in bytes of UTF-8; half a surrogate pair counts as U+FFFD, which is how it would be encoded. */
export function utf8Length(text: string): number {
  let bytes = 0;
  for (let i = 0; i < text.length; i++) {
    const point = text.codePointAt(i) ?? 0;
    bytes += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    if (point >= 0x10000) i += 1;
  }
  return bytes;
}
