import type { LinkerdConfig } from './config';

/** Where Linkerd's extensions are installed unless somebody chose otherwise. */
const EXTENSION_NAMESPACES: readonly string[] = ['linkerd-viz', 'linkerd-multicluster', 'linkerd-jaeger'];

/**
 * Whether a namespace is Linkerd's own, which brings its own policy. It is recognised by its name, never by a label: anyone
 * who may label a namespace could take it out of an answer.
 */
export function isLinkerdNamespace(
  namespace: string,
  { linkerdNamespace, vizNamespace }: Pick<LinkerdConfig, 'linkerdNamespace' | 'vizNamespace'>,
): boolean {
  return (
    namespace === linkerdNamespace || namespace === vizNamespace || EXTENSION_NAMESPACES.includes(namespace)
  );
}
