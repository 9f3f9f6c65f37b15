/** A Kubernetes object as it was read; anything the kind's schema does not guarantee stays `unknown`. */
export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
  readonly [field: string]: unknown;
}

export interface ObjectMeta {
  readonly name: string;
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly creationTimestamp?: string;
  readonly [field: string]: unknown;
}

/** Where an object came from; every later answer points back to it. */
export interface Origin {
  /** The file as the user named it, `-` for stdin, `<object>` for an object passed in code. */
  readonly file: string;
  /** Line on which the object starts, counting from 1. */
  readonly line: number;
}

/** An object and where it came from. */
export interface SourceObject {
  readonly object: KubeObject;
  readonly origin: Origin;
}

/** `kind/name` in lower case, as Linkerd's metrics and suites name objects. */
export function shortName(object: {
  readonly kind: string;
  readonly metadata: { readonly name: string };
}): string {
  return `${object.kind.toLowerCase()}/${object.metadata.name}`;
}

/** `server/shop/api`, `namespace/shop`: how files that accept findings name an object. */
export function objectPath({ object }: SourceObject, namespace: string | undefined): string {
  return [object.kind.toLowerCase(), namespace, object.metadata.name]
    .filter((part) => part !== undefined && part !== '')
    .join('/');
}

/** Whether a text is such a name, or a pattern of one. */
export function isObjectPath(text: string): boolean {
  return /^[^/\s]+(\/[^/\s]+){1,2}$/.test(text);
}
