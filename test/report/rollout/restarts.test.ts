import { restartCommands, restartNotes } from '../../../lib/report/rollout/restarts';
import type { RestartedWorkload } from '../../../lib/questions/rollout/rollout';
import { admittedCluster } from '../../helpers/manifests';

const TEMPLATE = `template: { metadata: { labels: { app: x } }, spec: { containers: [{ name: x, image: x }] } }`;
const workload = (apiVersion: string, kind: string, spec: string): RestartedWorkload['workload'] => {
  const text = `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { name: x, namespace: shop }\nspec: { ${spec} }`;
  const [made] = admittedCluster(text).workloads;
  if (made === undefined) throw new Error(`${kind} is not a workload`);
  return made;
};
const restarted = (how: RestartedWorkload['how'], of: RestartedWorkload['workload']): RestartedWorkload => ({
  workload: of,
  how,
  before: 'all-unauthenticated',
  after: 'audit',
});

const DEPLOYMENT = workload('apps/v1', 'Deployment', `selector: { matchLabels: { app: x } }, ${TEMPLATE}`);
const REPLICA_SET = workload('apps/v1', 'ReplicaSet', `selector: { matchLabels: { app: x } }, ${TEMPLATE}`);
const CONTROLLER = workload('v1', 'ReplicationController', `selector: { app: x, tier: db }, ${TEMPLATE}`);
const POD = workload('v1', 'Pod', 'containers: [{ name: x, image: x }]');
const CRON_JOB = workload(
  'batch/v1',
  'CronJob',
  `schedule: '@daily', jobTemplate: { spec: { ${TEMPLATE.replace('{ containers', '{ restartPolicy: Never, containers')} } }`,
);

describe('what restarts a workload', () => {
  const lines = (one: RestartedWorkload): string[] => restartCommands([one]).map(({ line }) => line);

  it.each([
    [
      'rollout',
      DEPLOYMENT,
      [
        'kubectl -n shop rollout restart deployment/x',
        'kubectl -n shop rollout status deployment/x --timeout=5m',
      ],
    ],
    ['by-apply', DEPLOYMENT, ['kubectl -n shop rollout status deployment/x --timeout=5m']],
    ['delete-pods', REPLICA_SET, ['kubectl -n shop delete pods -l app=x']],
    ['delete-pods', CONTROLLER, ['kubectl -n shop delete pods -l app=x,tier=db']],
    ['recreate', POD, ['kubectl -n shop delete pod/x', 'kubectl apply -f manifests.yaml']],
    ['owner-makes', POD, ['kubectl -n shop delete pod/x']],
    ['by-hand', POD, []],
    ['left', POD, []],
    ['next-run', CRON_JOB, []],
  ] as const)('%s', (how, of, expected) => {
    expect(lines(restarted(how, of))).toEqual(expected);
  });
});

describe('what is said about restarts', () => {
  it('names the change of policy, and who is restarted without a command', () => {
    expect(restartNotes([restarted('by-apply', DEPLOYMENT), restarted('next-run', CRON_JOB)], true))
      .toMatchInlineSnapshot(`
      [
        "default policy all-unauthenticated -> audit: shop/deployment/x and shop/cronjob/x",
        "restarted by the apply, because the pod template changes: shop/deployment/x",
        "takes effect on the next run: shop/cronjob/x",
      ]
    `);
  });

  it('says that nothing is known of today', () => {
    expect(restartNotes([{ workload: POD, how: 'recreate', after: 'deny' }], false)).toMatchInlineSnapshot(`
      [
        "OLD was not given, so every meshed workload is restarted",
        "default policy unknown -> deny: shop/pod/x",
      ]
    `);
  });

  it('says that a pod comes into the mesh, or leaves it', () => {
    const comes = { workload: POD, how: 'recreate', after: 'deny' } as const;
    const leaves = { workload: POD, how: 'recreate', before: 'deny' } as const;
    expect(restartNotes([comes, leaves], true)).toEqual([
      'default policy no proxy -> deny: shop/pod/x',
      'default policy deny -> no proxy: shop/pod/x',
    ]);
  });
});
