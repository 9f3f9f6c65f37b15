/** Bytes that a URI may hold in its path and query, as Rust's `http` crate reads them. */
const PATH = /^[!-;=?-Z\\[\]\^_a-z|~"{}]*$/;
const ABSOLUTE = /^[A-Za-z][A-Za-z0-9+.-]*:\/\/([^/?#]+)(.*)$/;
const AUTHORITY = /^[A-Za-z0-9!$&'()*+,\-.:;=@[\]_~%]+$/;

/**
 * The path of a URI without its query: of an absolute URL what follows the authority. `undefined` for what is no URI, or has
 * no path that begins with a slash.
 */
export function uriPath(uri: string): string | undefined {
  if (uri === '') return undefined;
  const [, authority, rest] = ABSOLUTE.exec(uri) ?? [];
  if (authority !== undefined && !AUTHORITY.test(authority)) return undefined;
  const local = (rest ?? uri).split('#', 1)[0] ?? '';
  if (!PATH.test(local)) return undefined;
  const path = local.split('?', 1)[0] ?? '';
  if (authority !== undefined && path === '') return '/';
  return path.startsWith('/') ? path : undefined;
}
