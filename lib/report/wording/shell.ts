import { visible } from '../../basics/visible';

const SAFE = /^[A-Za-z0-9_@%+=:,./-]+$/;

/**
 * A word for a shell: unchanged if that is safe, otherwise in single quotes; with hidden characters as `$'…'` (POSIX 2024, and long
 * before in bash, zsh and ksh), which have to be written as bytes to mean the same in every locale.
 */
function shellQuote(word: string): string {
  if (SAFE.test(word)) return word;
  if (visible(word) === word) return `'${word.replaceAll("'", `'\\''`)}'`;
  const characters = [...word].map((character) => {
    if (character === '\\' || character === "'") return `\\${character}`;
    return visible(character) === character ? character : bytes(character);
  });
  return `$'${characters.join('')}'`;
}

function bytes(character: string): string {
  return encodeURIComponent(character).replace(
    /%(..)/g,
    (_, hex: string) => `\\${parseInt(hex, 16).toString(8).padStart(3, '0')}`,
  );
}

/** A command line that a shell splits into exactly these words, or a comment where no shell can. */
export function commandLine(words: readonly string[]): string {
  const isImpossible = words.some((word) => word.includes('\0') || /\p{Cs}/u.test(word));
  if (isImpossible) return `# no shell can pass these characters: ${words.map(visible).join(' ')}`;
  return words.map(shellQuote).join(' ');
}
