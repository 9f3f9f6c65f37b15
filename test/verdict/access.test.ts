import type { Cluster } from '../../lib/cluster/cluster';
import { access, trafficClasses } from '../../lib/verdict/access';
import type { Traffic } from '../../lib/verdict/request';
import { route, server } from './routes';
import { unchecked, clusterOf } from '../helpers/manifests';

function shop(manifests: string): Cluster {
  const pod = `
apiVersion: v1
kind: Pod
metadata: { name: web, namespace: shop, labels: { app: web }, annotations: { linkerd.io/inject: enabled } }
spec: { containers: [{ name: a, image: x, ports: [{ name: http, containerPort: 8080 }] }] }
---
`;
  return unchecked(pod + manifests);
}

const GRPC = 'gateway.networking.k8s.io/v1';

/** The classes of a port: whether the specimen is proven to be one, what is sent, and what decides over it. */
function classes(cluster: Cluster, port = 8080): string[] {
  const [web] = cluster.workloads;
  if (web === undefined) throw new Error('no workload');
  return trafficClasses(cluster, web, port).map(({ name, traffic, access: all, hasSample: verified }) => {
    const sent =
      traffic.kind === 'connection'
        ? 'bytes'
        : `${traffic.request.method ?? 'any method'} ${traffic.request.path}`;
    const who = all.allow.isEmpty ? 'nobody' : all.allow.isAll ? 'everybody' : 'some';
    return `${name}: ${sent}, ${who}, ${all.reason}${verified ? '' : ', not verified'}`;
  });
}

describe('the classes of traffic of a port', () => {
  it('are requests and other connections, where the proxy detects HTTP (8.1)', () => {
    expect(classes(shop(''))).toEqual([
      'default/default: GET /, everybody, authorized',
      'connection: bytes, everybody, authorized',
    ]);
    expect(classes(shop(server('unknown')))).toHaveLength(2);
  });

  it.each(['HTTP/1', 'HTTP/2'])('are requests alone, where the port speaks %s (8.1)', (protocol) => {
    expect(classes(shop(server(protocol, 'all-unauthenticated')))).toEqual([
      'default/default: GET /, everybody, authorized',
    ]);
  });

  it('are calls alone, where the port speaks gRPC', () => {
    expect(classes(shop(server('gRPC', 'all-unauthenticated')))).toEqual([
      'default/default: POST /witness.Service/Witness, everybody, authorized',
    ]);
  });

  it.each(['opaque', 'TLS'])('are connections alone, where the port is %s', (protocol) => {
    expect(classes(shop(server(protocol, 'all-unauthenticated')))).toEqual([
      'connection: bytes, everybody, authorized',
    ]);
  });

  it('have a class for each route, with the probe route behind', () => {
    const probed = `
apiVersion: v1
kind: Pod
metadata: { name: web, namespace: shop, annotations: { linkerd.io/inject: enabled } }
spec: { containers: [{ name: a, image: x, readinessProbe: { httpGet: { path: /ready, port: 8080 } } }] }
---
`;
    const cluster = clusterOf(probed + server('HTTP/1'));
    expect(classes(cluster)).toEqual([
      'default/default: GET /, some, authorized',
      'default/probe: GET /ready, everybody, authorized',
    ]);
  });

  it('name a route for which no request was found, and say so', () => {
    const hidden = '{ matches: [{ path: { type: RegularExpression, value: "(x|y){3}-never" } }] }';
    expect(classes(shop(server('HTTP/1', 'all-unauthenticated') + route(hidden)))).toEqual([
      'httproute/r: any method /, everybody, authorized, not verified',
    ]);
  });

  it('are one, and let nobody in, where the proxy cannot take the policy (3.11)', () => {
    const broken =
      server('gRPC', 'all-unauthenticated') + route('{ matches: [{ headers: [] }] }', 'GRPCRoute', GRPC);
    expect(classes(shop(broken))).toEqual(['connection: bytes, nobody, broken-policy']);
  });

  it('are one, where policy does not govern', () => {
    expect(classes(shop(''), 4567)).toEqual(['connection: bytes, everybody, port-skipped']);
    expect(classes(shop(''), 4190)).toEqual(['connection: bytes, some, tap']);
    expect(classes(unmeshed())).toEqual(['connection: bytes, everybody, unmeshed-target']);
  });
});

function unmeshed(): Cluster {
  const pod =
    '{ apiVersion: v1, kind: Pod, metadata: { name: web, namespace: shop }, spec: { containers: [] } }';
  return clusterOf(pod);
}

describe('who may send traffic to a port', () => {
  const who = (cluster: Cluster, port: number, traffic?: Traffic): ReturnType<typeof access> => {
    const [web] = cluster.workloads;
    if (web === undefined) throw new Error('no workload');
    return access(cluster, web, port, traffic);
  };

  it('is told grant by grant, with the Server that governs', () => {
    const {
      reason,
      server: governor,
      grants,
      route: taken,
    } = who(shop(server('HTTP/1', 'all-authenticated')), 8080, {
      kind: 'request',
      request: { path: '/' },
    });
    expect({ reason, governor, route: taken?.name }).toEqual({
      reason: 'authorized',
      governor: 'server/http',
      route: 'default/default',
    });
    expect(grants.map(({ name, level }) => `${level} ${name}`)).toEqual([
      'server default/all-authenticated',
      'server default/localhost',
    ]);
  });

  it('is nobody but mesh clients on the inbound port of the proxy (5.3)', () => {
    const { allow } = who(shop(''), 4143);
    expect(allow.has({ ip: '10.1.2.3', tls: 'none' })).toBe(false);
    expect(allow.has({ ip: '10.1.2.3', tls: 'mesh', identity: 'a.b' })).toBe(true);
  });

  it('is everybody, audited and not allowed, under an audit policy (4.2)', () => {
    const { allow, audit } = who(shop(server('unknown', 'audit')), 8080);
    expect(allow.has({ ip: '127.0.0.1', tls: 'none' })).toBe(true);
    expect(allow.has({ ip: '10.1.2.3', tls: 'none' })).toBe(false);
    expect(audit.has({ ip: '10.1.2.3', tls: 'none' })).toBe(true);
    expect(audit.has({ ip: '127.0.0.1', tls: 'none' })).toBe(false);
  });
});
