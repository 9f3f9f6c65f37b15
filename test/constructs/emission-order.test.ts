import { ApiObject, App, Chart, Testing } from 'cdk8s';
import type { Construct } from 'constructs';
import { NamespaceJail, PortServer } from '../../lib';
import { namesOf, newChart } from './helpers';

const SHOP = { namespace: 'shop', ports: [{ port: 'http' }], exceptions: [] };

function object(scope: Construct, kind: string, name = kind.toLowerCase(), namespace?: string): ApiObject {
  const metadata = { name, ...(namespace === undefined ? {} : { namespace }) };
  return new ApiObject(scope, `${kind}-${name}`, { apiVersion: 'v1', kind, metadata });
}

const JAIL = [
  'Namespace/shop',
  'Server/http',
  'AuthorizationPolicy/http-ns-only',
  'MeshTLSAuthentication/ns-only',
];

describe('within one chart, the Namespace comes first, and policy before what it is about', () => {
  const chart = (): Chart => new Chart(new App(), 'test', { namespace: 'shop' });

  it('where the jail is declared last', () => {
    const here = chart();
    object(here, 'Deployment');
    object(here, 'Service');
    new NamespaceJail(here, 'jail', SHOP);
    expect(namesOf(here)).toEqual([...JAIL, 'Deployment/deployment', 'Service/service']);
  });

  it('where the app has its own Namespace object', () => {
    const here = newChart();
    object(here, 'Deployment', 'web', 'shop');
    new NamespaceJail(here, 'jail', { ...SHOP, createNamespace: false });
    object(here, 'Namespace', 'shop');
    expect(namesOf(here)).toEqual([...JAIL, 'Deployment/web']);
  });

  it('where a port stands alone before the jail', () => {
    const here = chart();
    new PortServer(here, 'grpc', { port: 'grpc' });
    object(here, 'Deployment');
    new NamespaceJail(here, 'jail', SHOP);
    expect(namesOf(here).slice(0, 3)).toEqual([
      'Namespace/shop',
      'Server/grpc',
      'AuthorizationPolicy/grpc-ns-only',
    ]);
    expect(namesOf(here).at(-1)).toBe('Deployment/deployment');
  });

  it('where objects depend on each other already', () => {
    const here = chart();
    const deployment = object(here, 'Deployment');
    const config = object(here, 'ConfigMap');
    new NamespaceJail(here, 'jail', SHOP);
    deployment.node.addDependency(config);
    expect(namesOf(here)).toEqual([...JAIL, 'ConfigMap/configmap', 'Deployment/deployment']);
  });

  it('but what the user makes the jail depend on comes before it', () => {
    const here = chart();
    const deployment = object(here, 'Deployment');
    const jail = new NamespaceJail(here, 'jail', SHOP);
    jail.node.addDependency(deployment);
    object(here, 'Service');
    expect(namesOf(here)).toEqual(['Deployment/deployment', ...JAIL, 'Service/service']);
  });

  it("where the chart has the definitions of policy's kinds, too", () => {
    const here = chart();
    object(here, 'Deployment');
    new NamespaceJail(here, 'jail', SHOP);
    object(here, 'CustomResourceDefinition', 'servers.policy.linkerd.io');
    expect(namesOf(here)[0]).toBe('CustomResourceDefinition/servers.policy.linkerd.io');
  });

  it('each namespace by itself: the rest stays as declared', () => {
    const here = newChart();
    object(here, 'Deployment', 'first', 'other');
    new NamespaceJail(here, 'jail', SHOP);
    object(here, 'Deployment', 'web', 'shop');
    expect(namesOf(here)).toEqual(['Deployment/first', ...JAIL, 'Deployment/web']);
  });
});

it('between charts nothing depends on anything, so no file is renamed', () => {
  const app = new App();
  object(newChart('web', app), 'Deployment', 'web', 'shop');
  new NamespaceJail(newChart('jail', app), 'jail', SHOP);
  expect(Testing.synth(app.charts[1] as Chart)).toHaveLength(4);
  expect(app.charts.map(({ node }) => node.id)).toEqual(['web', 'jail']);
  expect(app.node.findAll().flatMap(({ node }) => node.dependencies)).toEqual([]);
});
