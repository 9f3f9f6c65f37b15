import type { ProblemText } from '../basics/problem';
import { quote } from '../basics/words';

/** What a path that leads nowhere was meant as, if it is written like something else than a path. */
export function meantAs(path: string): ProblemText | undefined {
  const [, scheme] = /^([a-z][a-z\d+.-]+):\/\//i.exec(path) ?? [];
  if (scheme !== undefined) return urlOf(scheme.toLowerCase());
  if (/[*?]|\[[^\]]+\]|\{[^}]*,[^}]*\}/.test(path)) {
    const message =
      'there is no file of this very name, and patterns are not expanded; a shell does that, without quotation marks';
    return {
      message,
      remedy:
        'name the folder (--exclude leaves out files of it) or the files; in a shell, leave out the quotation marks',
    };
  }
  if (/^~(?:[/\\]|$)|\$\w|\$\{/.test(path)) {
    const message = `${quote(/^~/.exec(path)?.[0] ?? '$')} is not replaced; a shell does that, without quotation marks`;
    return { message, remedy: 'write the path in full; in a shell, leave out the quotation marks' };
  }
  if (/\.(?:ya?ml|json),/i.test(path)) {
    return {
      message: 'there is no such file; paths are not separated by commas',
      remedy: 'put spaces between them, or -f before each',
    };
  }
  return undefined;
}

function urlOf(scheme: string): ProblemText {
  if (scheme === 'file')
    return { message: 'this is a URL, but paths are read', remedy: 'write the path alone, without file://' };
  return {
    message: 'this is a URL; nothing is fetched, so that an answer rests on files alone',
    remedy:
      scheme === 'http' || scheme === 'https'
        ? 'pipe it: curl -fsSL URL | namespace-jail … -'
        : 'get it with its own tool, and read the result: a file, or - (standard input)',
  };
}
