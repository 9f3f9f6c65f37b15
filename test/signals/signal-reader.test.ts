import { FORMATS, jsonLines, metricLine, plainLines, readSignals, type Denial } from '../helpers/signals';
import { between } from '../../lib/signals/scrapes';

const SERVER = { group: 'policy.linkerd.io', kind: 'server', name: 'http' };
const ROUTE = { group: '', kind: 'default', name: 'default' };
const DENIAL: Denial = {
  namespace: 'shop',
  pod: 'web-7d4b9c6f5d-x2x9q',
  port: 8080,
  server: SERVER,
  route: ROUTE,
  client: {
    tls: 'mesh',
    identity: 'web.orders.serviceaccount.identity.linkerd.cluster.local',
    ip: '10.42.0.9',
  },
  path: '/api',
};

describe('a denial is read alike from every format that carries it', () => {
  const variants: readonly (readonly [string, Denial])[] = [
    ['a request of a mesh client', DENIAL],
    ['a request let in by audit', { ...DENIAL, isAudit: true }],
    ['a connection', { ...DENIAL, route: undefined } as unknown as Denial],
    ['a client without TLS', { ...DENIAL, client: { tls: 'none', ip: 'fd00::7' } }],
    [
      'a SPIFFE id',
      {
        ...DENIAL,
        client: { tls: 'mesh', identity: 'spiffe://root.linkerd.cluster.local/vm', ip: '10.42.0.9' },
      },
    ],
    ['TLS without an identity', { ...DENIAL, client: { tls: 'unauthenticated-tls', ip: '10.42.0.9' } }],
    [
      'the default policy of a pod',
      { ...DENIAL, server: { group: '', kind: 'default', name: 'deny' }, port: 4191 },
    ],
  ];
  for (const [what, denial] of variants) {
    it.each(Object.entries(FORMATS))(`${what}, in %s`, (_, { write, hasAddress }) => {
      const { groups, notUnderstood } = readSignals(write(denial));
      expect(notUnderstood).toBe(0);
      expect(groups).toHaveLength(1);
      const [group] = groups;
      const { kind, port, server, route, client, place, layer } = group?.seen ?? {};
      const { ip, ...who } = denial.client;
      expect({ kind, port, server, route, layer }).toEqual({
        kind: denial.isAudit === true ? 'audited' : 'denied',
        port: denial.port,
        server: denial.server,
        route: denial.route,
        layer: denial.route === undefined ? 'tcp' : 'http',
      });
      expect(client).toMatchObject(hasAddress ? { ...who, ip } : who);
      expect(place?.pod).toBe(denial.pod);
      expect(group?.count).toBe(1);
    });
  }
});

describe('the two lines of a denied request', () => {
  it('are one denial, and the second one has the path', () => {
    const { groups } = readSignals([...plainLines(DENIAL), ...plainLines({ ...DENIAL, path: '/admin' })]);
    expect(groups).toMatchObject([
      { count: 2, requests: [{ request: { path: '/api' } }, { request: { path: '/admin' } }] },
    ]);
  });

  it('are one denial in JSON, too', () => {
    expect(readSignals(jsonLines(DENIAL)).groups).toMatchObject([
      { count: 1, requests: [{ request: { path: '/api' }, count: 1 }] },
    ]);
  });

  it('belong together by pod, port and client where several pods write at once', () => {
    const prefixed = (pod: string, lines: readonly string[]): string[] =>
      lines.map((line) => `[pod/${pod}/linkerd-proxy] ${line}`);
    const [a, b] = [
      prefixed('a-1', plainLines(DENIAL)),
      prefixed('b-1', plainLines({ ...DENIAL, path: '/b' })),
    ];
    const { groups } = readSignals([a[0], b[0], b[1], a[1]].map(String));
    expect(groups.map(({ seen, requests }) => [seen.place.pod, requests[0]?.request.path])).toEqual([
      ['a-1', '/api'],
      ['b-1', '/b'],
    ]);
  });

  it('the second one alone is a denial that does not say whom', () => {
    const [, second = ''] = plainLines(DENIAL);
    expect(readSignals([second]).groups).toMatchObject([
      { count: 1, seen: { kind: 'denied', port: 8080, client: { tls: 'unknown', ip: '10.42.0.9' } } },
    ]);
  });

  it('a path cannot pose as a field, or as a line of its own', () => {
    const path = '/x" client.ip=1.2.3.4 : Request denied server.kind=server server.name=x client.tls=None(';
    const { groups } = readSignals(plainLines({ ...DENIAL, path }));
    expect(groups.map(({ seen }) => seen.client.ip)).toEqual(['10.42.0.9']);
    expect(groups[0]?.requests[0]?.request.path).toBe(path);
  });

  it('a wrapped error says the address of the pod', () => {
    const line =
      '[   12.000001s]  INFO ThreadId(01) inbound:server{port=8080}:rescue{client.addr=10.42.0.9:52222}: ' +
      'linkerd_app_core::errors::respond: HTTP/1.1 request failed error=client 10.42.0.9:52222: server: ' +
      '10.42.0.5:8080: unauthorized request on route error.sources=[unauthorized request on route] path="/api"';
    expect(readSignals([line]).groups[0]?.seen).toMatchObject({ place: { ip: '10.42.0.5' }, port: 8080 });
  });
});

it('lines that repeat are known by their text, and read as they are the long way', () => {
  const variants: readonly Denial[] = [
    DENIAL,
    { ...DENIAL, path: '/b' },
    { ...DENIAL, isAudit: true },
    { ...DENIAL, client: { tls: 'none', ip: '10.42.0.8' } },
    { ...DENIAL, port: 9090 },
  ];
  const other =
    '[     1.0s]  INFO ThreadId(01) outbound: linkerd_app: unauthorized policy error=no route found';
  const times = ['2026-11-25T22:48:48Z', '2026-11-25T22:48:49.5Z', '2026-11-25T22:47:00Z'];
  const lines = times.flatMap((time, round) =>
    [...variants, ...variants.slice(round)]
      .flatMap((denial, at) => [...plainLines(denial), other].map((line) => [`web-${at % 2}`, line] as const))
      .map(([pod, line]) => `[pod/${pod}/linkerd-proxy] ${time} ${line}`),
  );
  // A colour is nothing that the short way takes.
  const long = lines.map((line) => `\u001b[0m${line}`);
  expect(readSignals(lines)).toEqual(readSignals(long));
  expect(readSignals(lines).groups.length).toBeGreaterThan(6);
});

describe('older and other lines', () => {
  it.each([
    [
      'Linkerd 2.11',
      '[    10.245238s]  INFO ThreadId(01) inbound:server{port=8080}: linkerd_app_inbound::policy::authorize::http: Request denied server=default:deny tls=None(NoClientHello) client=10.42.0.9:52222',
      { kind: 'denied', server: { kind: 'default', name: 'deny' }, client: { tls: 'none', ip: '10.42.0.9' } },
    ],
    [
      'before 2.15, an identity without its kind',
      '[    10.2s]  INFO ThreadId(01) inbound:server{port=8080}: linkerd_app_inbound::policy::http: Request denied server.group=policy.linkerd.io server.kind=server server.name=http route.group= route.kind=default route.name=default client.tls=Some(Established { client_id: Some(ClientId(Name("web.shop.serviceaccount.identity.linkerd.cluster.local"))), negotiated_protocol: None }) client.ip=10.42.0.9',
      { client: { tls: 'mesh', identity: 'web.shop.serviceaccount.identity.linkerd.cluster.local' } },
    ],
    [
      "the proxy's own server, which has no port in its span",
      '[    10.2s]  INFO ThreadId(01) daemon:admin{listen.addr=0.0.0.0:4191}: linkerd_app_inbound::policy::http: Request denied server.group= server.kind=default server.name=deny route.group= route.kind=default route.name=default client.tls=None(NoClientHello) client.ip=10.42.0.1',
      { port: 4191 },
    ],
    [
      'TLS passed through',
      '[    10.2s]  INFO ThreadId(01) inbound:server{port=8443}: linkerd_app_inbound::policy::tcp: Connection denied server.group= server.kind=default server.name=deny tls=Some(Passthru { sni: ServerName(Name("db.shop")) }) client=10.42.0.1:4000',
      { layer: 'tcp', client: { tls: 'none', sni: 'db.shop', ip: '10.42.0.1' } },
    ],
    [
      'a connection that was cut',
      '[    10.2s]  INFO ThreadId(01) inbound:server{port=5432}: linkerd_app_inbound::policy::tcp: Connection terminated due to policy change server.group=policy.linkerd.io server.kind=server server.name=postgres tls=None(Loopback) client=[fd00::7]:4000',
      { kind: 'terminated', client: { tls: 'none', noTls: 'loopback', ip: 'fd00::7' } },
    ],
    [
      'no route',
      '[    10.2s]  INFO ThreadId(01) inbound:server{port=8080}:rescue{client.addr=10.42.0.9:5}: linkerd_app_core::errors::respond: HTTP/2.0 request failed error=no route found for request path="/nowhere"',
      { kind: 'not-found', port: 8080 },
    ],
    [
      'too many requests',
      '[    10.2s]  INFO ThreadId(01) inbound:server{port=8080}:rescue{client.addr=10.42.0.9:5}: linkerd_app_core::errors::respond: gRPC request failed error=per-identity rate limit exceeded: 5rps path="/a.B/C"',
      { kind: 'rate-limited', port: 8080 },
    ],
    [
      "a 403 in the access log, which may be the application's own",
      '10.42.0.9:52222 web.orders.serviceaccount.identity.linkerd.cluster.local - [2026-11-25T22:48:48.572688Z] "GET /api HTTP/1.1" 403',
      { kind: 'forbidden', source: 'access-log', client: { tls: 'mesh', ip: '10.42.0.9' } },
    ],
    [
      'the same in JSON',
      '{"client.addr":"10.42.0.9:52222","client.id":"-","timestamp":"2026-11-25T22:48:48Z","method":"POST","uri":"/api","version":"HTTP/1.1","trace_id":"","request_bytes":"","user_agent":"curl","host":"web.shop","status":403,"total_ns":"1","processing_ns":"1"}',
      { kind: 'forbidden', source: 'access-log', client: { tls: 'none', ip: '10.42.0.9' } },
    ],
  ])('%s', (_, line, expected) => {
    const { groups, notUnderstood } = readSignals([line]);
    expect(notUnderstood).toBe(0);
    expect(groups[0]?.seen).toMatchObject(expected);
  });

  it('what a proxy says of other matters is passed over, and counted', () => {
    const lines = [
      '[     0.001s]  INFO ThreadId(01) linkerd2_proxy: release 2.366.0 (29637b6)',
      '[     0.002s]  WARN ThreadId(01) outbound: linkerd_app_core::errors::respond: HTTP/1.1 request failed error=connection refused path="/denied"',
      '+ web-1 › linkerd-proxy',
      'request_total{direction="inbound"} 7',
      '',
    ];
    expect(readSignals(lines)).toMatchObject({ lines: 5, beside: 5, notUnderstood: 0, groups: [] });
  });
});

describe('tables of linkerd viz authz', () => {
  it('count the denied by Server and route, and never say who they were', () => {
    const { groups, notUnderstood } = readSignals([
      'ROUTE    SERVER        AUTHORIZATION                 UNAUTHORIZED  SUCCESS     RPS  LATENCY_P50  LATENCY_P95  LATENCY_P99',
      'default  default:deny                                      0.1rps    0.00%  0.0rps          0ms          0ms          0ms',
      'default  http          authorizationpolicy/http-ns-only    0.0rps  100.00%  0.7rps          1ms          1ms          1ms',
      'default  http                                              0.3rps    0.00%  0.0rps          0ms          0ms          0ms',
      'default  grpc          default/audit                       0.0rps  100.00%  0.2rps          1ms          1ms          1ms',
      'probe    http          default/probe                            -        -       -            -            -            -',
    ]);
    expect(notUnderstood).toBe(0);
    expect(groups.map(({ seen, rate }) => [seen.kind, seen.server?.name, seen.route?.name, rate])).toEqual([
      ['denied', 'deny', 'default', 0.1],
      ['denied', 'http', 'default', 0.3],
      ['audited', 'grpc', 'default', 0.2],
    ]);
  });

  it('of Linkerd 2.11 have a row for the denied', () => {
    const { groups } = readSignals([
      'SERVER  AUTHZ           SUCCESS     RPS  LATENCY_P50  LATENCY_P95  LATENCY_P99',
      'http    ns-only         100.00%  0.7rps          1ms          1ms          1ms',
      'http    [UNAUTHORIZED]        -  0.3rps            -            -            -',
    ]);
    expect(groups).toMatchObject([{ seen: { kind: 'denied', server: { name: 'http' } }, rate: 0.3 }]);
  });

  it('are read as JSON, too', () => {
    const rows = [
      { route: 'default', server: 'http', authorization: '', unauthorized: 0.3, success: 0, rps: 0 },
      { route: 'default', server: 'http', authorization: 'authorizationpolicy/http-ns-only', rps: 0.7 },
    ];
    const { groups, notUnderstood } = readSignals(JSON.stringify(rows, undefined, 2).split('\n'));
    expect(notUnderstood).toBe(0);
    expect(groups).toMatchObject([{ seen: { kind: 'denied', server: { name: 'http' } }, rate: 0.3 }]);
  });
});

describe('counters', () => {
  it('of one scrape count from the start of the pod, of two what came between', () => {
    const [before, after] = [readSignals([metricLine(DENIAL, 5)]), readSignals([metricLine(DENIAL, 12)])];
    expect(after.groups.map(({ count }) => count)).toEqual([12]);
    expect(between(before, after).groups.map(({ count }) => count)).toEqual([7]);
  });

  it('that are lower than before have started anew with their pod', () => {
    const [before, after] = [readSignals([metricLine(DENIAL, 5)]), readSignals([metricLine(DENIAL, 2)])];
    expect(between(before, after).groups.map(({ count }) => count)).toEqual([2]);
    expect(between(after, after).groups).toEqual([]);
  });

  it('over time grow past the restarts of their pod', () => {
    const metric = {
      __name__: 'inbound_http_authz_deny_total',
      client_id: 'a.b',
      tls: 'true',
      srv_name: 'http',
    };
    const values = [
      [1764110000, '10'],
      [1764110060, '12'],
      [1764110120, '1'],
    ];
    const answer = { status: 'success', data: { resultType: 'matrix', result: [{ metric, values }] } };
    expect(readSignals([JSON.stringify(answer)]).groups).toMatchObject([
      { count: 3, first: '2025-11-25T22:34:20.000Z', last: '2025-11-25T22:35:20.000Z' },
    ]);
  });

  it('without a name, as after increase(), are taken for denials unless an authorization let them in', () => {
    const result = [
      { metric: { srv_name: 'http', srv_port: '8080', client_id: 'a.b', tls: 'true' }, value: [1, '2.3'] },
      { metric: { srv_name: 'http', client_id: 'a.b', tls: 'true', authz_name: 'audit' }, value: [1, '4'] },
    ];
    const answer = JSON.stringify({ status: 'success', data: { resultType: 'vector', result } });
    expect(
      readSignals([answer]).groups.map(({ seen, count, isUnnamed }) => [seen.kind, count, isUnnamed]),
    ).toEqual([
      ['denied', 3, true],
      ['audited', 4, true],
    ]);
  });
});

describe('what is not understood', () => {
  it('is counted and shown, what speaks of denials first', () => {
    const reading = readSignals(
      [
        'hello',
        '{"truncated":',
        '[    1.0s]  INFO ThreadId(01) inbound:server{port=8080}: linkerd_app_inbound::policy::http: Request denied client.tls=Perhaps',
        '# ERROR: cannot reach pod',
        'inbound_http_authz_deny_total{srv_name="http"',
      ],
      'proxy.txt',
    );
    expect(reading).toMatchObject({ lines: 5, notUnderstood: 5, suspicious: 2, groups: [] });
    expect(reading.samples.map(({ file, line }) => `${file}:${line}`)).toEqual([
      'proxy.txt:3',
      'proxy.txt:5',
      'proxy.txt:1',
      'proxy.txt:2',
      'proxy.txt:4',
    ]);
  });

  it('is what remains of JSON that does not end; lines of a log within it are read', () => {
    const reading = readSignals(['{', '  "status": 1,', ...plainLines(DENIAL)]);
    expect(reading).toMatchObject({ notUnderstood: 2, groups: [{ count: 1 }] });
  });

  it('grows with nothing: many addresses become one group without any', () => {
    const lines = Array.from({ length: 30_000 }, (_, i) =>
      plainLines({ ...DENIAL, client: { tls: 'none', ip: `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}` } }),
    ).flat();
    const { groups, untold } = readSignals(lines);
    expect(groups).toHaveLength(20_001);
    expect(untold).toBe(0);
    expect(groups.reduce((sum, { count }) => sum + count, 0)).toBe(30_000);
  });
});
