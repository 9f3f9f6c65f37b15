import { run } from '../helpers/command';

/** A jail whose route is open to everybody for the paths of a pattern. */
const jailOpenAt = (pattern: string): string => `
apiVersion: v1
kind: Namespace
metadata: { name: shop, annotations: { config.linkerd.io/default-inbound-policy: deny, linkerd.io/inject: enabled } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { namespace: shop, name: web }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: web, image: web, ports: [{ name: http, containerPort: 8080 }] }] }
---
apiVersion: policy.linkerd.io/v1beta3
kind: Server
metadata: { namespace: shop, name: http }
spec: { podSelector: {}, port: http, proxyProtocol: HTTP/1 }
---
apiVersion: policy.linkerd.io/v1beta3
kind: HTTPRoute
metadata: { namespace: shop, name: pub }
spec:
  parentRefs: [{ group: policy.linkerd.io, kind: Server, name: http }]
  rules: [{ matches: [{ path: { type: RegularExpression, value: ${JSON.stringify(pattern)} } }] }]
---
apiVersion: policy.linkerd.io/v1alpha1
kind: AuthorizationPolicy
metadata: { namespace: shop, name: x-pub }
spec: { targetRef: { group: policy.linkerd.io, kind: HTTPRoute, name: pub }, requiredAuthenticationRefs: [] }
`;

describe('a route with a pattern that Rust takes is there, and what it opens is open (X12, O9, K9)', () => {
  it.each([
    ['/files/[a-z0-9]{1,2000}', '/files/x'],
    ['/a[b&&b]', '/ab'],
    ['/a**', '/aaa'],
    ['(?x) /a # the letter', '/a'],
    ['/[a[bc]]', '/c'],
    ['/\\p{Letter}+', '/abc'],
    ['/(?:a{100}){100}|/b', '/b'],
  ])('%s', async (pattern, path) => {
    const stdin = jailOpenAt(pattern);
    const breakIn = await run(['break-in', '-'], { stdin });
    expect(breakIn).toMatchObject({ status: 1, err: '' });
    expect(breakIn.out).toContain('by    authorizationpolicy/x-pub');

    const can = await run(['can', '203.0.113.7', 'shop/deployment/web:8080', '-', '--path', path], { stdin });
    expect(can).toMatchObject({ status: 0, err: '' });
  });
});

describe('a route with a pattern that Rust refuses is not there (K8)', () => {
  it.each(['/\\w{1000}', '/[\\d-z]', '/(?P<1>x)', '/(?=x)'])('%s', async (pattern) => {
    const stdin = jailOpenAt(pattern);
    const { out } = await run(['check', '-', '-o', 'json'], { stdin });
    expect(out).toContain('is not a regular expression Linkerd accepts');
    const can = await run(['can', '203.0.113.7', 'shop/deployment/web:8080', '-'], { stdin });
    // What stands in the cluster from before is not in the input.
    expect(can.out).toContain(`deny, unless httproute shop/pub`);
    const known = await run(['can', '203.0.113.7', 'shop/deployment/web:8080', '-', '--complete'], { stdin });
    expect(known.out).toContain('deny: ');
  });
});
