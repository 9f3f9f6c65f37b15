import { ApiObject, App, Chart } from 'cdk8s';
import * as kplus from 'cdk8s-plus-33';
import { NamespaceJail } from '../../lib';
import { DEFAULT_INBOUND_POLICY } from '../../lib/linkerd/annotations';
import { valueAt } from '../../lib/kubernetes/fields';
import { messageOf, objectsOf } from './helpers';

const TEMPLATE = ['spec', 'template', 'metadata', 'annotations', DEFAULT_INBOUND_POLICY];

function shop(declare: (chart: Chart) => void, mode: 'deny' | 'audit' = 'deny'): Chart {
  const chart = new Chart(new App(), 'shop', { namespace: 'shop' });
  declare(chart);
  new NamespaceJail(chart, 'jail', { ports: [], mode, restartOnChange: true });
  return chart;
}

function workload(kind: string, apiVersion: string, metadata?: object): (chart: Chart) => ApiObject {
  const template = { ...(metadata && { metadata }), spec: { containers: [{ name: 'app' }] } };
  return (chart) =>
    new ApiObject(chart, 'web', { apiVersion, kind, metadata: { name: 'web' }, spec: { template } });
}

function policyOf(chart: Chart, kind: string): unknown {
  return valueAt(
    objectsOf(chart).find((object) => object.kind === kind),
    ...TEMPLATE,
  );
}

describe('restartOnChange writes the default policy on the pod templates', () => {
  it.each([
    ['Deployment', 'apps/v1', undefined],
    ['StatefulSet', 'apps/v1', { labels: { app: 'web' } }],
    ['DaemonSet', 'apps/v1', { annotations: { other: 'x' } }],
    ['Rollout', 'argoproj.io/v1alpha1', undefined],
  ])('of a %s', (kind, apiVersion, metadata) => {
    const chart = shop(workload(kind, apiVersion, metadata), 'audit');
    expect(policyOf(chart, kind)).toBe('audit');
    // Synth runs once for each chart
    expect(policyOf(chart, kind)).toBe('audit');
  });

  it('of cdk8s-plus', () => {
    const chart = shop((here) => new kplus.Deployment(here, 'web', { containers: [{ image: 'web' }] }));
    expect(policyOf(chart, 'Deployment')).toBe('deny');
  });
});

describe('restartOnChange is refused', () => {
  it('where there is nothing to restart: a Job cannot be changed', () => {
    expect(messageOf(() => objectsOf(shop(workload('Job', 'batch/v1'))))).toContain(
      '[shop/jail] restartOnChange: got true; the app has no Deployment, StatefulSet, DaemonSet, Rollout in namespace "shop" to restart',
    );
  });

  it('where a template says otherwise', () => {
    const chart = shop(
      workload('Deployment', 'apps/v1', {
        annotations: { [DEFAULT_INBOUND_POLICY]: 'cluster-authenticated' },
      }),
    );
    expect(messageOf(() => objectsOf(chart))).toContain(
      `on the pods of 'shop/web': got "cluster-authenticated"; the jail needs "deny"; remove the annotation, or leave restartOnChange out`,
    );
  });
});
