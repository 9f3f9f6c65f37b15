import { clusterOf, manifest } from '../helpers/manifests';

const TEMPLATE =
  'template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: c, image: x }] } }';

/** What is judged of a workload and a pod that names an owner, in these very words. */
function judged(maker: string, reference: string, labels = ''): string[] {
  const metadata = `${labels === '' ? '' : `labels: { ${labels} }, `}ownerReferences: [${reference}]`;
  const pod = manifest('v1', 'Pod', 'made', '{ containers: [{ name: c, image: x }] }', metadata);
  return clusterOf(maker + pod)
    .workloads.filter(({ isMadeByInput }) => !isMadeByInput)
    .map(({ kind, name }) => `${kind}/${name}`);
}

function workload(kind: string, name: string, more = '', spec = TEMPLATE): string {
  return manifest('apps/v1', kind, name, `{ ${spec} }`, more);
}

describe('a pod is judged by itself, unless its owner is certain', () => {
  it.each([
    ['whole', '{ apiVersion: apps/v1, kind: StatefulSet, name: db, controller: true }', true],
    ['without an API version', '{ kind: StatefulSet, name: db, controller: true }', true],
    [
      'of another API',
      '{ apiVersion: other.example/v1, kind: StatefulSet, name: db, controller: true }',
      false,
    ],
    ['without a kind', '{ apiVersion: apps/v1, name: db, controller: true }', false],
    ['without a name', '{ apiVersion: apps/v1, kind: StatefulSet, controller: true }', false],
    ['that is no controller', '{ apiVersion: apps/v1, kind: StatefulSet, name: db }', false],
  ])('by a reference %s', (_what, reference, isMade) => {
    expect(judged(workload('StatefulSet', 'db'), reference)).toEqual(
      isMade ? ['statefulset/db'] : ['statefulset/db', 'pod/made'],
    );
  });

  it.each([
    ['"1"', '"1"', true],
    ['"1"', '"2"', false],
    // What has no uid was never read from a cluster: nothing tells it from another.
    ['"1"', undefined, true],
    [undefined, '"1"', true],
  ])('by uid: %s of the reference, %s of the owner', (written, own, isMade) => {
    const uid = written === undefined ? '' : `, uid: ${written}`;
    const reference = `{ apiVersion: apps/v1, kind: StatefulSet, name: db, controller: true${uid} }`;
    const maker = workload('StatefulSet', 'db', own === undefined ? '' : `uid: ${own}`);
    expect(judged(maker, reference)).toEqual(isMade ? ['statefulset/db'] : ['statefulset/db', 'pod/made']);
  });
});

describe('the Deployment of a pod whose ReplicaSet is not in the input is the one', () => {
  const deployment = workload(
    'Deployment',
    'web',
    '',
    `selector: { matchLabels: { app: web } }, ${TEMPLATE}`,
  );
  const by = (name: string, kind = 'ReplicaSet', uid = ''): string =>
    `{ apiVersion: apps/v1, kind: ${kind}, name: ${name}, controller: true${uid} }`;

  it('that has the name of the ReplicaSet without its hash, and selects the pod', () => {
    expect(judged(deployment, by('web-5d9'), 'app: web, pod-template-hash: "5d9"')).toEqual([
      'deployment/web',
    ]);
    expect(
      judged(deployment, by('web-5d9', 'ReplicaSet', ', uid: "7"'), 'app: web, pod-template-hash: "5d9"'),
    ).toEqual(['deployment/web']);
  });

  it.each([
    ['another hash', by('web-5d9'), 'app: web, pod-template-hash: "6e0"'],
    ['no hash', by('web-5d9'), 'app: web'],
    ['a name that only ends like it', by('web5d9'), 'app: web, pod-template-hash: "5d9"'],
    ['another kind of owner', by('web-5d9', 'StatefulSet'), 'app: web, pod-template-hash: "5d9"'],
    ['labels that are not selected', by('web-5d9'), 'app: api, pod-template-hash: "5d9"'],
  ])('not with %s', (_what, reference, labels) => {
    expect(judged(deployment, reference, labels)).toEqual(['deployment/web', 'pod/made']);
  });
});
