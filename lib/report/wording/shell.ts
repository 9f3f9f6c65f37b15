/** A word for a POSIX shell: unchanged if that is safe, otherwise in single quotes. */
function shellQuote(word: string): string {
  if (/^[A-Za-z0-9_@%+=:,./-]+$/.test(word)) return word;
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

/** A command line that a shell splits into exactly these words. */
export function commandLine(words: readonly string[]): string {
  return words.map(shellQuote).join(' ');
}
