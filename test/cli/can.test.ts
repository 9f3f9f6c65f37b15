import { DOCS_FIXTURES } from '../helpers/paths';
import { run, withoutCoverage } from '../helpers/command';

const SHOP = ['shop.yaml', 'jail.yaml'];
const ROUTED = ['shop.yaml', 'routes.yaml'];
const INVOICES = 'billing/deployment/invoices';
const API = 'shop/deployment/api:8080';
const WEB = 'shop/deployment/web:8080';

/** What stands on both streams, and the exit status. */
async function can(...argv: string[]): Promise<string> {
  const { status, out, err } = await run(['can', ...argv], { cwd: DOCS_FIXTURES });
  return `${withoutCoverage(out)}${err}exit ${status}`;
}

describe('can answers in one sentence', () => {
  it('who is let in, and by what', async () => {
    expect(await can('shop/deploy/web', 'shop/api:80', ...SHOP)).toBe(
      'allow: shop/deploy/web may reach shop/deployment/api:8080, by authorizationpolicy/http-ns-only\nexit 0',
    );
  });

  it('who is not, and why', async () => {
    expect(await can(INVOICES, API, ...SHOP)).toBe(
      `deny: ${INVOICES} may not reach ${API}: no authorization of server/http admits this client\nexit 1`,
    );
  });

  it('that policy does not protect a workload without a proxy', async () => {
    expect(await can('unmeshed', API, 'shop.yaml')).toBe(
      `allow: unmeshed may reach ${API}: shop/deployment/api is not meshed: neither namespace shop nor the pod template has linkerd.io/inject: enabled
note: the input has no Namespace shop; assuming it has no annotations: not injected, no default policy of its own
exit 0`,
    );
  });
});

describe('can judges every class of traffic', () => {
  it('and shows them where they differ: probes are open to everybody', async () => {
    expect(await can('203.0.113.7', WEB, ...SHOP))
      .toBe(`deny: 203.0.113.7 may not reach ${WEB}: no authorization of server/http admits this client
  deny   HTTP requests          no authorization of server/http admits this client
  allow  probes (GET /healthz)  by default/probe
exit 1`);
  });

  it('so that a client of one route among two gets in partly, which is not the answer yes', async () => {
    expect(await can(INVOICES, API, ...ROUTED))
      .toBe(`partly: ${INVOICES} may reach ${API}, but only with some traffic
  deny       httproute/orders (such as GET /orders)  no authorization of server/api admits this client
  allow      httproute/prices (such as GET /prices)  by authorizationpolicy/prices-billing
  not-found  requests that no route matches          no route of server/api matches the request, so the proxy answers 404
exit 1`);
  });

  it('and with --any, one class that gets in is a yes: probes as well', async () => {
    expect(await can(INVOICES, API, ...ROUTED, '--any')).toMatch(/exit 0$/);
    expect(await can('unmeshed', WEB, ...SHOP, '--any')).toMatch(/exit 0$/);
    expect(await can('unmeshed', API, ...SHOP, '--any')).toMatch(/exit 1$/);
  });

  it('audit lets in, and says so', async () => {
    expect(await can('unmeshed', WEB, ...ROUTED, '--default-inbound-policy', 'audit'))
      .toBe(`audit: unmeshed may reach ${WEB}, but only because an audit policy lets everyone in (default/audit)
  audit  HTTP requests          by default/audit
  allow  probes (GET /healthz)  by default/probe
  audit  non-HTTP connections   by default/audit
exit 0`);
  });
});

describe('can judges one request', () => {
  it.each([
    ['allow', ['--path', '/prices?of=tea']],
    ['deny', ['--path', '/orders', '--method', 'POST']],
    ['not-found', ['--path', '/admin']],
    ['not-found', ['--path', '/prices', '--method', 'POST']],
    ['not-found', ['--header', 'host: shop.example']],
  ])('%s %j', async (verdict, request) => {
    const answer = await can(INVOICES, API, ...ROUTED, ...request);
    expect(answer).toMatch(new RegExp(`^${verdict}: .*\nexit ${verdict === 'allow' ? 0 : 1}$`));
  });

  it('of a version that the port does not speak', async () => {
    expect(await can('unmeshed', API, ...ROUTED, '--http-version', '2')).toBe(
      `deny: unmeshed may not reach ${API}: the proxy assumes HTTP/1 on the port without detection, but this is HTTP/2\nexit 1`,
    );
  });
});

describe('can --explain', () => {
  it('tells the chain of objects with file and line, and what nearly let in', async () => {
    expect(await can(INVOICES, 'shop/api:http', '--explain', ...ROUTED))
      .toBe(`partly: ${INVOICES} may reach ${API}, but only with some traffic
  client    ${INVOICES} (shop.yaml:58), meshed: namespace billing has linkerd.io/inject: enabled
  identity  invoices.billing.serviceaccount.identity.linkerd.cluster.local
  dials     port 80 of the Service
  target    shop/deployment/api (shop.yaml:22), meshed: namespace shop has linkerd.io/inject: enabled
  port      8080 (http), governed by server/api (routes.yaml:8), HTTP/1
  deny: httproute/orders (such as GET /orders)
    route    httproute/orders (routes.yaml:32)
    because  no authorization of server/api admits this client
    not by   authorizationpolicy/orders-web (routes.yaml:54): it does not admit identity invoices.billing.serviceaccount.identity.linkerd.cluster.local, only web.shop.serviceaccount.identity.linkerd.cluster.local
  allow: httproute/prices (such as GET /prices)
    route      httproute/prices (routes.yaml:19)
    let in by  authorizationpolicy/prices-billing (routes.yaml:44), for this route
  not-found: requests that no route matches
    because  no route of server/api matches the request, so the proxy answers 404
exit 1`);
  });

  it('says what the files do not', async () => {
    const answer = await can('shop/deploy/web', API, ...SHOP, 'overlap.yaml');
    expect(answer).toContain(
      'allow if server/everything is older than server/http; deny if server/http is older than server/everything',
    );
  });
});

describe('can refuses', () => {
  it.each([
    [['somebody', API], '"somebody" is not a client; write namespace/kind/name'],
    [['unmeshed', 'shop/deploy/api:grpc'], 'has no port named "grpc"; its named ports are'],
    [['unmeshed', 'shop/deploy/ap:80'], 'the manifests have no shop/deployment/ap; namespace shop has'],
    [['unmeshed', API, '--ip', '10.0.0.256'], 'Use an IPv4 or IPv6 address'],
    [['10.0.0.1', API, '--ip', '10.0.0.2'], '--ip 10.0.0.2 contradicts FROM, which is the address 10.0.0.1'],
    [['unmeshed', API, '--path', 'admin'], 'Use an absolute path'],
    [['unmeshed', API, '--header', 'host'], 'Use name:value'],
  ])('%j', async (argv, message) => {
    const answer = await can(...argv, ...SHOP);
    expect(answer).toContain(message);
    expect(answer).toMatch(/exit 2$/);
  });
});

it('says of objects that admission refuses that they do not count', async () => {
  const { status, err } = await run(['can', 'unmeshed', API, ...ROUTED, '-f', '-'], {
    cwd: DOCS_FIXTURES,
    stdin: `apiVersion: policy.linkerd.io/v1beta3
kind: Server
metadata: { name: odd, namespace: shop }
spec: { podSelector: {}, port: 0 }
`,
  });
  expect(status).toBe(1);
  expect(err).toMatch(/^warning: -:1: Server odd is refused at admission and left out: spec\.port /m);
});
