import { problemsIn } from './problems';

function object(apiVersion: string, kind: string, rest: string): string {
  return `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {name: x, namespace: shop}\n${rest}\n`;
}

const GATEWAY = 'gateway.networking.k8s.io/v1';
const SERVER_PARENT = 'parentRefs: [{group: policy.linkerd.io, kind: Server, name: s}]';

/** Helm's values as `linkerd install` keeps them; it writes the second line of `matchNames` exactly so. */
function linkerdConfig(values: string): string {
  const kept = `podMonitor:
  controller:
    namespaceSelector: |
      matchNames:
        - {{ .Release.Namespace }}
        - linkerd-viz
${values}`;
  return `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: linkerd-config, namespace: linkerd}\ndata:\n  values: |\n${kept.replace(/^/gm, '    ')}\n`;
}

describe('text that only looks like a template is data where no answer reads it', () => {
  test.each([
    ['a value of linkerd-config that is not read', linkerdConfig('clusterDomain: cluster.local')],
    [
      'an annotation of a Gateway',
      object(GATEWAY, 'Gateway', 'spec: {infrastructure: {annotations: {a: "${X}"}}}'),
    ],
    ['a listener of a Gateway', object(GATEWAY, 'Gateway', 'spec: {listeners: [{hostname: "*.${DOMAIN}"}]}')],
    ['the description of a GatewayClass', object(GATEWAY, 'GatewayClass', 'spec: {description: "{{ x }}"}')],
    [
      'the host of a route that belongs to a Gateway',
      object(GATEWAY, 'HTTPRoute', 'spec: {parentRefs: [{name: g}], hostnames: ["a.${DOMAIN}"]}'),
    ],
    [
      'the value of a header that a policy route sets',
      object(
        'policy.linkerd.io/v1beta3',
        'HTTPRoute',
        `spec: {${SERVER_PARENT}, rules: [{filters: [{type: RequestHeaderModifier, requestHeaderModifier: {set: [{name: a, value: "\${V}"}]}}]}]}`,
      ),
    ],
    [
      'the host that a route redirects to',
      object(
        'policy.linkerd.io/v1beta3',
        'HTTPRoute',
        `spec: {${SERVER_PARENT}, rules: [{filters: [{type: RequestRedirect, requestRedirect: {hostname: "\${V}"}}]}]}`,
      ),
    ],
    [
      'the hosts of an Ingress',
      object(
        'networking.k8s.io/v1',
        'Ingress',
        'spec: {rules: [{host: "a.${DOMAIN}"}], tls: [{hosts: ["a.${DOMAIN}"]}]}',
      ),
    ],
    ['the address that a Service asks for', object('v1', 'Service', 'spec: {loadBalancerIP: "${IP}"}')],
    ['other ConfigMaps', object('v1', 'ConfigMap', 'data: {a: "{{ x }}", b: "${Y}"}')],
  ])('%s', (_, text) => {
    expect(problemsIn(text)).toBe('(none)');
  });
});

describe('where an answer reads it, a template is refused at its field', () => {
  test.each([
    [
      'the networks of linkerd-config',
      linkerdConfig('clusterNetworks: "{{ .Values.cidrs }}"'),
      'data.values: clusterNetworks contains',
    ],
    [
      'the trust domain of linkerd-config',
      linkerdConfig('identityTrustDomain: ${DOMAIN}'),
      'data.values: identityTrustDomain contains',
    ],
    [
      'the probe networks of linkerd-config',
      linkerdConfig('policyController: {probeNetworks: [ "${NODES}" ]}'),
      'data.values: policyController.probeNetworks contains',
    ],
    [
      'linkerd-config that no parser reads for a template',
      linkerdConfig('clusterNetworks: {{- if .x }}'),
      'data.values contains a Helm',
    ],
    [
      'the host of a route that belongs to a Server',
      object(GATEWAY, 'HTTPRoute', `spec: {${SERVER_PARENT}, hostnames: ["a.\${DOMAIN}"]}`),
      'spec.hostnames[0] contains',
    ],
    [
      'the parent of a route',
      object(GATEWAY, 'HTTPRoute', 'spec: {parentRefs: [{name: g, kind: "${KIND}"}]}'),
      'spec.parentRefs[0].kind contains',
    ],
    [
      'the port of a Service',
      object('v1', 'Service', 'spec: {ports: [{port: "${PORT}"}]}'),
      'spec.ports[0].port contains',
    ],
    [
      'the Service behind an Ingress',
      object(
        'networking.k8s.io/v1',
        'Ingress',
        'spec: {rules: [{http: {paths: [{backend: {service: {name: "${S}"}}}]}}]}',
      ),
      'spec.rules[0].http.paths[0].backend.service.name contains',
    ],
    [
      'the name of a header that a route sets',
      object(
        'policy.linkerd.io/v1beta3',
        'HTTPRoute',
        `spec: {${SERVER_PARENT}, rules: [{filters: [{type: RequestHeaderModifier, requestHeaderModifier: {set: [{name: "\${N}", value: b}]}}]}]}`,
      ),
      'set[0].name contains',
    ],
  ])('%s', (_, text, message) => {
    expect(problemsIn(text)).toContain(message);
  });
});
