import { WORKLOAD_KINDS } from '../cluster/workload';
import { parseKind } from '../verdict/references';
import { UsageError } from './environment';

/** The workloads asked for; an absent part means all. */
export interface Resource {
  readonly namespace?: string;
  readonly kind?: string;
  readonly name?: string;
}

export interface AuthzArguments {
  readonly resource: Resource;
  readonly paths: readonly string[];
}

/** A word that ends like a manifest file is read as one, even if no such file exists. */
const NAME = /^(?!.*\.(?:ya?ml|json)$)[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/;

/**
 * Splits `[KIND[/NAME]|KIND NAME|NAMESPACE/KIND/NAME] [PATH…]`. A word that could be either a resource or an existing
 * path is rejected rather than guessed at.
 *
 * @param hasFilename with `--filename` every word is part of the resource, as with kubectl
 */
export function parseArguments(
  words: readonly string[],
  hasFilename: boolean,
  exists: (path: string) => boolean,
): AuthzArguments {
  const [first, second] = words;
  const resource = first === undefined ? undefined : parseResource(first);
  if (first === undefined || resource === undefined) {
    if (hasFilename && first !== undefined && !isPathLike(first)) throw notAResource(first);
    return { resource: {}, paths: words };
  }
  if (!hasFilename && exists(first)) {
    throw new UsageError(
      `${first} is both a workload kind and an existing path; write ./${first} (or -f ${first}) for the path, or pass the manifests with -f`,
    );
  }
  const isName = resource.name === undefined && second !== undefined && NAME.test(second);
  if (!isName || (!hasFilename && exists(second))) return { resource, paths: words.slice(1) };
  return { resource: { ...resource, name: second }, paths: words.slice(2) };
}

function parseResource(word: string): Resource | undefined {
  const parts = word.split('/');
  if (parts.length > 3 || parts.some((part) => part === '' || /^\.+$/.test(part))) return undefined;
  const [namespace, kindWord, name] = parts.length === 3 ? parts : [undefined, ...parts];
  const kind = parseKind(kindWord ?? '');
  const isOfOtherApi = name !== undefined && /^[a-z0-9]+\.[a-z0-9-]+(\.[a-z0-9-]+)*$/.test(kind);
  if (!WORKLOAD_KINDS.includes(kind) && !isOfOtherApi) return undefined;
  return {
    kind,
    ...(namespace === undefined ? {} : { namespace }),
    ...(name === undefined ? {} : { name }),
  };
}

function isPathLike(word: string): boolean {
  return word === '-' || /[./]/.test(word);
}

function notAResource(word: string): UsageError {
  return new UsageError(
    `${JSON.stringify(word)} is not a workload kind; use ${WORKLOAD_KINDS.join(', ')}, as KIND, KIND/NAME or NAMESPACE/KIND/NAME`,
  );
}
