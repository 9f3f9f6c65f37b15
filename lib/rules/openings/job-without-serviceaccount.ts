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
  title: 'A Job has the identity of other workloads, because it has no ServiceAccount of its own.',
  check(cluster) {
    const workloads = allWorkloads(cluster).filter(({ identity }) => identity !== undefined);
    const byIdentity = groupBy(workloads, ({ identity }) => identity ?? '');
    return workloads
      .filter(({ kind }) => kind === 'job' || kind === 'cronjob')
      .filter(({ namespace, pod }) => isPoliced(cluster, namespace) && pod.serviceAccount === 'default')
      .map((job) => {
        const sharing = (byIdentity.get(job.identity ?? '') ?? []).filter((other) => other !== job);
        const others =
          sharing.length === 0 ? 'every other pod that names none' : enumerate(sharing.map(workloadLabel));
        return {
          object: job.source,
          path: [...templatePath(job), 'spec'],
          text: `${workloadLabel(job)} names no ServiceAccount, so its mesh identity is that of "default" in namespace ${job.namespace}, like that of ${others}: a policy that lets the job in lets them in as well.`,
          remedy: 'give the job a ServiceAccount of its own (serviceAccountName in its pod template)',
        };
      });
  },
};
