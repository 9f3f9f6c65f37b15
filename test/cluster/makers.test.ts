import { clusterOf, manifest } from '../helpers/manifests';

const TEMPLATE = 'template: { spec: { containers: [{ name: c, image: x }] } }';

/** An ownerReference of the controller. */
function by(kind: string, name: string, more = ''): string {
  return `ownerReferences: [{ apiVersion: apps/v1, kind: ${kind}, name: ${name}, controller: true${more} }]`;
}

function deployment(name: string, more = ''): string {
  return manifest('apps/v1', 'Deployment', name, `{ ${TEMPLATE} }`, more);
}

function replicaSet(name: string, more = ''): string {
  return manifest('apps/v1', 'ReplicaSet', name, `{ ${TEMPLATE} }`, more);
}

function pod(name: string, more = ''): string {
  return manifest('v1', 'Pod', name, '{ containers: [{ name: c, image: x }] }', more);
}

/** Workloads that are judged by themselves. */
function judged(...manifests: readonly string[]): string[] {
  return clusterOf(manifests.join(''))
    .workloads.filter(({ isMadeByInput }) => !isMadeByInput)
    .map(({ kind, name }) => `${kind}/${name}`)
    .sort();
}

describe('a workload is left out, because its maker is judged in its place', () => {
  it('only where that very owner is in the input', () => {
    expect(judged(deployment('web'), replicaSet('web-1', by('Deployment', 'web')))).toEqual([
      'deployment/web',
    ]);
    expect(judged(deployment('other'), replicaSet('web-1', by('Deployment', 'web')))).toEqual([
      'deployment/other',
      'replicaset/web-1',
    ]);
    const elsewhere = deployment('web').replace('namespace: shop', 'namespace: bank');
    expect(judged(elsewhere, replicaSet('web-1', by('Deployment', 'web')))).toContain('replicaset/web-1');
  });

  it('through a chain of owners, which ends where one is missing', () => {
    const chain = [replicaSet('web-1', by('Deployment', 'web')), pod('web-1-a', by('ReplicaSet', 'web-1'))];
    expect(judged(deployment('web'), ...chain)).toEqual(['deployment/web']);
    expect(judged(...chain)).toEqual(['replicaset/web-1']);
    expect(judged(chain[1] ?? '')).toEqual(['pod/web-1-a']);
  });

  it('where the ReplicaSet between a pod and its Deployment was not dumped', () => {
    const labels = 'labels: { app: web, pod-template-hash: "5d9" }';
    const owned = pod('web-5d9-a', `${labels}, ${by('ReplicaSet', 'web-5d9')}`);
    const selecting = (app: string): string =>
      manifest('apps/v1', 'Deployment', 'web', `{ selector: { matchLabels: { app: ${app} } }, ${TEMPLATE} }`);
    expect(judged(selecting('web'), owned)).toEqual(['deployment/web']);
    expect(judged(selecting('other'), owned)).toEqual(['deployment/web', 'pod/web-5d9-a']);
  });

  it('not by an owner of another uid, which was deleted and created anew', () => {
    const now = deployment('web', 'uid: "2"');
    expect(judged(now, replicaSet('web-1', by('Deployment', 'web', ', uid: "1"')))).toContain(
      'replicaset/web-1',
    );
    expect(judged(now, replicaSet('web-1', by('Deployment', 'web', ', uid: "2"')))).toEqual([
      'deployment/web',
    ]);
  });

  it('not by an owner that makes no such thing, nor by owners in a circle', () => {
    expect(judged(deployment('web'), deployment('rogue', by('Deployment', 'web')))).toEqual([
      'deployment/rogue',
      'deployment/web',
    ]);
    expect(judged(pod('a', by('Pod', 'b')), pod('b', by('Pod', 'a')))).toEqual(['pod/a', 'pod/b']);
    expect(judged(pod('a', by('Pod', 'a')))).toEqual(['pod/a']);
  });

  it('also by an owner of another API, if it has a pod template itself', () => {
    const owner =
      'ownerReferences: [{ apiVersion: argoproj.io/v1alpha1, kind: Rollout, name: web, controller: true }]';
    const rollout = manifest('argoproj.io/v1alpha1', 'Rollout', 'web', `{ ${TEMPLATE} }`);
    const bare = manifest('argoproj.io/v1alpha1', 'Rollout', 'web', '{ workloadRef: { name: web } }');
    expect(judged(rollout, replicaSet('web-1', owner))).toEqual(['rollout.argoproj.io/web']);
    expect(judged(bare, replicaSet('web-1', owner))).toEqual(['replicaset/web-1']);
  });
});

describe('what runs pods is recognised by its shape', () => {
  it.each([
    ['argoproj.io/v1alpha1', 'Rollout', `{ ${TEMPLATE} }`, 'rollout.argoproj.io'],
    ['apps.openshift.io/v1', 'DeploymentConfig', `{ ${TEMPLATE} }`, 'deploymentconfig.apps.openshift.io'],
    ['serving.knative.dev/v1', 'Service', `{ ${TEMPLATE} }`, 'service.serving.knative.dev'],
    ['keda.sh/v1alpha1', 'ScaledJob', `{ jobTargetRef: { ${TEMPLATE} } }`, 'scaledjob.keda.sh'],
    ['agones.dev/v1', 'Fleet', `{ template: { spec: { ${TEMPLATE} } } }`, 'fleet.agones.dev'],
    ['extensions/v1beta1', 'Deployment', `{ ${TEMPLATE} }`, 'deployment'],
    ['apps/v1beta1', 'StatefulSet', `{ ${TEMPLATE} }`, 'statefulset'],
    ['batch/v1beta1', 'CronJob', `{ jobTemplate: { spec: { ${TEMPLATE} } } }`, 'cronjob'],
  ])('%s %s', (apiVersion, kind, spec, name) => {
    const { workloads } = clusterOf(manifest(apiVersion, kind, 'web', spec));
    expect(workloads.map((workload) => workload.kind)).toEqual([name]);
  });

  it('and so are pods that an object lists, but for those that are in the input themselves', () => {
    const listed = (name: string): string =>
      `{ metadata: { name: ${name} }, spec: { containers: [{ name: c }] } }`;
    const set = manifest(
      'core.strimzi.io/v1beta2',
      'StrimziPodSet',
      'kafka',
      `{ pods: [${listed('kafka-0')}, ${listed('kafka-1')}] }`,
    );
    const own = pod('kafka-1', 'labels: { own: "yes" }');
    const { workloads } = clusterOf(set + own);
    expect(workloads.map(({ name, pod: { labels } }) => [name, labels.own])).toEqual([
      ['kafka-0', undefined],
      ['kafka-1', 'yes'],
    ]);
  });

  it.each([
    [
      'batch.volcano.sh/v1alpha1',
      'Job',
      `{ tasks: [{ name: ps, ${TEMPLATE} }, { name: worker, ${TEMPLATE} }] }`,
      'web-ps web-worker',
    ],
    [
      'ray.io/v1',
      'RayCluster',
      `{ headGroupSpec: { ${TEMPLATE} }, workerGroupSpecs: [{ groupName: cpu, ${TEMPLATE} }] }`,
      'web-headgroupspec web-cpu',
    ],
    [
      'kubeflow.org/v1',
      'PyTorchJob',
      `{ pytorchReplicaSpecs: { Master: { ${TEMPLATE} }, Worker: { ${TEMPLATE} } } }`,
      'web-master web-worker',
    ],
    [
      'jobset.x-k8s.io/v1alpha2',
      'JobSet',
      `{ replicatedJobs: [{ name: db, template: { spec: { ${TEMPLATE} } } }] }`,
      'web-db',
    ],
    [
      'leaderworkerset.x-k8s.io/v1',
      'LeaderWorkerSet',
      `{ leaderWorkerTemplate: { workerTemplate: { spec: { containers: [{ name: c }] } } } }`,
      'web-worker',
    ],
    [
      'kafka.example/v1',
      'Kafka',
      `{ kafka: { template: { pod: { spec: { containers: [{ name: c }] } } } } }`,
      'web-pod',
    ],
  ])('also %s %s, which keeps templates elsewhere', (apiVersion, kind, spec, names) => {
    const { workloads } = clusterOf(manifest(apiVersion, kind, 'web', spec));
    expect(workloads.map((workload) => `${workload.kind}/${workload.name}`)).toEqual(
      names.split(' ').map((name) => `pod/${name}`),
    );
  });

  it('but a workload that such an object made is judged for itself', () => {
    const owner =
      'ownerReferences: [{ apiVersion: ray.io/v1, kind: RayCluster, name: web, controller: true }]';
    const cluster = manifest('ray.io/v1', 'RayCluster', 'web', `{ headGroupSpec: { ${TEMPLATE} } }`);
    expect(judged(cluster, pod('web-head', owner))).toEqual(['pod/web-head', 'pod/web-headgroupspec']);
  });

  it.each([
    ['v1', 'PodTemplate', '{}'],
    [
      'kyverno.io/v1',
      'Policy',
      `{ rules: [{ validate: { pattern: { spec: { containers: [{ name: '*', image: '!*:latest' }] } } } }] }`,
    ],
    ['argoproj.io/v1alpha1', 'Workflow', '{ templates: [{ name: a, container: { image: b } }] }'],
    ['monitoring.coreos.com/v1', 'Prometheus', '{ containers: [{ name: a }] }'],
    ['example.com/v1', 'Pipeline', '{ template: { spec: { steps: [] } } }'],
    ['apiextensions.k8s.io/v1', 'CustomResourceDefinition', '{ names: { kind: Rollout } }'],
    ['example.com/v1', 'Deployment', '{}'],
  ])('unlike %s %s', (apiVersion, kind, spec) => {
    expect(clusterOf(manifest(apiVersion, kind, 'web', spec)).workloads).toEqual([]);
  });
});
