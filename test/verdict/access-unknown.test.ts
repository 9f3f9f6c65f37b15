import type { Cluster } from '../../lib/cluster/cluster';
import type { Route } from '../../lib/cluster/route';
import {
  access,
  accessByTakers,
  ownAccess,
  ownClasses,
  possiblePolicies,
  routeSets,
  trafficClasses,
} from '../../lib/verdict/access';
import type { Access } from '../../lib/verdict/access-sets';
import { RAW_CONNECTION, type Traffic } from '../../lib/verdict/request';
import { manifest, pod, server, unchecked, workloadOf } from '../helpers/manifests';

/** Access where the input does not say everything: ages of Servers and routes, and pods that run already. */
const ROOT: Traffic = { kind: 'request', request: { path: '/' } };
const OUTSIDE = { ip: '203.0.113.7', tls: 'none' } as const;
const OTHER_SUBNET = { ip: '10.9.1.1', tls: 'none' } as const;

function open(name: string, more = ''): string {
  return server(name, `{ podSelector: {}, port: 8080, accessPolicy: all-unauthenticated${more} }`);
}

function strict(name: string, more = ''): string {
  return server(name, `{ podSelector: {}, port: 8080${more} }`);
}

function route(name: string, path: string, to: string): string {
  const parents = `[{ group: policy.linkerd.io, kind: Server, name: ${to} }]`;
  return manifest(
    'policy.linkerd.io/v1beta3',
    'HTTPRoute',
    name,
    `{ parentRefs: ${parents}, rules: [{ matches: [{ path: { value: ${path} } }] }] }`,
  );
}

function admitted(kind: string, name: string): string {
  return manifest(
    'policy.linkerd.io/v1alpha1',
    'AuthorizationPolicy',
    `for-${name}`,
    `{ targetRef: { group: policy.linkerd.io, kind: ${kind}, name: ${name} }, requiredAuthenticationRefs: [] }`,
  );
}

const CONTAINER = '{ name: a, image: x, ports: [{ containerPort: 8080 }] }';
const INJECTED = 'annotations: { linkerd.io/inject: enabled';

/** A Deployment whose new pods have one annotation, and pods of it that run with others. */
function rollout(now: string, ...running: readonly string[]): string {
  const spec = `spec: { containers: [${CONTAINER}] }`;
  const proxy = '{ name: linkerd-proxy, image: "cr.l5d.io/linkerd/proxy:x" }';
  const deployment = manifest(
    'apps/v1',
    'Deployment',
    'web',
    `{ selector: { matchLabels: { app: web } }, template: { metadata: { labels: { app: web }, ${INJECTED}${now} } }, ${spec} } }`,
  );
  const pods = running.map((annotations, i) => {
    const owner = 'ownerReferences: [{ apiVersion: apps/v1, kind: Deployment, name: web, controller: true }]';
    const labels = 'labels: { app: web, linkerd.io/control-plane-ns: linkerd }';
    const containers = annotations === 'unmeshed' ? CONTAINER : `${CONTAINER}, ${proxy}`;
    const own = annotations === 'unmeshed' ? '' : annotations;
    return manifest(
      'v1',
      'Pod',
      `web-${i}`,
      `{ containers: [${containers}] }`,
      `uid: "${i}", ${owner}, ${labels}, ${INJECTED}${own} }`,
    );
  });
  return deployment + pods.join('');
}

const policy = (value: string): string => `, config.linkerd.io/default-inbound-policy: ${value}`;

function who({ allow, audit, possibly }: Access, client: { ip: string; tls: 'none' } = OUTSIDE): string {
  return (
    Object.entries({ allow, audit, possibly })
      .filter(([, set]) => set.has(client))
      .map(([name]) => name)
      .join() || 'deny'
  );
}

/** How a client fares, and what lets it in if what. */
function ask(
  manifests: string,
  traffic = ROOT,
  client: typeof OUTSIDE | typeof OTHER_SUBNET = OUTSIDE,
): string[] {
  const cluster = unchecked(manifests);
  const found = access(cluster, workloadOf(cluster), 8080, traffic);
  const grants = found.grants
    .filter(({ clients }) => clients.has(client))
    .map(({ name, when = [] }) => [name, ...when.map(({ text }) => text)].join(' if '));
  return [who(found, client), ...grants];
}

describe('where several Servers may own a port (3.5), a client', () => {
  it('may get in, if one of them lets it in', () => {
    expect(ask(pod('web', CONTAINER) + open('a') + strict('b'))).toEqual([
      'possibly',
      'default/all-unauthenticated if server/a is older than server/b',
    ]);
  });

  it('gets in, if all of them let it in', () => {
    expect(ask(pod('web', CONTAINER) + open('a') + open('b'))).toEqual([
      'allow',
      'default/all-unauthenticated',
    ]);
  });

  it('stays out, if none lets it in', () => {
    expect(ask(pod('web', CONTAINER) + strict('a') + strict('b'))).toEqual(['deny']);
  });
});

describe('where several routes fit a request equally (6.3), a client', () => {
  const two = strict('s') + route('a', '/', 's') + route('b', '/', 's');

  it('may get in, if one of them lets it in', () => {
    expect(ask(pod('web', CONTAINER) + two + admitted('HTTPRoute', 'b'))).toEqual([
      'possibly',
      'authorizationpolicy/for-b if httproute/b is older than httproute/a',
    ]);
  });

  it('and one of those is picked under each age of the Servers as well', () => {
    const both = two + open('t');
    expect(ask(pod('web', CONTAINER) + both + admitted('HTTPRoute', 'b'))).toEqual([
      'possibly',
      'authorizationpolicy/for-b if server/s is older than server/t if httproute/b is older than httproute/a',
      'default/all-unauthenticated if server/t is older than server/s',
    ]);
  });
});

describe('where pods run that were created otherwise, a client', () => {
  it('gets in surely, if new pods and those let it in', () => {
    expect(ask(rollout(policy('all-unauthenticated'), policy('all-unauthenticated')))).toEqual([
      'allow',
      'default/all-unauthenticated',
    ]);
  });

  it('may get in, if only the pods that run let it in, alike or each in its way', () => {
    expect(
      ask(rollout(policy('deny'), policy('all-unauthenticated'), policy('all-unauthenticated'))),
    ).toEqual([
      'possibly',
      'default/all-unauthenticated if it reaches pod/web-0 or pod/web-1, which still run as they were created',
    ]);
    expect(ask(rollout(policy('deny'), policy('all-unauthenticated'), 'unmeshed'))).toEqual([
      'possibly',
      'default/all-unauthenticated if it reaches pod/web-0, which still runs as it was created',
      'unmeshed-target if it reaches pod/web-1, which still runs as it was created',
    ]);
  });

  it('may get in, if only new pods let it in', () => {
    expect(ask(rollout(policy('all-unauthenticated'), policy('deny')))).toEqual([
      'possibly',
      'default/all-unauthenticated',
    ]);
  });

  it('fares with new pods alone, where those that run are not asked about', () => {
    const cluster = unchecked(rollout(policy('deny'), policy('all-unauthenticated')));
    expect(who(ownAccess(cluster, workloadOf(cluster), 8080, ROOT))).toBe('deny');
    const [own] = ownClasses(cluster, workloadOf(cluster), 8080);
    expect(own === undefined ? 'none' : who(own.access)).toBe('deny');
  });

  it('comes past the proxy of those whose subnets are skipped', () => {
    const skipping = `${policy('deny')}, config.linkerd.io/skip-subnets: 10.9.0.0/16`;
    const manifests = rollout(policy('deny'), skipping);
    expect(ask(manifests, ROOT, OTHER_SUBNET)).toEqual([
      'possibly',
      'subnet-skipped if it reaches pod/web-0, which still runs as it was created',
    ]);
    expect(ask(manifests)).toEqual(['deny']);
  });
});

describe('each policy that a port may have', () => {
  const policies = (manifests: string): string[] => {
    const cluster = unchecked(manifests);
    return possiblePolicies(cluster, workloadOf(cluster), 8080).map(({ key, routes, access: by }) => {
      const found = by(ROOT, (all) => all.slice(0, 1));
      const conditions = found.grants.flatMap(({ when = [] }) => when.map(({ text }) => text));
      return [key.trim(), `${routes.length} routes`, who(found), ...new Set(conditions)].join(': ');
    });
  };

  it('is the only one, where nothing is unknown', () => {
    expect(policies(pod('web', CONTAINER))).toEqual(['default/all-unauthenticated: 1 routes: allow']);
    expect(policies(pod('web', CONTAINER) + open('a') + route('r', '/', 'a'))).toEqual([
      'server/a: 1 routes: allow',
    ]);
  });

  it('lets in on its condition only, where several Servers may own the port', () => {
    expect(policies(pod('web', CONTAINER) + open('a') + strict('b') + route('r', '/', 'b'))).toEqual([
      'server/a: 1 routes: possibly: server/a is older than server/b',
      'server/b: 1 routes: deny: server/b is older than server/a',
    ]);
  });

  it('is also that of each pod that runs otherwise, which has no routes if it is unmeshed', () => {
    expect(policies(rollout(policy('deny'), policy('all-unauthenticated'), 'unmeshed'))).toEqual([
      'default/deny: 1 routes: deny',
      'web-0 default/all-unauthenticated: 1 routes: possibly: it reaches pod/web-0, which still runs as it was created',
      'web-1: 0 routes: possibly: it reaches pod/web-1, which still runs as it was created',
    ]);
  });
});

describe('the sets of routes that a port may have', () => {
  const sets = (manifests: string): string[] => {
    const cluster = unchecked(manifests);
    return routeSets(cluster, workloadOf(cluster), 8080).map((routes) =>
      routes.map(({ name }) => name).join(),
    );
  };

  it('are one for each Server that may own it, and none where policy does not govern', () => {
    expect(sets(pod('web', CONTAINER) + strict('a') + strict('b') + route('r', '/', 'b'))).toEqual([
      'default/default',
      'httproute/r',
    ]);
    expect(sets(pod('web', CONTAINER).replace('inject: enabled', 'inject: disabled'))).toEqual([]);
  });

  it('are told once, however many pods have them', () => {
    expect(sets(rollout(policy('deny'), policy('audit'), 'unmeshed'))).toEqual(['default/default']);
  });
});

describe('the classes of traffic of a port', () => {
  const classes = (manifests: string): string[] => {
    const cluster = unchecked(manifests);
    return trafficClasses(cluster, workloadOf(cluster), 8080).map(
      ({ name, access: found, hasSample }) => `${name}: ${who(found)}${hasSample ? '' : ', no sample'}`,
    );
  };

  it('are those of all Servers that may own it, each once', () => {
    expect(classes(pod('web', CONTAINER) + open('a') + strict('b'))).toEqual([
      'default/default: possibly',
      'connection: possibly',
    ]);
    const http = strict('b', ', proxyProtocol: HTTP/1') + route('r', '/', 'b');
    expect(classes(pod('web', CONTAINER) + open('a') + http)).toEqual([
      'default/default: possibly',
      'connection: possibly',
      'httproute/r: possibly',
    ]);
  });

  it('are those of routes that fit equally, of which each may take the requests', () => {
    const two = strict('s', ', proxyProtocol: HTTP/1') + route('a', '/', 's') + route('b', '/', 's');
    expect(classes(pod('web', CONTAINER) + two + admitted('HTTPRoute', 'b'))).toEqual([
      'httproute/a: possibly',
      'httproute/b: possibly',
    ]);
  });

  it('are those of pods that run as well', () => {
    expect(classes(rollout(policy('deny'), policy('all-unauthenticated')))).toEqual([
      'default/default: possibly',
      'connection: possibly',
    ]);
    expect(classes(rollout(policy('deny'), 'unmeshed'))).toEqual([
      'default/default: possibly',
      'connection: possibly',
    ]);
  });

  it('are apart for routes of one name in two groups, and for what Linkerd generates for HTTP and for gRPC', () => {
    const gateway = route('r', '/', 'a').replace('policy.linkerd.io/v1beta3', 'gateway.networking.k8s.io/v1');
    const http = strict('a', ', proxyProtocol: HTTP/1');
    const two = http + route('r', '/x', 'a') + gateway + strict('b', ', proxyProtocol: HTTP/1');
    expect(classes(pod('web', CONTAINER) + two)).toEqual([
      'httproute/r: deny',
      'httproute/r: deny',
      'default/default: deny',
    ]);
    const grpc = open('b', ', proxyProtocol: gRPC');
    expect(classes(pod('web', CONTAINER) + http + grpc)).toEqual([
      'default/default: deny',
      'default/default: possibly',
    ]);
  });

  it('have a sample of a route, if any of the Servers gives it requests, whichever comes first', () => {
    const hidden = (covered: string, bare: string): string => {
      const parents = `[{ group: policy.linkerd.io, kind: Server, name: ${covered} }, { group: policy.linkerd.io, kind: Server, name: ${bare} }]`;
      const both = route('z', '/', 'a').replace(/parentRefs: \[[^\]]*\]/, `parentRefs: ${parents}`);
      const dated = 'creationTimestamp: "2024-01-01T00:00:00Z"';
      const older = route('all', '/', covered).replace('namespace: shop', `namespace: shop, ${dated}`);
      const http = ', proxyProtocol: HTTP/1';
      return pod('web', CONTAINER) + strict('a', http) + strict('b', http) + both + older;
    };
    for (const manifests of [hidden('a', 'b'), hidden('b', 'a')])
      expect(classes(manifests).sort()).toEqual(['httproute/all: deny', 'httproute/z: deny']);
  });

  it('have no second class of connections, where the port takes them anyway', () => {
    const skipping = ', config.linkerd.io/skip-subnets: 10.9.0.0/16';
    expect(classes(pod('web', CONTAINER, skipping))).toEqual(['default/default: allow', 'connection: allow']);
    expect(classes(pod('web', CONTAINER, skipping) + strict('a') + open('b'))).toEqual([
      'default/default: possibly',
      'connection: possibly',
    ]);
  });

  it('of a route without known requests are judged as if it took them', () => {
    const hidden = route('r', '"(x|y){3}-never"', 's').replace(
      'value: "',
      'type: RegularExpression, value: "',
    );
    const found = strict('s', ', proxyProtocol: HTTP/1') + hidden + admitted('HTTPRoute', 'r') + strict('t');
    expect(classes(pod('web', CONTAINER) + found)).toEqual([
      'httproute/r: possibly, no sample',
      'default/default: deny',
      'connection: deny',
    ]);
  });

  it('have a class of connections where a subnet comes past the proxy, which closes none', () => {
    const skipping = ', config.linkerd.io/skip-subnets: 10.9.0.0/16';
    const http = strict('s', ', proxyProtocol: HTTP/1');
    expect(classes(pod('web', CONTAINER) + http)).toEqual(['default/default: deny']);
    expect(classes(pod('web', CONTAINER, skipping) + http)).toEqual([
      'default/default: deny',
      'connection: deny',
    ]);
    const cluster = unchecked(pod('web', CONTAINER, skipping) + http);
    const found = trafficClasses(cluster, workloadOf(cluster), 8080);
    expect(found.map((one) => who(one.access, OTHER_SUBNET))).toEqual(['allow', 'allow']);
  });
});

describe('requests that given routes take, be there such requests or not', () => {
  const cluster: Cluster = unchecked(
    pod('web', CONTAINER) +
      strict('s') +
      route('a', '/a', 's') +
      route('b', '/b', 's') +
      admitted('HTTPRoute', 'b'),
  );
  const taken = (pick: (routes: readonly Route[]) => readonly Route[], traffic: Traffic = ROOT): string =>
    who(accessByTakers(cluster, workloadOf(cluster), 8080, traffic, pick));

  it('are judged by those routes', () => {
    expect(taken((routes) => routes.filter(({ name }) => name === 'httproute/b'))).toBe('allow');
    expect(taken((routes) => routes.filter(({ name }) => name === 'httproute/a'))).toBe('deny');
    expect(taken((routes) => routes)).toBe('possibly');
  });

  it('reach nobody, where no route takes them', () => {
    expect(taken(() => [])).toBe('deny');
    expect(taken(() => [], RAW_CONNECTION)).toBe('deny');
  });
});
