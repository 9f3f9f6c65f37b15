import type { Rule } from '../rule';
import { allWorkloads, isPoliced } from '../../cluster/inventory';
import { groupBy } from '../../basics/collections';
import { enumerate } from '../../basics/words';
import { workloadLabel } from '../../cluster/labels';
import { templatePath } from '../../cluster/workload';

export const jobWithoutServiceaccount: Rule = {
  id: 'job-without-serviceaccount',
  formerIds: ['job-identity'],
  severity: 'info',
  title: 'A Job has no ServiceAccount of its own, so it shares its identity with other workloads.',
  check(cluster) {
    const workloads = allWorkloads(cluster).filter(({ identity }) => identity !== undefined);
    const byIdentity = groupBy(workloads, ({ identity }) => identity ?? '');
    return workloads
      .filter(({ kind }) => kind === 'job' || kind === 'cronjob')
      .filter(({ namespace, pod }) => isPoliced(cluster, namespace) && pod.serviceAccount === 'default')
      .map((job) => {
        const sharing = (byIdentity.get(job.identity ?? '') ?? []).filter((other) => other !== job);
        const others =
          sharing.length === 0 ? 'every other pod without one' : enumerate(sharing.map(workloadLabel));
        return {
          object: job.source,
          path: [...templatePath(job), 'spec'],
          text: `${workloadLabel(job)} names no ServiceAccount, so its mesh identity is that of "default" in namespace ${job.namespace}, which it shares with ${others}: a policy that admits the job admits them too.`,
          remedy: 'give the job its own ServiceAccount (serviceAccountName in the pod template)',
        };
      });
  },
};
