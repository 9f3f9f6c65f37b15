import { isThereAlready } from '../../lib/cluster/running';
import { clusterOf, manifest } from '../helpers/manifests';

const PODS = '{ containers: [{ name: c, image: x }] }';

function deployment(template: string): string {
  return manifest(
    'apps/v1',
    'Deployment',
    'web',
    `{ selector: { matchLabels: { app: web } }, template: ${template} }`,
  );
}

/** What a Deployment or CronJob has made, with further fields of its spec and a status. */
function made(apiVersion: string, kind: string, template: string, spec = '', status = '{}'): string {
  return `
apiVersion: ${apiVersion}
kind: ${kind}
metadata: { name: made, namespace: shop }
spec: { ${spec} template: ${template} }
status: ${status}
---
`;
}

/** Whether what was made is there already. */
function isThere(...manifests: readonly string[]): boolean {
  const { workloads } = clusterOf(manifests.join(''));
  const [one, maker] = ['made', 'web'].map((name) => workloads.find((workload) => workload.name === name));
  if (one === undefined || maker === undefined) throw new Error('no workload');
  return isThereAlready(one, maker);
}

const NEW = `{ metadata: { labels: { app: web }, annotations: { a: "1" } }, spec: ${PODS} }`;
const OLD = `{ metadata: { labels: { app: web }, annotations: { a: "0" } }, spec: ${PODS} }`;

describe('a ReplicaSet of a Deployment is there already', () => {
  const there = (template: string, spec = '', status = '{}'): boolean =>
    isThere(deployment(NEW), made('apps/v1', 'ReplicaSet', template, spec, status));

  it('if its template is not what the Deployment has now', () => {
    expect(there(OLD)).toBe(true);
    expect(there(NEW)).toBe(false);
    expect(there(NEW.replace('image: x', 'image: y'))).toBe(true);
    expect(there(NEW.replace('app: web', 'app: web, tier: db'))).toBe(true);
  });

  it('whatever order its file has the fields in, and for all that the controller adds', () => {
    expect(there(NEW.replace('name: c, image: x', 'image: x, name: c'))).toBe(false);
    expect(
      there(
        '{ metadata: { annotations: { a: "1" }, labels: { pod-template-hash: "5d9", app: web } }, ' +
          `spec: ${PODS} }`,
      ),
    ).toBe(false);
    expect(there(NEW.replace('app: web', 'my-pod-template-hash: "5d9", app: web'))).toBe(true);
  });

  it('unless it is scaled down to nothing, and nothing of it is left', () => {
    expect(there(OLD, 'replicas: 0,')).toBe(false);
    expect(there(OLD, 'replicas: 0,', '{ replicas: 0 }')).toBe(false);
    expect(there(OLD, 'replicas: 0,', '{ replicas: 2 }')).toBe(true);
    expect(there(OLD, 'replicas: 2,')).toBe(true);
  });
});

describe('a Job of a CronJob is there already', () => {
  const cronJob = manifest(
    'batch/v1',
    'CronJob',
    'web',
    `{ schedule: "@daily", jobTemplate: { spec: { template: ${NEW} } } }`,
  );
  const there = (template: string, status = '{}'): boolean =>
    isThere(cronJob, made('batch/v1', 'Job', template, '', status));

  it('if its template is another, but for the labels that a Job gets', () => {
    expect(there(OLD)).toBe(true);
    expect(there(NEW)).toBe(false);
    const labels = 'app: web, job-name: made, controller-uid: "1", batch.kubernetes.io/job-name: made';
    expect(there(NEW.replace('app: web', labels))).toBe(false);
  });

  it.each([
    ['Complete', 'True', false],
    ['Failed', 'True', false],
    ['Complete', 'False', true],
    ['Suspended', 'True', true],
  ])('until it has ended: %s %s', (type, status, expected) => {
    expect(there(OLD, `{ conditions: [{ type: ${type}, status: "${status}" }] }`)).toBe(expected);
  });
});

describe('a pod is there already', () => {
  const there = (metadata: string, status = '{}'): boolean =>
    isThere(
      deployment(NEW),
      `apiVersion: v1\nkind: Pod\nmetadata: { name: made, namespace: shop, ${metadata} }\nspec: ${PODS}\nstatus: ${status}\n`,
    );

  it('if the cluster has created it, until it has ended', () => {
    expect(there('labels: {}')).toBe(false);
    expect(there('uid: "1"')).toBe(true);
    expect(there('labels: {}', '{ phase: Running }')).toBe(true);
    expect(there('uid: "1"', '{ phase: Succeeded }')).toBe(false);
    expect(there('uid: "1"', '{ phase: Failed }')).toBe(false);
  });
});

it('nothing else that is made is there before it is applied', () => {
  const other = manifest('apps/v1', 'StatefulSet', 'made', `{ template: ${OLD} }`, 'uid: "1"');
  expect(isThere(deployment(NEW), other)).toBe(false);
});
