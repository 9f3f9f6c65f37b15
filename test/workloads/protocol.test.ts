import { inferProtocol, type Evidence } from '../../lib/workloads/protocol';
import { portEvidence, type DescribedPort } from '../../lib/workloads/port-evidence';
import { isMetricsName, knownForNumber, ofAppProtocol, ofPortName } from '../../lib/workloads/protocol-words';

describe('what a word means', () => {
  it.each([
    ['http', 'HTTP/1'],
    ['HTTP-api', 'HTTP/1'],
    ['http2-api', 'HTTP/2'],
    ['grpc', 'gRPC'],
    ['grpc-web', 'HTTP/1'],
    ['https', 'TLS'],
    ['tcp-gossip', 'opaque'],
    ['postgresql', 'opaque'],
    ['http-metrics', 'HTTP/1'],
    ['https-metrics', 'TLS'],
    ['prom', 'HTTP/1'],
    ['stuff', undefined],
    ['httpd', undefined],
    ['', undefined],
  ])('as the name of a port, %p: %p', (name, expected) => {
    expect(ofPortName(name)).toBe(expected);
  });

  it.each([
    ['kubernetes.io/h2c', 'HTTP/2'],
    ['kubernetes.io/wss', 'TLS'],
    ['GRPC', 'gRPC'],
    ['mysql', 'opaque'],
    ['linkerd.io/opaque', 'opaque'],
    ['example.com/own', undefined],
    ['', undefined],
  ])('as appProtocol, %p: %p', (word, expected) => {
    expect(ofAppProtocol(word)).toBe(expected);
  });

  it('for metrics is a word of its own in the name', () => {
    expect(['metrics', 'http-metrics', 'prometheus', 'metric-x'].map(isMetricsName)).toEqual(
      Array(4).fill(true),
    );
    expect(['http', 'promise', 'biometrics'].map(isMetricsName)).toEqual(Array(3).fill(false));
  });

  it('and a number for which a protocol is known is not HTTP', () => {
    expect([5432, 8080].map(knownForNumber)).toEqual(['PostgreSQL', undefined]);
  });
});

describe('what a port speaks', () => {
  const evidence = (weight: Evidence['weight'], protocol: Evidence['protocol']): Evidence => ({
    weight,
    protocol,
    from: weight,
  });

  it('is left to the proxy if nothing tells', () => {
    expect(inferProtocol([])).toEqual({
      protocol: 'unknown',
      from: 'nothing says what it speaks; the proxy detects it',
    });
  });

  it('is what the weightiest reason says, in whatever order they come', () => {
    const reasons = [
      evidence('number', 'opaque'),
      evidence('name', 'HTTP/1'),
      evidence('appProtocol', 'gRPC'),
    ];
    expect(inferProtocol(reasons)).toEqual({ protocol: 'gRPC', from: 'appProtocol' });
    expect(inferProtocol([...reasons].reverse())).toEqual({ protocol: 'gRPC', from: 'appProtocol' });
  });

  it('is a guess from an Ingress or a number alone', () => {
    expect(inferProtocol([evidence('number', 'opaque')])).toEqual({
      protocol: 'opaque',
      from: 'number',
      guess: 'opaque, from number alone',
    });
  });

  it('is detected where a probe or a scrape speaks what the port would refuse', () => {
    expect(inferProtocol([evidence('name', 'gRPC'), evidence('scrape', 'HTTP/1')])).toEqual({
      protocol: 'unknown',
      from: 'name and scrape disagree',
      doubt: 'name says gRPC, scrape says HTTP/1; the proxy detects the protocol',
    });
    expect(inferProtocol([evidence('name', 'gRPC'), evidence('ingress', 'HTTP/1')]).protocol).toBe('gRPC');
  });

  it('is detected where two Service ports on the one port say different things, by whatever they say it', () => {
    const http = { ...evidence('name', 'HTTP/1'), ofServicePort: true };
    const https = { ...evidence('name', 'TLS'), ofServicePort: true };
    const grpc = { ...evidence('appProtocol', 'gRPC'), ofServicePort: true };
    expect([http, https, grpc].map((one) => inferProtocol([one]).protocol)).toEqual([
      'HTTP/1',
      'TLS',
      'gRPC',
    ]);
    expect(inferProtocol([http, https])).toEqual({
      protocol: 'unknown',
      from: 'name and name disagree',
      doubt: 'name says HTTP/1, name says TLS; the proxy detects the protocol',
    });
    expect(inferProtocol([http, grpc]).protocol).toBe('unknown');
    expect(inferProtocol([grpc, { ...http, ofServicePort: false }]).protocol).toBe('gRPC');
  });

  it('is detected where names disagree, or a webhook or an annotated Ingress speaks something else', () => {
    expect(inferProtocol([evidence('name', 'HTTP/1'), evidence('name', 'opaque')]).protocol).toBe('unknown');
    expect(inferProtocol([evidence('appProtocol', 'HTTP/1'), evidence('webhook', 'TLS')]).protocol).toBe(
      'unknown',
    );
    expect(inferProtocol([evidence('name', 'HTTP/1'), evidence('backend', 'gRPC')]).protocol).toBe('unknown');
  });

  it('is detected where a port has a webhook, and by its name or an Ingress other callers too', () => {
    const hook = evidence('webhook', 'TLS');
    expect(inferProtocol([hook, evidence('name', 'HTTP/1')]).protocol).toBe('unknown');
    expect(inferProtocol([hook, evidence('ingress', 'HTTP/1')]).protocol).toBe('unknown');
    expect(inferProtocol([hook, evidence('name', 'TLS')]).protocol).toBe('TLS');
    expect(inferProtocol([hook, evidence('number', 'opaque')]).protocol).toBe('TLS');
    expect(inferProtocol([evidence('probe', 'TLS'), evidence('ingress', 'HTTP/1')]).protocol).toBe('unknown');
    expect(inferProtocol([evidence('scrape', 'TLS'), evidence('ingress', 'HTTP/1')]).protocol).toBe(
      'unknown',
    );
  });

  it('is HTTP/2 where something speaks gRPC, which is HTTP/2', () => {
    expect(inferProtocol([evidence('appProtocol', 'HTTP/2'), evidence('probe', 'gRPC')]).protocol).toBe(
      'HTTP/2',
    );
  });

  it('is opaque where clients are told so, whatever else speaks', () => {
    expect(inferProtocol([evidence('probe', 'HTTP/1'), evidence('opaque', 'opaque')])).toEqual({
      protocol: 'opaque',
      from: 'opaque',
    });
  });
});

describe('what the manifests say about a port', () => {
  const port = (more: Partial<DescribedPort>): string[] =>
    portEvidence({
      number: 8080,
      names: [],
      containers: ['web'],
      probes: [],
      services: [],
      opaquePorts: undefined,
      defaultOpaquePorts: '25,3306',
      ...more,
    }).map(({ weight, protocol, from }) => `${weight} ${protocol}: ${from}`);

  it('is nothing, unless a name, a number or a probe says it', () => {
    expect(port({})).toEqual([]);
    expect(port({ names: ['stuff'] })).toEqual([]);
  });

  it('comes from names, Services, probes and well-known numbers', () => {
    const probe = { probes: ['livenessProbe'], container: 'web', port: 5432, place: [] };
    const service = { number: 80, target: 5432, name: 'tcp', appProtocol: 'postgresql' };
    expect(
      port({
        number: 5432,
        names: ['http'],
        services: [{ name: 'db', annotations: {}, port: service }],
        probes: [{ ...probe, kind: 'httpGet over HTTPS' }],
      }),
    ).toEqual([
      'appProtocol opaque: appProtocol of port 80 of Service db',
      'name HTTP/1: the name http of its container port',
      'probe TLS: the httpGet over HTTPS livenessProbe of container web',
      "number opaque: its number, which is PostgreSQL's",
    ]);
  });

  const OPAQUE = 'config.linkerd.io/opaque-ports';
  const behind = (annotation: string): Partial<DescribedPort> => ({
    services: [{ name: 'web', annotations: { [OPAQUE]: annotation }, port: { number: 80, target: 8080 } }],
  });

  it.each<[what: string, more: Partial<DescribedPort>, expected: string[]]>([
    ['by the annotation of the pod', { opaquePorts: '8000-9000' }, [`opaque opaque: annotation ${OPAQUE}`]],
    [
      "by Linkerd's list, for a port that a container declares",
      { number: 25 },
      ["opaque opaque: Linkerd's own list of opaque ports", "number opaque: its number, which is SMTP's"],
    ],
    ['not by that list if nobody declares it', { defaultOpaquePorts: '8080', containers: [] }, []],
    ['not by that list if the pod has its own', { defaultOpaquePorts: '8080', opaquePorts: '' }, []],
    [
      "by the annotation of a Service, which is about the Service's ports",
      behind('80'),
      [`opaque opaque: annotation ${OPAQUE} of Service web`],
    ],
    ['not by that of a Service if it names the container port', behind('8080'), []],
  ])('opaque %s (5.7)', (_, more, expected) => {
    expect(port(more)).toEqual(expected);
  });
});
