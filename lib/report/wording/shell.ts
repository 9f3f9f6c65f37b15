/** A word as a POSIX shell takes it: as it is where that is safe, else in single quotes. */
function shellQuote(word: string): string {
  if (/^[A-Za-z0-9_@%+=:,./-]+$/.test(word)) return word;
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

/** A command line that a shell takes apart into exactly these words. */
export function commandLine(words: readonly string[]): string {
  return words.map(shellQuote).join(' ');
}
