import { ApiObject, App, Chart, Testing } from 'cdk8s';
import { NamespaceJail } from '../../lib';
import { messageOf } from './helpers';

/** An app with a chart, a jail and a workload for each namespace; counts how often workloads are read. */
function fleet(size: number): { app: App; reads: () => number } {
  let reads = 0;
  const app = new App({ outdir: Testing.app().outdir });
  for (let index = 0; index < size; index += 1) {
    const chart = new Chart(app, `chart-${index}`, { namespace: `ns-${index}` });
    const containers = [{ name: 'web', ports: [{ name: 'http', containerPort: 8080 }] }];
    const web = new ApiObject(chart, 'web', {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web' },
      spec: { template: { spec: { containers } } },
    });
    const toJson = web.toJson.bind(web);
    web.toJson = () => {
      reads += 1;
      return toJson() as unknown;
    };
    new NamespaceJail(chart, 'jail', { ports: [{ port: 'http' }] });
  }
  return { app, reads: () => reads };
}

it('synth reads each workload once to check it and once to write it, however many charts there are', () => {
  const { app, reads } = fleet(20);
  app.synth();
  expect(reads()).toBe(2 * 20);
});

it('what is added in between is looked at, and so is whatever has changed when synth is called another time', async () => {
  const { app } = fleet(1);
  const [chart] = app.charts as [Chart];
  expect(Testing.synth(chart)).toHaveLength(8);
  new NamespaceJail(chart, 'other', { namespace: 'other', ports: [{ port: 'grpc' }] });
  const spec = {
    template: { spec: { containers: [{ name: 'web', ports: [{ name: 'http', containerPort: 80 }] }] } },
  };
  const metadata = { name: 'late', namespace: 'other' };
  new ApiObject(chart, 'late', { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec });
  expect(messageOf(() => Testing.synth(chart))).toContain('ports[0].port: got "grpc"; is no port');
  await Promise.resolve();
  expect(messageOf(() => Testing.synth(chart))).toContain('ports[0].port: got "grpc"; is no port');
});
