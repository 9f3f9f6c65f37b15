import {
  dialledPorts,
  isServicePort,
  readService,
  selectsPod,
  targetNumbers,
  type Service,
} from '../../lib/workloads/services';

const PODS = { selector: { app: 'web' } };

function service(spec: object): Service {
  return readService({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' }, spec });
}

describe('a Service', () => {
  it('has its TCP ports, each with the container port that it leads to', () => {
    const ports = [
      { port: 80, targetPort: 8080 },
      { name: 'grpc', port: 81, targetPort: 'grpc', appProtocol: 'grpc' },
      { name: 'same', port: 82, protocol: 'TCP' },
      { name: 'dns', port: 53, protocol: 'UDP' },
    ];
    expect(service({ ...PODS, ports }).ports).toEqual([
      { number: 80, target: 8080 },
      { number: 81, target: 'grpc', name: 'grpc', appProtocol: 'grpc' },
      { number: 82, target: 82, name: 'same' },
    ]);
  });

  it.each([0, '', null])(
    'leads to its own port where the target is given as %p, as to Kubernetes',
    (none) => {
      expect(service({ ports: [{ port: 80, targetPort: none }] }).ports).toEqual([
        { number: 80, target: 80 },
      ]);
    },
  );

  it.each([
    { port: 0 },
    { port: '80' },
    { port: 65536 },
    { name: 'http' },
    { port: 80, targetPort: {} },
    null,
  ])('has no port that no cluster would take: %p', (entry) => {
    expect(service({ ports: [entry] }).ports).toEqual([]);
  });

  it.each<[spec: object, expected: Partial<Service>]>([
    [{ clusterIP: 'None' }, { isHeadless: true }],
    [{ clusterIP: '10.0.0.1' }, { isHeadless: false }],
    [{}, { isHeadless: false, ports: [], selector: undefined }],
  ])('%p is %p', (spec, expected) => {
    expect(service(spec)).toMatchObject(expected);
  });

  it.each([
    ['LoadBalancer', 'LoadBalancer'],
    ['NodePort', 'NodePort'],
    ['ClusterIP', undefined],
    ['ExternalName', undefined],
    [undefined, undefined],
  ])('of type %p is open to the outside as %p', (type, expected) => {
    expect(service({ type }).outsideType).toBe(expected);
  });
});

describe('a Service selects', () => {
  const selects = (selector: unknown, labels: Record<string, string>): boolean =>
    selectsPod(service({ selector }), labels);

  it('pods that have all of its labels', () => {
    expect(selects({ app: 'web', tier: 'front' }, { app: 'web', tier: 'front', more: 'x' })).toBe(true);
    expect(selects({ app: 'web', tier: 'front' }, { app: 'web' })).toBe(false);
  });

  it.each([undefined, null, {}, 'app=web'])('nobody by %p', (selector) => {
    expect(selects(selector, { app: 'web' })).toBe(false);
  });
});

describe('a port of a Service is meant', () => {
  const [port] = service({ ports: [{ name: '443', port: 80 }] }).ports;

  it.each<[reference: unknown, expected: boolean]>([
    [80, true],
    [443, false],
    ['443', true],
    ['80', false],
    [undefined, false],
  ])('by its number or its name: %p: %p', (reference, expected) => {
    expect(port !== undefined && isServicePort(port, reference)).toBe(expected);
  });
});

describe('a target port', () => {
  const names = new Map([['http', new Set([8080, 9090])]]);

  it.each<[target: unknown, expected: number[]]>([
    [1234, [1234]],
    ['http', [8080, 9090]],
    ['HTTP', []],
    ['gone', []],
    [70000, []],
    [undefined, []],
  ])(
    '%p is %p: a number that nobody declares counts, a name that nobody has does not',
    (target, expected) => {
      expect(targetNumbers(target, names)).toEqual(expected);
    },
  );
});

describe('clients dial', () => {
  const pod = { labels: { app: 'web' }, portNames: new Map([['http', new Set([8080])]]) };
  const dialled = (...specs: object[]): number[] => dialledPorts(specs.map(service), pod, 8080);

  it.each<[what: string, specs: object[], expected: number[]]>([
    ['the port of the pod without a Service', [], [8080]],
    ['the port of the Service', [{ ...PODS, ports: [{ port: 80, targetPort: 8080 }] }], [80]],
    [
      'the port of the Service that names the target',
      [{ ...PODS, ports: [{ port: 80, targetPort: 'http' }] }],
      [80],
    ],
    [
      'each port once, in ascending order',
      [
        {
          ...PODS,
          ports: [
            { port: 1000, targetPort: 8080 },
            { port: 81, targetPort: 'http' },
          ],
        },
        { ...PODS, ports: [{ port: 81, targetPort: 8080 }] },
      ],
      [81, 1000],
    ],
    [
      "the pod's own port through a headless Service, which translates nothing",
      [{ ...PODS, clusterIP: 'None', ports: [{ port: 80, targetPort: 'http' }] }],
      [8080],
    ],
    ['the port of the pod where a Service leads to another', [{ ...PODS, ports: [{ port: 80 }] }], [8080]],
    [
      'the port of the pod where a Service has the port as UDP only',
      [{ ...PODS, ports: [{ port: 80, targetPort: 8080, protocol: 'UDP' }] }],
      [8080],
    ],
    [
      'the port of the pod where a Service selects others',
      [{ selector: { app: 'api' }, ports: [{ port: 80, targetPort: 8080 }] }],
      [8080],
    ],
  ])('%s', (_, specs, expected) => {
    expect(dialled(...specs)).toEqual(expected);
  });
});
