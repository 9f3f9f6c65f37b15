import type { ClusterOptions } from '../../../lib/cluster/cluster-options';
import { breakInSummary } from '../../../lib/report/break-in/sentences';
import { breakInText } from '../../../lib/report/break-in/text';
import { clientWords } from '../../../lib/sets/client-words';
import { inPlainWords } from '../../../lib/sets/plain-words';
import { breakIn } from '../../../lib/questions/break-in/break-in';
import { verdictOf } from '../witness';
import { parseClient } from '../../../lib/verdict/references';
import { parseTarget } from '../../../lib/verdict/target-reference';
import { admittedCluster } from '../../helpers/manifests';
import { edited, JAILS, type Edit, type Form } from '../emojivoto';

const DENY = 'config.linkerd.io/default-inbound-policy: deny';
const OWN = '*.emojivoto.serviceaccount.identity.linkerd.cluster.local';
const WEB = 'metadata: { labels: { app: web-svc } }';

interface Case extends Edit {
  readonly name: string;
  readonly form: Form;
  readonly options?: ClusterOptions;
}

interface Sabotage extends Case {
  /** The widest way in: whom it lets in, on which port of which workload, by what. */
  readonly lets: string;
  readonly into: string;
  readonly by: string;
}

const MTA = 'identityRefs: [{ kind: Namespace, name: emojivoto }]';
const NS_ONLY = '[{ group: policy.linkerd.io, kind: MeshTLSAuthentication, name: ns-only }]';
const HTTP_TARGET = 'targetRef: { group: policy.linkerd.io, kind: Server, name: http }';
const SERVER_HTTP = `  port: http
  proxyProtocol: HTTP/1`;
const ap = (name: string, target: string, refs: string, annotation = ''): string => `
apiVersion: policy.linkerd.io/v1alpha1
kind: AuthorizationPolicy
metadata: { name: ${name}, namespace: emojivoto${annotation} }
spec:
  targetRef: ${target}
  requiredAuthenticationRefs: ${refs}
`;
const EVERYONE = '[{ group: policy.linkerd.io, kind: NetworkAuthentication, name: everyone }]';
const SERVER = '{ group: policy.linkerd.io, kind: Server, name: http }';
const template = (annotations: string): readonly [string, string] => [
  WEB,
  `metadata: { labels: { app: web-svc }, annotations: { ${annotations} } }`,
];
const server = (name: string, spec: string, metadata = ''): string => `
apiVersion: policy.linkerd.io/v1beta3
kind: Server
metadata: { name: ${name}, namespace: emojivoto${metadata} }
spec: ${spec}
`;

const OUTSIDE = 'anyone but every ServiceAccount in namespace emojivoto';
const MESH = 'any mesh identity (except SPIFFE ids) but every ServiceAccount in namespace emojivoto';

const SABOTAGES: readonly Sabotage[] = [
  {
    name: 'the identity * instead of those of the namespace',
    form: 'AuthorizationPolicy',
    replace: [[MTA, "identities: ['*']"]],
    lets: MESH,
    into: 'deployment/emoji:8080',
    by: 'authorizationpolicy/grpc-ns-only',
  },
  {
    name: 'the identity * in a ServerAuthorization',
    form: 'ServerAuthorization',
    replace: [[OWN, '*']],
    lets: `${MESH}, from the cluster's networks`,
    into: 'deployment/emoji:8080',
    by: 'serverauthorization/ns-only',
  },
  {
    name: 'one foreign ServiceAccount more',
    form: 'AuthorizationPolicy',
    replace: [[MTA, MTA.replace(']', ', { kind: ServiceAccount, name: default, namespace: emojivoto-2 }]')]],
    lets: 'ServiceAccount default in emojivoto-2',
    into: 'deployment/emoji:8080',
    by: 'authorizationpolicy/grpc-ns-only',
  },
  {
    name: 'the wildcard of a namespace whose name begins alike',
    form: 'ServerAuthorization',
    replace: [[OWN, OWN.replace('emojivoto', 'emojivoto-2')]],
    lets: "every ServiceAccount in namespace emojivoto-2 from the cluster's networks",
    into: 'deployment/emoji:8080',
    by: 'serverauthorization/ns-only',
  },
  {
    name: 'a wildcard one label too short: the whole cluster',
    form: 'ServerAuthorization',
    replace: [[OWN, '*.serviceaccount.identity.linkerd.cluster.local']],
    lets: "every ServiceAccount in the cluster but every ServiceAccount in namespace emojivoto, from the cluster's networks",
    into: 'deployment/emoji:8080',
    by: 'serverauthorization/ns-only',
  },
  {
    name: 'an empty list of authentications',
    form: 'AuthorizationPolicy',
    replace: [
      [
        `${HTTP_TARGET}\n  requiredAuthenticationRefs: ${NS_ONLY}`,
        `${HTTP_TARGET}\n  requiredAuthenticationRefs: []`,
      ],
    ],
    lets: OUTSIDE,
    into: 'deployment/web:8080',
    by: 'authorizationpolicy/http-ns-only',
  },
  {
    name: 'networks instead of identities',
    form: 'AuthorizationPolicy',
    replace: [
      [
        `${HTTP_TARGET}\n  requiredAuthenticationRefs: ${NS_ONLY}`,
        `${HTTP_TARGET}\n  requiredAuthenticationRefs: ${EVERYONE}`,
      ],
    ],
    lets: OUTSIDE,
    into: 'deployment/web:8080',
    by: 'authorizationpolicy/http-ns-only',
  },
  {
    name: 'a policy for the whole namespace',
    form: 'AuthorizationPolicy',
    add: ap('all', '{ kind: Namespace, name: emojivoto }', EVERYONE),
    lets: OUTSIDE,
    into: 'deployment/emoji:8080',
    by: 'authorizationpolicy/all',
  },
  {
    name: 'accessPolicy all-unauthenticated',
    form: 'AuthorizationPolicy',
    replace: [
      [`${SERVER_HTTP}\n  accessPolicy: deny`, `${SERVER_HTTP}\n  accessPolicy: all-unauthenticated`],
    ],
    lets: OUTSIDE,
    into: 'deployment/web:8080',
    by: 'server/http',
  },
  {
    name: 'accessPolicy all-authenticated',
    form: 'AuthorizationPolicy',
    replace: [[`${SERVER_HTTP}\n  accessPolicy: deny`, `${SERVER_HTTP}\n  accessPolicy: all-authenticated`]],
    lets: MESH,
    into: 'deployment/web:8080',
    by: 'server/http',
  },
  {
    name: 'accessPolicy cluster-unauthenticated',
    form: 'AuthorizationPolicy',
    replace: [
      [`${SERVER_HTTP}\n  accessPolicy: deny`, `${SERVER_HTTP}\n  accessPolicy: cluster-unauthenticated`],
    ],
    lets: `${OUTSIDE}, from the cluster's networks`,
    into: 'deployment/web:8080',
    by: 'server/http',
  },
  {
    name: 'accessPolicy audit: what is only logged is let in',
    form: 'AuthorizationPolicy',
    replace: [[`${SERVER_HTTP}\n  accessPolicy: deny`, `${SERVER_HTTP}\n  accessPolicy: audit`]],
    lets: OUTSIDE,
    into: 'deployment/web:8080',
    by: 'server/http',
  },
  {
    name: 'the namespace in audit mode',
    form: 'AuthorizationPolicy',
    replace: [[DENY, DENY.replace('deny', 'audit')]],
    lets: OUTSIDE,
    into: 'deployment/emoji:8801',
    by: 'namespace/emojivoto',
  },
  {
    name: 'the annotation removed',
    form: 'ServerAuthorization',
    replace: [[DENY, 'example.com/nothing: here']],
    lets: OUTSIDE,
    into: 'deployment/emoji:8801',
    by: 'namespace/emojivoto',
  },
  {
    name: 'the annotation misspelt',
    form: 'AuthorizationPolicy',
    replace: [[DENY, 'config.linkerd.io/default-inbound-polciy: deny']],
    lets: OUTSIDE,
    into: 'deployment/emoji:8801',
    by: 'namespace/emojivoto',
  },
  {
    name: 'the annotation on a template with a value that is no policy: the cluster default counts',
    form: 'AuthorizationPolicy',
    replace: [template('config.linkerd.io/default-inbound-policy: none')],
    lets: OUTSIDE,
    into: 'deployment/web:9999',
    by: 'deployment/web',
  },
  {
    name: 'a template that opens its own pod',
    form: 'ServerAuthorization',
    replace: [template('config.linkerd.io/default-inbound-policy: all-unauthenticated')],
    lets: OUTSIDE,
    into: 'deployment/web:9999',
    by: 'deployment/web',
  },
  {
    name: 'a template that opens its own pod to the mesh',
    form: 'ServerAuthorization',
    replace: [template('config.linkerd.io/default-inbound-policy: all-authenticated')],
    lets: MESH,
    into: 'deployment/web:9999',
    by: 'deployment/web',
  },
  {
    name: 'ports that bypass the proxy, by the Namespace',
    form: 'AuthorizationPolicy',
    replace: [[DENY, `${DENY}\n    config.linkerd.io/skip-inbound-ports: '8801'`]],
    lets: OUTSIDE,
    into: 'deployment/emoji:8801',
    by: 'namespace/emojivoto',
  },
  {
    name: 'ports that bypass the proxy, by a template',
    form: 'AuthorizationPolicy',
    replace: [template("config.linkerd.io/skip-inbound-ports: '8000-8999'")],
    lets: OUTSIDE,
    into: 'deployment/web:8080',
    by: 'deployment/web',
  },
  {
    name: 'a container that listens where Linkerd skips by default',
    form: 'AuthorizationPolicy',
    replace: [
      [
        'ports: [{ name: http, containerPort: 8080 }]',
        'ports: [{ containerPort: 4567 }, { name: http, containerPort: 8080 }]',
      ],
    ],
    lets: OUTSIDE,
    into: 'deployment/web:4567',
    by: 'deployment/web',
  },
  {
    name: 'a workload that is not injected',
    form: 'AuthorizationPolicy',
    replace: [template('linkerd.io/inject: disabled')],
    lets: OUTSIDE,
    into: 'deployment/web:8080',
    by: 'deployment/web',
  },
  {
    name: 'a namespace that is not injected',
    form: 'ServerAuthorization',
    replace: [['    linkerd.io/inject: enabled\n    config', '    config']],
    lets: OUTSIDE,
    into: 'deployment/emoji:8080',
    by: 'deployment/emoji',
  },
  {
    name: "a pod on the host's network",
    form: 'AuthorizationPolicy',
    replace: [['serviceAccountName: web', 'hostNetwork: true']],
    lets: OUTSIDE,
    into: 'deployment/web:8080',
    by: 'deployment/web',
  },
  {
    name: 'a workload more, and it is not meshed',
    form: 'AuthorizationPolicy',
    add: `
apiVersion: v1
kind: Pod
metadata: { name: debug, namespace: emojivoto, annotations: { linkerd.io/inject: disabled } }
spec: { containers: [{ name: sh, image: example/sh }] }
`,
    lets: OUTSIDE,
    into: 'pod/debug:9999',
    by: 'pod/debug',
  },
  {
    name: 'a Server gone, under a template that is permissive',
    form: 'AuthorizationPolicy',
    replace: [
      ['metadata: { name: http, namespace: emojivoto }', 'metadata: { name: http, namespace: emojivoto-2 }'],
      template('config.linkerd.io/default-inbound-policy: cluster-authenticated'),
    ],
    lets: `${MESH}, from the cluster's networks`,
    into: 'deployment/web:8080',
    by: 'deployment/web',
  },
  {
    name: 'a Server whose selector is too narrow, where the cluster default is permissive',
    form: 'ServerAuthorization',
    replace: [
      [DENY, 'example.com/nothing: here'],
      [
        'podSelector: { matchLabels: {} }\n  port: http',
        'podSelector: { matchLabels: { app: site } }\n  port: http',
      ],
    ],
    lets: OUTSIDE,
    into: 'deployment/emoji:8801',
    by: 'namespace/emojivoto',
  },
  {
    name: 'a ServerAuthorization for the unauthenticated, which means the cluster where it names no network',
    form: 'ServerAuthorization',
    replace: [[`meshTLS: { identities: ['${OWN}'] }`, 'unauthenticated: true']],
    lets: `${OUTSIDE}, from the cluster's networks`,
    into: 'deployment/emoji:8080',
    by: 'serverauthorization/ns-only',
  },
  {
    name: 'a ServerAuthorization for the unauthenticated of every network',
    form: 'ServerAuthorization',
    replace: [
      [
        `meshTLS: { identities: ['${OWN}'] }`,
        "{ unauthenticated: true, networks: [{ cidr: 0.0.0.0/0 }, { cidr: '::/0' }] }",
      ],
    ],
    lets: OUTSIDE,
    into: 'deployment/emoji:8080',
    by: 'serverauthorization/ns-only',
  },
  {
    name: 'TLS that anybody can open',
    form: 'ServerAuthorization',
    replace: [[`meshTLS: { identities: ['${OWN}'] }`, 'meshTLS: { unauthenticatedTLS: true }']],
    lets:
      "TLS clients without an identity from the cluster's networks and " +
      "any mesh identity but every ServiceAccount in namespace emojivoto, from the cluster's networks",
    into: 'deployment/emoji:8080',
    by: 'serverauthorization/ns-only',
  },
  {
    name: 'an older Server that takes the port over',
    form: 'AuthorizationPolicy',
    add: server(
      'aged',
      '{ podSelector: { matchLabels: { app: web-svc } }, port: 8080, accessPolicy: all-unauthenticated }',
      ", creationTimestamp: '2020-01-01T00:00:00Z'",
    ),
    replace: [
      [
        'metadata: { name: http, namespace: emojivoto }',
        "metadata: { name: http, namespace: emojivoto, creationTimestamp: '2024-01-01T00:00:00Z' }",
      ],
    ],
    lets: OUTSIDE,
    into: 'deployment/web:8080',
    by: 'server/aged',
  },
  {
    name: 'a Server for a port that no container declares',
    form: 'AuthorizationPolicy',
    add: server(
      'hidden',
      '{ podSelector: { matchLabels: {} }, port: 6000, accessPolicy: all-authenticated }',
    ),
    lets: MESH,
    into: 'deployment/emoji:6000',
    by: 'server/hidden',
  },
  {
    name: 'the exception of the admin port moved to the application',
    form: 'ServerAuthorization',
    replace: [['server: { name: admin }', 'server: { name: http }']],
    lets: `${OUTSIDE}, from the cluster's networks`,
    into: 'deployment/web:8080',
    by: 'serverauthorization/admin-everyone',
  },
  {
    name: 'a route for everyone',
    form: 'AuthorizationPolicy',
    add: `
apiVersion: policy.linkerd.io/v1beta3
kind: HTTPRoute
metadata: { name: api, namespace: emojivoto }
spec:
  parentRefs: [{ group: policy.linkerd.io, kind: Server, name: http }]
  rules: [{ matches: [{ path: { type: PathPrefix, value: /api }, method: POST }] }]
---${ap('api', '{ group: policy.linkerd.io, kind: HTTPRoute, name: api }', EVERYONE)}`,
    lets: OUTSIDE,
    into: 'deployment/web:8080',
    by: 'authorizationpolicy/api',
  },
  {
    name: 'the exact SPIFFE id of a machine',
    form: 'AuthorizationPolicy',
    replace: [
      [
        MTA,
        `${MTA}\n  identities: ['spiffe://corp.example/vm']`
          .replace(MTA, `identities: ['${OWN}', 'spiffe://corp.example/vm']`)
          .replace(/\n {2}identities.*/, ''),
      ],
    ],
    lets: 'SPIFFE id spiffe://corp.example/vm',
    into: 'deployment/emoji:8080',
    by: 'authorizationpolicy/grpc-ns-only',
  },
  {
    name: 'the namespace of that name in another trust domain',
    form: 'ServerAuthorization',
    options: { trustDomain: 'corp.example' },
    lets: "every ServiceAccount in namespace emojivoto of the mesh linkerd.cluster.local from the cluster's networks",
    into: 'deployment/emoji:8080',
    by: 'serverauthorization/ns-only',
  },
  {
    name: 'an exception that admits more than it declares',
    form: 'AuthorizationPolicy',
    add: ap(
      'partner',
      SERVER,
      EVERYONE,
      ", annotations: { namespace-jail/exception: 'namespace emojivoto-2' }",
    ),
    lets: 'anyone but every ServiceAccount in namespace emojivoto and every ServiceAccount in namespace emojivoto-2',
    into: 'deployment/web:8080',
    by: 'authorizationpolicy/partner',
  },
];

describe.each(SABOTAGES)('sabotage: $name', ({ form, options, lets, into, by, ...edit }) => {
  const cluster = admittedCluster(edited(JAILS[form], edit), options);
  const ways = breakIn(cluster).flatMap((surface) => surface.ways);

  it('is a way in, with the object to blame', () => {
    const { config } = cluster;
    const [first] = ways;
    if (first === undefined) throw new Error('no way in was found');
    const { namespace, kind, name, port } = first.witnesses[0]?.witness.target ?? {};
    const source = first.blame.source?.object;
    expect({
      namespace,
      lets: clientWords(first.clients, inPlainWords(config)),
      into: `${kind}/${name}:${port}`,
      by: `${source?.kind.toLowerCase()}/${source?.metadata.name}`,
    }).toEqual({ namespace: 'emojivoto', lets, into, by });
  });

  it('has a witness for each kind of client, whom decide() lets in', () => {
    expect(ways.length).toBeGreaterThan(0);
    for (const { witnesses, verdict, verified } of ways) {
      expect([verified, witnesses.length > 0]).toEqual([true, true]);
      for (const { witness } of witnesses) expect(verdictOf(cluster, witness)).toBe(verdict);
    }
  });

  it('prints commands that name a client and a target', () => {
    const text = breakInText(breakIn(cluster), { domain: cluster.config, input: [], color: false });
    const commands = [...text.matchAll(/^ {5}try {3}namespace-jail can (\S+) (\S+)/gm)];
    expect(commands.length).toBeGreaterThanOrEqual(ways.length);
    for (const [, client = '', target = ''] of commands) {
      expect(() => parseClient(cluster, client)).not.toThrow();
      expect(parseTarget(cluster, target)).toHaveLength(1);
    }
  });
});

it('there are enough sabotages', () => expect(SABOTAGES.length).toBeGreaterThanOrEqual(25));

const LOOKALIKES: readonly Case[] = [
  { name: 'the jail itself', form: 'AuthorizationPolicy' },
  { name: 'the jail itself, for Linkerd 2.11', form: 'ServerAuthorization' },
  {
    name: 'one ServiceAccount of its own',
    form: 'AuthorizationPolicy',
    replace: [[MTA, 'identityRefs: [{ kind: ServiceAccount, name: web }]']],
  },
  {
    name: 'an exact identity of its own',
    form: 'ServerAuthorization',
    replace: [[OWN, OWN.replace('*', 'web')]],
  },
  {
    name: 'an identity that nobody can have',
    form: 'AuthorizationPolicy',
    replace: [[NS_ONLY, NS_ONLY.replace('ns-only', 'missing')]],
  },
  {
    name: 'the default of the cluster is deny',
    form: 'AuthorizationPolicy',
    options: { defaultInboundPolicy: 'deny' },
    replace: [[DENY, 'a.example/b: c']],
  },
  {
    name: 'a template that says deny again',
    form: 'AuthorizationPolicy',
    replace: [template('config.linkerd.io/default-inbound-policy: deny')],
  },
  {
    name: 'ports that skip nothing',
    form: 'AuthorizationPolicy',
    replace: [template("config.linkerd.io/skip-inbound-ports: ''")],
  },
  {
    name: 'opaque ports',
    form: 'AuthorizationPolicy',
    replace: [template("config.linkerd.io/opaque-ports: '8080'")],
  },
  {
    name: 'outbound ports that bypass the proxy',
    form: 'AuthorizationPolicy',
    replace: [template("config.linkerd.io/skip-outbound-ports: '8080'")],
  },
  {
    name: 'an exception that is declared for exactly whom it admits',
    form: 'AuthorizationPolicy',
    add: ap(
      'partner',
      SERVER,
      '[{ kind: ServiceAccount, name: default, namespace: emojivoto-2 }]',
      ", annotations: { namespace-jail/exception: 'serviceaccount emojivoto-2/default' }",
    ),
  },
  {
    name: 'an exception that is declared for more than it admits',
    form: 'ServerAuthorization',
    replace: [
      [
        'metadata: { name: ns-only, namespace: emojivoto }',
        "metadata: { name: ns-only, namespace: emojivoto, annotations: { namespace-jail/exception: 'any-meshed' } }",
      ],
      [OWN, '*.emojivoto-2.serviceaccount.identity.linkerd.cluster.local'],
    ],
  },
  {
    name: 'an exception for networks',
    form: 'ServerAuthorization',
    add: `
apiVersion: policy.linkerd.io/v1beta1
kind: ServerAuthorization
metadata:
  name: nodes
  namespace: emojivoto
  annotations: { namespace-jail/exception: 'everyone from 10.0.0.0/8 except 10.1.0.0/16, everyone from 192.168.0.0/16' }
spec:
  server: { name: http }
  client: { unauthenticated: true, networks: [{ cidr: 10.0.0.0/8, except: [10.1.0.0/16] }, { cidr: 192.168.0.0/16 }] }
`,
  },
  {
    name: 'another namespace is as open as it likes',
    form: 'AuthorizationPolicy',
    add: 'apiVersion: v1\nkind: Pod\nmetadata: { name: open, namespace: playground }\nspec: { containers: [{ name: sh, image: a }] }',
  },
  {
    name: 'a younger Server that opens a port that is taken',
    form: 'AuthorizationPolicy',
    replace: [
      [
        'metadata: { name: http, namespace: emojivoto }',
        "metadata: { name: http, namespace: emojivoto, creationTimestamp: '2020-01-01T00:00:00Z' }",
      ],
    ],
    add: server(
      'young',
      '{ podSelector: { matchLabels: { app: web-svc } }, port: 8080, accessPolicy: all-unauthenticated }',
      ", creationTimestamp: '2024-01-01T00:00:00Z'",
    ),
  },
];

it.each(LOOKALIKES)('no way in: $name', ({ form, options, ...edit }) => {
  const surfaces = breakIn(admittedCluster(edited(JAILS[form], edit), { complete: true, ...options }));
  expect(surfaces.map(({ jail }) => jail.namespace)).toContain('emojivoto');
  expect(breakInSummary(surfaces)).toMatch(/^0 undeclared ways in,/);
});

describe('what Linkerd opens by itself is told by the ports that this cluster has', () => {
  const opened = (edit: Edit, options?: ClusterOptions): string[] => {
    const cluster = admittedCluster(edited(JAILS.AuthorizationPolicy, edit), options);
    const text = breakInText(breakIn(cluster), { domain: cluster.config, input: [], color: false });
    return text
      .split('\n')
      .filter((line) => /tap:|bypass/.test(line))
      .map((line) => line.trim());
  };

  it('as the installation is by default', () =>
    expect(opened({})).toEqual([
      "tap: linkerd-viz's tap on port 4190, if it is installed",
      'ports 4567 and 4568, which bypass the proxy by default and which no container declares',
    ]));

  it('a control port of its own, and one skipped port', () =>
    expect(
      opened({ replace: [template('config.linkerd.io/control-port: "4199"')] }, { skipInboundPorts: '4567' }),
    ).toEqual([
      "tap: linkerd-viz's tap on ports 4190 and 4199, if it is installed",
      'port 4567, which bypasses the proxy by default and which no container declares',
    ]));
});
