import type { ResourceName } from '../../signals/signal';

/** `server/http` or `default/deny`, as decisions name them. */
export function nameWithKind({ kind, name }: ResourceName): string {
  return kind === '' ? name : `${kind}/${name}`;
}
