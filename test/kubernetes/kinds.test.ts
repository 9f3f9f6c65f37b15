import { coreTypeFaults } from '../../lib/kubernetes/field-types';
import { isClusterScoped, isPolicyGroup, POD_TEMPLATES, podTemplatePath } from '../../lib/kubernetes/kinds';

describe('the kinds that run pods', () => {
  it('keep their pod template where Kubernetes says', () => {
    const rows = [...POD_TEMPLATES].map(([kind, { group, path }]) => `${group}/${kind}: ${path.join('.')}`);
    expect(rows).toMatchInlineSnapshot(`
      [
        "/Pod: ",
        "/ReplicationController: spec.template",
        "apps/Deployment: spec.template",
        "apps/StatefulSet: spec.template",
        "apps/DaemonSet: spec.template",
        "apps/ReplicaSet: spec.template",
        "batch/Job: spec.template",
        "batch/CronJob: spec.jobTemplate.spec.template",
      ]
    `);
  });

  it('are the only ones with a template', () => {
    expect(podTemplatePath('CronJob')).toEqual(['spec', 'jobTemplate', 'spec', 'template']);
    expect(podTemplatePath('Service')).toEqual([]);
    expect(podTemplatePath('constructor')).toEqual([]);
  });

  it.each([...POD_TEMPLATES])(
    '%s has its pods checked for types, below its template',
    (kind, { group, path }) => {
      const pods = { spec: { containers: [{ ports: [{ containerPort: '8080' }] }] } };
      const object = path.reduceRight<object>((below, key) => ({ [key]: below }), pods);
      const faults = coreTypeFaults({ ...object }, group === '' ? 'v1' : `${group}/v1`, kind);
      expect(faults.map((fault) => fault.path.join('.'))).toEqual([
        [...path, 'spec', 'containers', 0, 'ports', 0, 'containerPort'].join('.'),
      ]);
    },
  );

  it.each([
    ['ReplicationController', 'v1', { app: 1 }, ['spec.selector.app']],
    ['Deployment', 'apps/v1', { matchLabels: { app: 1 } }, ['spec.selector.matchLabels.app']],
    // A Job's selector is the API server's: what stands there is not read.
    ['Job', 'batch/v1', { matchLabels: { app: 1 } }, []],
  ])('the selector of a %s is checked if Linkerd reads it', (kind, apiVersion, selector, wrong) => {
    const faults = coreTypeFaults({ spec: { selector } }, apiVersion, kind);
    expect(faults.map((fault) => fault.path.join('.'))).toEqual(wrong);
  });
});

describe('groups and scopes', () => {
  it.each([
    ['policy.linkerd.io', true],
    ['gateway.networking.k8s.io', true],
    ['networking.k8s.io', false],
    ['', false],
  ])('objects of the group %j say who gets in: %j', (group, says) => {
    expect(isPolicyGroup(group)).toBe(says);
  });

  it.each([
    ['Namespace', true],
    ['ClusterRole', true],
    ['Service', false],
  ])('%s has no namespace: %j', (kind, isOfCluster) => {
    expect(isClusterScoped(kind)).toBe(isOfCluster);
  });
});
