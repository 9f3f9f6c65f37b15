import { parseSuite } from '../../../lib/questions/suite';
import { InputError, formatProblem } from '../../../lib/basics/problem';

function problemsOf(text: string): string[] {
  try {
    parseSuite(text, 'shop.yaml');
  } catch (error) {
    if (error instanceof InputError) return error.problems.map(formatProblem);
    throw error;
  }
  return [];
}

const QUERY = `{ workload: shop/pod/web, port: 8080, client: { ip: 10.0.0.1, tls: none }, expect: deny }`;

/** A suite of one query, given without its braces. */
function oneQuery(query: string): string {
  return `- id: case\n  manifests: []\n  queries:\n  - ${query}\n`;
}

describe('a suite', () => {
  test('is a list of reachability and admission cases', () => {
    const { cases } = parseSuite(
      `
- id: nobody-gets-in
  cluster: { ages: index, networks: [10.0.0.0/8], identityDomain: corp.example, controlPlaneNamespace: mesh, defaultPolicy: deny, probeNetworks: [] }
  assumeAdmitted: true
  manifests:
  - ./web.yaml
  - { apiVersion: v1, kind: Pod, metadata: { name: web, namespace: shop }, spec: { containers: [{ name: web, image: web }] } }
  queries:
  - id: q1
    workload: shop/pod/web
    port: 8080
    client: { ip: 10.1.2.3, tls: mesh, identity: web.shop.serviceaccount.identity.mesh.corp.example }
    request: { method: POST, path: /list?x=1, headers: { host: web.shop, x-tenant: [a, b] }, version: HTTP/2 }
    expect: not-found
    notFound: route
    server: server/http
  - { workload: shop/Deployment/web, port: 80, client: { workload: shop/pod/web }, expect: allow, by: [default/probe] }
- id: refused
  operation: update
  preexisting: []
  object: { apiVersion: policy.linkerd.io/v1beta3, kind: Server, metadata: { name: http }, spec: {} }
  verdict: reject
`,
      'shop.yaml',
    );

    expect(JSON.parse(JSON.stringify(cases))).toMatchInlineSnapshot(`
      [
        {
          "id": "nobody-gets-in",
          "kind": "reachability",
          "manifests": [
            {
              "origin": {
                "file": "shop.yaml",
              },
              "path": "./web.yaml",
            },
            {
              "object": {
                "apiVersion": "v1",
                "kind": "Pod",
                "metadata": {
                  "name": "web",
                  "namespace": "shop",
                },
                "spec": {
                  "containers": [
                    {
                      "image": "web",
                      "name": "web",
                    },
                  ],
                },
              },
              "origin": {
                "file": "shop.yaml",
              },
            },
          ],
          "options": {
            "ages": "index",
            "assumeAdmitted": true,
            "clusterNetworks": [
              "10.0.0.0/8",
            ],
            "defaultInboundPolicy": "deny",
            "linkerdNamespace": "mesh",
            "probeNetworks": [],
            "trustDomain": "corp.example",
          },
          "origin": {
            "file": "shop.yaml",
          },
          "queries": [
            {
              "client": {
                "identity": "web.shop.serviceaccount.identity.mesh.corp.example",
                "ip": "10.1.2.3",
                "tls": "mesh",
              },
              "expected": {
                "notFound": "route",
                "server": "server/http",
                "verdict": "not-found",
              },
              "id": "q1",
              "origin": {
                "file": "shop.yaml",
              },
              "target": {
                "kind": "pod",
                "name": "web",
                "namespace": "shop",
                "port": 8080,
              },
              "traffic": {
                "kind": "request",
                "request": {
                  "headers": {
                    "host": "web.shop",
                    "x-tenant": [
                      "a",
                      "b",
                    ],
                  },
                  "method": "POST",
                  "path": "/list?x=1",
                  "version": "HTTP/2",
                },
              },
            },
            {
              "client": {
                "workload": {
                  "kind": "pod",
                  "name": "web",
                  "namespace": "shop",
                },
              },
              "expected": {
                "by": [
                  "default/probe",
                ],
                "verdict": "allow",
              },
              "id": "#2",
              "origin": {
                "file": "shop.yaml",
              },
              "target": {
                "kind": "deployment",
                "name": "web",
                "namespace": "shop",
                "port": 80,
              },
              "traffic": {
                "kind": "all",
              },
            },
          ],
        },
        {
          "id": "refused",
          "kind": "admission",
          "object": {
            "apiVersion": "policy.linkerd.io/v1beta3",
            "kind": "Server",
            "metadata": {
              "name": "http",
            },
            "spec": {},
          },
          "operation": "update",
          "origin": {
            "file": "shop.yaml",
          },
          "preexisting": [],
          "verdict": "reject",
        },
      ]
    `);
  });

  test('knows the line of each case, query and object', () => {
    const [found] = parseSuite(`# why\n${oneQuery(QUERY)}`, 'shop.yaml').cases;

    expect(found?.origin.line).toBe(2);
    expect(found?.kind === 'reachability' ? found.queries[0]?.origin.line : undefined).toBe(5);
  });

  test('may explain itself wherever it likes', () => {
    const words = 'source: a, alsoSources: [b], basis: c, layer: 1, kind: e, note: f, why: g';
    const text = `- { id: case, ${words}, cluster: { ${words} }, manifests: [], queries: [{ ${words}, workload: shop/pod/web, port: 1, client: { tls: none, ${words} }, request: { path: /, ${words} }, expect: deny }] }`;

    expect(problemsOf(text)).toEqual([]);
  });

  test('is YAML 1.2: y is a namespace, a time is text, and << merges', () => {
    const text = `
- id: case
  manifests:
  - { apiVersion: v1, kind: Pod, metadata: { name: on, namespace: y, creationTimestamp: 2024-01-01T00:00:00Z }, spec: { containers: [] } }
  queries:
  - &q { id: 1, workload: y/pod/on, port: 1, client: { tls: none }, expect: deny }
  - { <<: *q, id: 2, port: 2 }
`;
    const [found] = parseSuite(text, 'shop.yaml').cases;
    if (found?.kind !== 'reachability') throw new Error('this is a case about reachability');
    const [pod] = found.manifests;

    expect(pod !== undefined && 'object' in pod ? pod.object.metadata : undefined).toEqual({
      name: 'on',
      namespace: 'y',
      creationTimestamp: '2024-01-01T00:00:00Z',
    });
    expect(found.queries.map(({ id, target }) => [id, target.port])).toEqual([
      ['1', 1],
      ['2', 2],
    ]);
  });

  test('is refused with every problem at once, each with its line', () => {
    const text = `
- id: case
  clusters: {}
  manifests: [7]
  queries:
  - { workload: web, port: '80', client: { ip: 10.0.0, tls: mtls }, expected: deny }
  - { workload: shop/pods/web, port: 0, client: { tls: mesh }, request: { url: / }, expect: denied }
- id: case
  object: { kind: Server }
  verdict: refuse
`;

    expect(problemsOf(text).join('\n')).toMatchInlineSnapshot(`
      "shop.yaml:3:3: unknown key "clusters"; did you mean cluster?
      shop.yaml:4:15: manifests[0]: 7 is not a manifest; write a file or folder, relative to the suite, or the object itself
      shop.yaml:6:5: queries[0]: expect is missing; write one of allow, audit, depends, deny, not-found
      shop.yaml:6:7: queries[0].workload: "web" is not a workload; write namespace/kind/name, such as shop/deployment/web
      shop.yaml:6:22: queries[0].port: "80" is not a port; write the container port as a number, 1 to 65535, without quotes
      shop.yaml:6:44: queries[0].client.ip: "10.0.0" is not an address; write one IPv4 or IPv6 address, such as 10.1.2.3 or fd00::1
      shop.yaml:6:56: queries[0].client.tls: "mtls" is not one of mesh, unauthenticated-tls, none; did you mean mesh?
      shop.yaml:6:69: unknown key "expected"; did you mean expect?
      shop.yaml:7:7: queries[1].workload: "pods" is not a workload kind; did you mean pod?
      shop.yaml:7:32: queries[1].port: 0 is not a port; write the container port as a number, 1 to 65535, without quotes
      shop.yaml:7:41: queries[1].client: identity is missing; with tls: mesh, write the client's identity
      shop.yaml:7:64: queries[1].request: path is missing; write the path, with any query string
      shop.yaml:7:75: unknown key "url"; use one of method, path, headers, version
      shop.yaml:7:85: queries[1].expect: "denied" is not one of allow, audit, depends, deny, not-found; did you mean deny?
      shop.yaml:8:3: the id case is already used in line 2; give it its own id
      shop.yaml:9:3: object: {"kind":"Server"} is not an object; write one with apiVersion, kind and metadata
      shop.yaml:10:3: verdict: "refuse" is not one of accept, reject; did you mean reject?"
    `);
  });

  test.each([
    ['nothing at all', '# only words'],
    ['an empty list', '[]'],
    ['something that is no list', 'id: case'],
    ['broken YAML', '- id: [case'],
    ['a case without queries', '- { id: case, manifests: [], queries: [] }'],
    ['a case of both kinds', `- { id: case, manifests: [], queries: [${QUERY}], verdict: accept }`],
    ['a case of neither kind', '- id: case'],
    [
      'a cluster that cannot be',
      `- { id: case, cluster: { networks: [10.0.0.0/33], defaultPolicy: allow }, manifests: [], queries: [${QUERY}] }`,
    ],
    [
      'a cluster of other ages',
      `- { id: case, cluster: { ages: oldest }, manifests: [], queries: [${QUERY}] }`,
    ],
    ['an object that is none', `- { id: case, manifests: [{ kind: Pod }], queries: [${QUERY}] }`],
    [
      'two queries of one id',
      `- { id: case, manifests: [], queries: [{ id: 1, ${QUERY.slice(1)}, { id: 1, ${QUERY.slice(1)}] }`,
    ],
    [
      'an admission case with a cluster',
      '- { id: case, cluster: {}, object: { apiVersion: v1, kind: Pod, metadata: {} }, verdict: accept }',
    ],
  ])('is refused as %s', (_what, text) => {
    const problems = problemsOf(text);

    expect(problems).not.toEqual([]);
    expect(problems).toMatchSnapshot();
  });
});

describe('a query', () => {
  test.each([
    [
      'an identity without mesh TLS',
      `{ workload: a/pod/b, port: 1, client: { tls: none, identity: x }, expect: deny }`,
    ],
    [
      'a workload with a TLS of its own',
      `{ workload: a/pod/b, port: 1, client: { workload: a/pod/c, tls: none }, expect: deny }`,
    ],
    [
      'a denial by somebody',
      `{ workload: a/pod/b, port: 1, client: { tls: none }, expect: deny, by: [default/audit] }`,
    ],
    [
      'something not found that is expected to be allowed',
      `{ workload: a/pod/b, port: 1, client: { tls: none }, expect: allow, notFound: route }`,
    ],
    [
      'an authorization that is no name',
      `{ workload: a/pod/b, port: 1, client: { tls: none }, expect: allow, by: [http-ns-only] }`,
    ],
    [
      'a server that is no name',
      `{ workload: a/pod/b, port: 1, client: { tls: none }, expect: allow, server: http }`,
    ],
    [
      'a request and the connection',
      `{ workload: a/pod/b, port: 1, client: { tls: none }, request: { path: / }, connection: true, expect: deny }`,
    ],
    [
      'a connection that is neither true nor false',
      `{ workload: a/pod/b, port: 1, client: { tls: none }, connection: tcp, expect: deny }`,
    ],
    [
      'an unknown that is by somebody',
      `{ workload: a/pod/b, port: 1, client: { tls: none }, expect: depends, by: [default/audit] }`,
    ],
    [
      'a header that is no text',
      `{ workload: a/pod/b, port: 1, client: { tls: none }, request: { path: /, headers: { x-count: 1 } }, expect: allow }`,
    ],
  ])('is refused with %s', (_what, query) => {
    expect(problemsOf(oneQuery(query))).toMatchSnapshot();
  });

  test('may leave its id, its method and the address of its client away', () => {
    const query = `{ workload: a/pod/b, port: 1, client: { tls: none }, request: { path: / }, expect: deny }`;

    expect(problemsOf(oneQuery(query))).toEqual([]);
  });

  test.each([
    ['', { kind: 'all' }],
    ['any: true,', { kind: 'any' }],
    ['connection: true,', { kind: 'connection' }],
    ['connection: false, any: false,', { kind: 'all' }],
  ])('is about %j', (words, expected) => {
    const query = `{ workload: a/pod/b, port: 1, client: { tls: none }, ${words} expect: depends }`;
    const [found] = parseSuite(oneQuery(query), 'shop.yaml').cases;

    expect(found?.kind === 'reachability' ? found.queries[0]?.traffic : undefined).toEqual(expected);
  });

  test('may ask for a header named like a free-text key', () => {
    const query = `{ workload: a/pod/b, port: 1, client: { tls: none }, request: { path: /, headers: { kind: x, __proto__: z } }, expect: deny }`;
    const [found] = parseSuite(oneQuery(query), 'shop.yaml').cases;
    const traffic = found?.kind === 'reachability' ? found.queries[0]?.traffic : undefined;

    expect(traffic?.kind === 'request' ? Object.entries(traffic.request.headers ?? {}) : []).toEqual([
      ['kind', 'x'],
      ['__proto__', 'z'],
    ]);
  });
});
