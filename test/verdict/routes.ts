import type { InboundPolicy } from '../../lib/cluster/inbound-policy';
import { unchecked } from '../helpers/manifests';

/** A rule that takes every request. */
export const ALL = 'rules: [{ matches: [] }]';

const POD = `
apiVersion: v1
kind: Pod
metadata: { name: web, namespace: shop, annotations: { linkerd.io/inject: enabled } }
spec: { containers: [{ name: a, image: x }] }
---
`;

/** The policy of a port with these routes, named a, b, c in their order of precedence. */
export function policyOf(protocol: string, ...specs: string[]): InboundPolicy {
  const [version, kind] =
    protocol === 'gRPC'
      ? ['gateway.networking.k8s.io/v1', 'GRPCRoute']
      : ['policy.linkerd.io/v1beta3', 'HTTPRoute'];
  const routes = specs.map(
    (spec, i) => `
apiVersion: ${version}
kind: ${kind}
metadata: { name: ${'abc'[i]}, namespace: shop }
spec: { parentRefs: [{ group: policy.linkerd.io, kind: Server, name: http }], ${spec} }
---
`,
  );
  const server = `
apiVersion: policy.linkerd.io/v1beta3
kind: Server
metadata: { name: http, namespace: shop }
spec: { podSelector: {}, port: 80, proxyProtocol: ${protocol} }
---
`;
  const cluster = unchecked(POD + server + routes.join(''));
  const [web] = cluster.workloads;
  if (web === undefined) throw new Error('no workload');
  return cluster.inboundPolicy(web, 80);
}

/** A Server on port 8080 of every pod of the namespace `shop`. */
export function server(protocol: string, accessPolicy = 'deny'): string {
  return `
apiVersion: policy.linkerd.io/v1beta3
kind: Server
metadata: { name: http, namespace: shop }
spec: { podSelector: {}, port: 8080, proxyProtocol: ${protocol}, accessPolicy: ${accessPolicy} }
---
`;
}

/** A route of that Server with one rule. */
export function route(spec: string, kind = 'HTTPRoute', version = 'policy.linkerd.io/v1beta3'): string {
  return `
apiVersion: ${version}
kind: ${kind}
metadata: { name: r, namespace: shop }
spec: { parentRefs: [{ group: policy.linkerd.io, kind: Server, name: http }], rules: [${spec}] }
---
`;
}
