import { runningContainers } from '../../lib/workloads/containers';
import { kubeletProbes, lostProbes, mergeProbes } from '../../lib/workloads/kubelet-probes';
import type { KubeletProbe } from '../../lib/workloads/kubelet-probes';

const PORTS = [{ name: 'http', containerPort: 8080 }];

function probes(...containers: object[]): KubeletProbe[] {
  const named = containers.map((container, index) => ({ name: `c${index}`, ports: PORTS, ...container }));
  return kubeletProbes(runningContainers({ containers: named }));
}

const words = (found: readonly KubeletProbe[]): string[] =>
  found.map(({ kind, port, path = '', probes: fields }) => `${fields.join('+')}: ${kind} ${port} ${path}`);

describe('what a kubelet asks', () => {
  it('is httpGet, over TLS if the probe says so, and gRPC: the other kinds pass by policy', () => {
    const found = probes(
      {
        livenessProbe: { httpGet: { port: 'http', path: '/live' } },
        readinessProbe: { httpGet: { port: 8443, scheme: 'HTTPS' } },
        startupProbe: { grpc: { port: 9000 } },
      },
      { livenessProbe: { tcpSocket: { port: 8080 } }, readinessProbe: { exec: { command: ['a'] } } },
    );
    expect(words(found)).toEqual([
      'livenessProbe: httpGet 8080 /live',
      'readinessProbe: httpGet over HTTPS 8443 /',
      'startupProbe: gRPC 9000 ',
    ]);
    expect(found.map(({ place }) => place.join('.'))).toEqual([
      'spec.containers.0.livenessProbe.httpGet',
      'spec.containers.0.readinessProbe.httpGet',
      'spec.containers.0.startupProbe.grpc',
    ]);
  });

  it('is asked of somebody else where a probe names a host', () => {
    expect(probes({ livenessProbe: { httpGet: { port: 80, host: 'example.com' } } })).toEqual([]);
    expect(words(probes({ livenessProbe: { httpGet: { port: 80, host: '' } } }))).toEqual([
      'livenessProbe: httpGet 80 /',
    ]);
  });

  it('keeps the headers that the probe adds, and the path as it is written', () => {
    const httpHeaders = [{ name: 'X-Probe', value: 'yes' }, { name: 'Host', value: 'a' }, null];
    const [probe] = probes({ livenessProbe: { httpGet: { port: 80, path: 'healthz', httpHeaders } } });
    expect(probe).toMatchObject({ path: 'healthz', headers: { 'x-probe': 'yes', host: 'a' } });
  });

  it('is asked once where several probes ask the same', () => {
    const get = (path: string, more = {}): object => ({ httpGet: { port: 80, path, ...more } });
    const found = probes({
      livenessProbe: get('/a'),
      readinessProbe: get('/a'),
      startupProbe: get('/a', { httpHeaders: [{ name: 'x', value: '1' }] }),
    });
    expect(words(mergeProbes(found))).toEqual([
      'livenessProbe+readinessProbe: httpGet 80 /a',
      'startupProbe: httpGet 80 /a',
    ]);
  });
});

describe('a probe is lost', () => {
  it('if its own container does not have the port that it names', () => {
    const containers = [
      { name: 'a', ports: PORTS, livenessProbe: { httpGet: { port: 'http' } } },
      {
        name: 'b',
        readinessProbe: { httpGet: { port: 'http' } },
        startupProbe: { tcpSocket: { port: 'x' } },
      },
      { name: 'c', livenessProbe: { httpGet: { port: 1234 } }, startupProbe: { tcpSocket: { port: '80' } } },
    ];
    expect(lostProbes(runningContainers({ containers }))).toEqual([
      {
        probe: 'readinessProbe',
        container: 'b',
        name: 'http',
        place: ['spec', 'containers', 1, 'readinessProbe', 'httpGet', 'port'],
      },
      {
        probe: 'startupProbe',
        container: 'b',
        name: 'x',
        place: ['spec', 'containers', 1, 'startupProbe', 'tcpSocket', 'port'],
      },
    ]);
  });
});
