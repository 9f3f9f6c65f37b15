/** Whether a name or path is meant by a pattern. */
export type PathTest = (path: string) => boolean;

/**
 * Reads a pattern of paths: `*` is any text without a slash, `?` one character of it, `**` any number of folders. A pattern
 * without a slash means a name in any folder, one with a slash the path from the folder that was named.
 */
export function pathPattern(pattern: string): PathTest {
  const wanted = pattern
    .replaceAll('\\', '/')
    .replace(/^(?:\.\/)+/, '')
    .replace(/\/+$/, '');
  const expression = new RegExp(`^${regexOf(wanted.split('/'))}$`, 'u');
  if (wanted.includes('/')) return (path) => expression.test(path);
  return (path) => expression.test(path.slice(path.lastIndexOf('/') + 1));
}

function regexOf(segments: readonly string[]): string {
  const last = segments.length - 1;
  return segments
    .map((segment, index) => {
      if (segment === '**') return index === last ? '.+' : '(?:[^/]+/)*';
      return `${segmentRegex(segment)}${index === last ? '' : '/'}`;
    })
    .join('');
}

function segmentRegex(segment: string): string {
  return segment
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*+/g, '[^/]*')
    .replaceAll('?', '[^/]');
}
