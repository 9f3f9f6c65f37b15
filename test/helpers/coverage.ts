import { Cluster } from '../../lib/cluster/cluster';
import { coverage } from '../../lib/cluster/coverage';

/** For reports whose test is not about what they rest on: that of an empty input. */
export const NOTHING_READ = coverage(Cluster.fromObjects([]));

/** An object that a report did not judge. */
export interface OpenObject {
  readonly cause: string;
  readonly object: { readonly kind: string };
}

/** Whether it could only admit more than what was judged does. */
export function isGrant({ cause, object }: OpenObject): boolean {
  return (
    cause === 'refused' && /^(AuthorizationPolicy|ServerAuthorization|\w+Authentication)$/.test(object.kind)
  );
}
