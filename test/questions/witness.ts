import type { Cluster } from '../../lib/cluster/cluster';
import { decide } from '../../lib/verdict/decide';
import type { Verdict } from '../../lib/verdict/decision';
import type { Witness } from '../../lib/verdict/witness';

/** What somebody gets who tries a witness. */
export function verdictOf(cluster: Cluster, { client, target, traffic }: Witness): Verdict {
  return decide(cluster, target, client, traffic).verdict;
}
