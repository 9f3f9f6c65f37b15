import { ApiObject, Chart } from 'cdk8s';
import * as kplus from 'cdk8s-plus-33';
import { Construct } from 'constructs';
import { Client } from '../../lib';
import { messageOf, newChart } from './helpers';

const inShop = (): Chart => new Chart(newChart('app'), 'shop', { namespace: 'shop' });

function object(kind: string, apiVersion: string, spec?: object, scope: Construct = inShop()): ApiObject {
  return new ApiObject(scope, 'object', {
    apiVersion,
    kind,
    metadata: { name: 'web' },
    ...(spec && { spec }),
  });
}

describe('a client is taken from', () => {
  it('a ServiceAccount of cdk8s-plus, whatever its generated name', () => {
    const account = new kplus.ServiceAccount(inShop(), 'web');
    expect(String(Client.of(account))).toBe(`serviceaccount shop/${account.name}`);
  });

  it('a ServiceAccount that another app made', () => {
    const account = kplus.ServiceAccount.fromServiceAccountName(inShop(), 'web', 'checkout', {
      namespaceName: 'orders',
    });
    expect(String(Client.of(account))).toBe('serviceaccount orders/checkout');
  });

  it('a workload of cdk8s-plus: the account that its pods run as', () => {
    const chart = inShop();
    const metadata = { name: 'web' };
    const serviceAccount = new kplus.ServiceAccount(chart, 'web', { metadata }) as kplus.IServiceAccount;
    const containers = [{ image: 'web' }];
    expect(String(Client.of(new kplus.Deployment(chart, 'one', { serviceAccount, containers })))).toBe(
      'serviceaccount shop/web',
    );
    expect(String(Client.of(new kplus.Deployment(chart, 'two', { containers })))).toBe(
      'serviceaccount shop/default',
    );
  });

  it('any ApiObject that is a ServiceAccount or has a pod template', () => {
    expect(String(Client.of(object('ServiceAccount', 'v1')))).toBe('serviceaccount shop/web');
    const template = { spec: { serviceAccountName: 'cron', containers: [{ name: 'app' }] } };
    const cron = object('CronJob', 'batch/v1', { jobTemplate: { spec: { template } } });
    expect(String(Client.of(cron))).toBe('serviceaccount shop/cron');
  });
});

describe('no client is taken from', () => {
  it('what has no pods', () => {
    expect(messageOf(() => Client.of(object('Service', 'v1')))).toBe(
      "invalid Client.of(): 'app/shop/object' is a Service, which has no pods; give a ServiceAccount or a workload, or use Client.serviceAccount(namespace, name)",
    );
    expect(messageOf(() => Client.of(new Construct(inShop(), 'thing')))).toContain(
      "'app/shop/thing' is no Kubernetes object",
    );
  });

  it('what has no namespace', () => {
    expect(messageOf(() => Client.of(object('ServiceAccount', 'v1', undefined, newChart())))).toContain(
      "'test/object' has no namespace",
    );
  });

  it('a workload that has no containers yet', () => {
    expect(messageOf(() => Client.of(new kplus.Deployment(inShop(), 'web')))).toContain('cannot be read yet');
  });
});
