import { containerProbePaths, resolveProbePort } from '../../lib/workloads/probes';

const PORTS = [
  { containerPort: 2000 },
  { name: 'other', containerPort: 1000 },
  { name: 'dns', containerPort: 53, protocol: 'UDP' },
  { name: 'http', containerPort: '7070' },
  { name: 'http', containerPort: 8080, protocol: 'tcp' },
  { name: 'http', containerPort: 8081 },
];

function paths(httpGet: unknown): string[] {
  return containerProbePaths({ ports: PORTS, livenessProbe: { httpGet } }).map(
    ({ port, path }) => `${port} ${path}`,
  );
}

describe('a probe request that Linkerd lets through', () => {
  it('is httpGet of any of the three probes, whatever its scheme (3.3)', () => {
    const container = {
      livenessProbe: { httpGet: { port: 1, path: '/live' } },
      readinessProbe: { httpGet: { port: 2, path: '/ready', scheme: 'HTTPS' } },
      startupProbe: { httpGet: { port: 3, path: '/start' } },
    };
    expect(containerProbePaths(container)).toEqual([
      { port: 1, path: '/live' },
      { port: 2, path: '/ready' },
      { port: 3, path: '/start' },
    ]);
  });

  it('is none of another type (3.3)', () => {
    expect(
      containerProbePaths({
        livenessProbe: { tcpSocket: { port: 1 } },
        readinessProbe: { grpc: { port: 1 } },
        startupProbe: { exec: { command: ['a'] } },
      }),
    ).toEqual([]);
  });

  it.each<[path: unknown, expected: string[]]>([
    [undefined, ['80 /']],
    ['', ['80 /']],
    ['/healthz', ['80 /healthz']],
    ['/healthz?full=1', ['80 /healthz']],
    ['/?full=1', ['80 /']],
    ['healthz', []],
  ])('for the path %p is %p (3.3, 5.1)', (path, expected) => {
    expect(paths({ port: 80, path })).toEqual(expected);
  });

  it.each<[port: unknown, expected: string[]]>([
    [9999, ['9999 /']],
    ['http', ['8080 /']],
    ['HTTP', ['8080 /']],
    ['other', ['1000 /']],
    ['dns', []],
    ['gone', []],
    [undefined, []],
    [0, []],
  ])('for the port %p is %p: a name counts in its own container only (3.3)', (port, expected) => {
    expect(paths({ port })).toEqual(expected);
  });

  it('is none in a container that declares no ports, if it names one (3.3)', () => {
    expect(resolveProbePort({}, 'http')).toEqual([]);
  });
});
