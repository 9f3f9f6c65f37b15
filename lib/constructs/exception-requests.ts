import { enumerate } from '../basics/words';
import type { JailException } from './jail-exception';
import { checkPath, checkRpc, EVERY_PATH, HTTP_METHODS, parsePathPattern } from './path-pattern';
import type { Problems } from './problems';
import type { RequestRule } from './route-cells';

/** What `paths`, `methods` and `probePaths` of an exception must be by themselves; the port's protocol is known later. */
export function checkRequests(problems: Problems, at: string, exception: JailException): void {
  const { paths, methods, probePaths, port } = exception;
  const isLimited = paths !== undefined || methods !== undefined;
  if (!isLimited) {
    if (probePaths !== undefined) {
      const rule = 'would do nothing: Linkerd lets probes through while the port has no route of its own';
      problems.add(`${at}probePaths`, probePaths, rule, 'leave it out, or give `paths` or `methods`');
    }
    return;
  }
  if (typeof port === 'string' && port.startsWith('linkerd-')) {
    const rule = `"${port}" is the proxy's own, which has no routes`;
    problems.add(`${at}${paths === undefined ? 'methods' : 'paths'}`, paths ?? methods, rule, 'leave it out');
  }
  const check = exception.protocol === 'gRPC' ? checkRpc : checkEither;
  checkEach(problems, `${at}paths`, paths, check);
  checkEach(problems, `${at}methods`, methods, (found, field, method) => {
    if (HTTP_METHODS.some((known) => known === method)) return;
    found.add(
      field,
      method,
      `must be one of ${enumerate(HTTP_METHODS, HTTP_METHODS.length)}`,
      'use one of them',
    );
  });
  if (probePaths !== undefined && probePaths.length === 0) return;
  checkEach(problems, `${at}probePaths`, probePaths, checkPath);
}

/** The requests of an exception that passed; `undefined` if it admits to the whole port. */
export function requestsOf({ paths, methods }: JailException): RequestRule | undefined {
  if (paths === undefined && methods === undefined) return undefined;
  // A gRPC request's path is its service and method
  const written = paths?.map((path) => parsePathPattern(path.startsWith('/') ? path : `/${path}`));
  return { paths: written ?? [EVERY_PATH], methods: methods ?? [] };
}

/** Whether the port is gRPC may be said by another declaration of it. */
function checkEither(problems: Problems, field: string, value: unknown): void {
  if (typeof value === 'string' && !value.startsWith('/') && value.includes('/'))
    checkRpc(problems, field, value);
  else checkPath(problems, field, value);
}

function checkEach(
  problems: Problems,
  field: string,
  list: unknown,
  check: (problems: Problems, field: string, item: unknown) => void,
): void {
  if (list === undefined) return;
  if (!Array.isArray(list) || list.length === 0) {
    problems.add(field, list, 'must be a list of at least one', 'leave it out if there is no limit');
    return;
  }
  list.forEach((item: unknown, index) => check(problems, `${field}[${index}]`, item));
}
