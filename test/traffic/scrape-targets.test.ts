import { scrapeTargets } from '../../lib/traffic/scrape-targets';
import { clusterOf, manifest, pod } from '../helpers/manifests';

const POD = pod(
  'web',
  '{ name: a, image: x, ports: [{ name: http, containerPort: 8080 }, { name: stats, containerPort: 9090 }] }',
);

/** A Service in front of the pod, with more metadata. */
const service = (spec: string, more = ''): string =>
  manifest('v1', 'Service', 'web', `{ selector: { app: web }, ${spec} }`, more);

const targets = (manifests: string): string[] =>
  scrapeTargets(clusterOf(POD + manifests)).map(
    ({ workload, port, path, by }) => `${workload.name}:${port}${path} by ${by}`,
  );

describe('Prometheus is told to scrape', () => {
  const SCRAPED = "annotations: { prometheus.io/scrape: 'true' }";
  const PORTS = 'ports: [{ port: 80, targetPort: http }, { port: 53, targetPort: 5353, protocol: UDP }]';

  it('the TCP ports of a Service that is annotated without a port', () => {
    expect(targets(service(PORTS, SCRAPED))).toEqual([
      'web:8080/metrics by annotation prometheus.io/scrape of Service shop/web',
    ]);
  });

  it('the port that the annotation of a Service names, which is one of the pods', () => {
    const annotated = SCRAPED.replace(
      "'true'",
      "'true', prometheus.io/port: '9090', prometheus.io/path: /stats",
    );
    expect(targets(service(PORTS, annotated))).toEqual([
      'web:9090/stats by annotation prometheus.io/scrape of Service shop/web',
    ]);
  });

  it('by a ServiceMonitor, the port of the Service that it names, or the port of the pods', () => {
    const monitor = (endpoints: string): string =>
      manifest(
        'monitoring.coreos.com/v1',
        'ServiceMonitor',
        'web',
        `{ selector: { matchLabels: { app: web } }, endpoints: [${endpoints}] }`,
      );
    const front = service('ports: [{ name: metrics, port: 80, targetPort: stats }]', 'labels: { app: web }');
    const found = ['web:9090/metrics by ServiceMonitor shop/web'];
    expect(targets(front + monitor('{ port: metrics }'))).toEqual(found);
    expect(targets(front + monitor('{ targetPort: stats }'))).toEqual(found);
    expect(targets(front + monitor('{ targetPort: 9090 }'))).toEqual(found);
    expect(targets(front + monitor('{ port: stats }'))).toEqual([]);
  });
});
