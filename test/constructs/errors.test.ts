import { Chart, App } from 'cdk8s';
import type { JailException, JailPort, NamespaceJailProps } from '../../lib';
import { Client, ExceptionRule, NamespaceJail, PortServer, ProxyProtocol } from '../../lib';
import { messageOf, newChart } from './helpers';

/** The lines about one jail's props, without the headline. */
function problems(props: Partial<NamespaceJailProps>): string {
  const all = { namespace: 'shop', ports: [{ port: 'http' }], ...props };
  return messageOf(() => new NamespaceJail(newChart(), 'jail', all)).replace(/^.*\n {2}/, '');
}

function ofPort(port: unknown): string {
  return problems({ ports: [port as JailPort] });
}

function ofClient(client: unknown): string {
  return problems({ exceptions: [{ port: 'http', clients: [client as Client] }] });
}

describe('a port is refused that', () => {
  it.each([
    [0, 'ports[0].port: got 0; must be a whole number from 1 to 65535 or the name of a container port'],
    [65536, 'ports[0].port: got 65536; must be a whole number from 1 to 65535'],
    [-1, 'ports[0].port: got -1; must be a whole number'],
    [80.5, 'ports[0].port: got 80.5; must be a whole number'],
    [NaN, 'ports[0].port: got NaN; must be a whole number'],
    [null, 'ports[0].port: got null; must be a whole number'],
    [undefined, 'ports[0].port: got undefined; must be a whole number'],
    [
      '8080',
      'ports[0].port: got "8080"; is a number in quotes, which Linkerd takes for a port name; write it without quotes',
    ],
    [
      'a-very-long-name',
      'ports[0].port: got "a-very-long-name"; must have 1 to 15 characters to be a port name',
    ],
    ['', 'ports[0].port: got ""; must have 1 to 15 characters'],
    ['80-80', 'ports[0].port: got "80-80"; must contain a letter'],
    ['Http', 'ports[0].port: got "Http"; must consist of a-z'],
    [
      4191,
      'ports[0].port: got 4191; is the admin port of Linkerd\'s proxy, which goes by name; write "linkerd-admin"',
    ],
  ])('is %j', (port, expected) => expect(ofPort({ port })).toContain(expected));

  it('is no object', () => expect(ofPort('http')).toContain('ports[0]: got "http"; must be an object'));

  it('speaks an unknown protocol', () => {
    expect(ofPort({ port: 'http', protocol: 'HTTP' })).toBe(
      'ports[0].protocol: got "HTTP"; must be one of "unknown", "HTTP/1", "HTTP/2", "gRPC", "opaque", "TLS"; use a value of ProxyProtocol',
    );
  });

  it("is the proxy's own, with a protocol under which it answers nothing", () => {
    expect(ofPort({ port: 'linkerd-admin', protocol: ProxyProtocol.OPAQUE })).toContain(
      'ports[0].protocol: got "opaque"; "linkerd-admin" speaks HTTP/1',
    );
  });

  it('has a bad name, mode or guest list, all told at once', () => {
    expect(ofPort({ port: 'http', name: 'a.b', mode: 'Deny', clients: [] })).toMatchInlineSnapshot(`
"ports[0].mode: got "Deny"; must be "deny" or "audit"; choose one of them
  ports[0].name: got "a.b"; must be a DNS label: 1 to 63 of a-z, 0-9 and inner "-"; give the Server's name
  ports[0].clients: got []; must be a list of at least one Client; list the clients, e.g. Client.everyone()"
`);
  });

  it.each([
    [[], 'ports[0].podSelector: got []; must be { matchLabels, matchExpressions }'],
    [{ app: 'web' }, 'ports[0].podSelector.app: got "web"; is not a selector field'],
    [{ matchLabels: { app: 7 } }, 'podSelector.matchLabels["app"]: got 7; must be a label value'],
    [{ matchLabels: { 'a b': 'x' } }, 'podSelector.matchLabels: got "a b"; must be a label key'],
    [
      { matchLabels: 'app' },
      'podSelector.matchLabels: got "app"; must be an object of label keys and values',
    ],
    [{ matchExpressions: {} }, 'podSelector.matchExpressions: got {}; must be a list'],
    [
      { matchExpressions: ['app'] },
      'podSelector.matchExpressions[0]: got "app"; must be { key, operator, values }',
    ],
    [
      { matchExpressions: [{ key: 'a', operator: 'in', values: [] }] },
      '.operator: got "in"; must be one of In, NotIn',
    ],
    [{ matchExpressions: [{ key: 'a', operator: 'In' }] }, 'In without values matches nothing'],
    [
      { matchExpressions: [{ key: 'a', operator: 'In', values: [] }] },
      'In with an empty list matches nothing',
    ],
    [
      { matchExpressions: [{ key: 'a', operator: 'Exists', values: [] }] },
      'Exists with values (even an empty list) matches nothing',
    ],
    [
      { matchExpressions: [{ key: 'a', operator: 'In', values: 'x' }] },
      '.values: got "x"; must be a list of strings',
    ],
  ])('selects pods by %j', (podSelector, expected) => {
    expect(ofPort({ port: 'http', podSelector })).toContain(expected);
  });
});

describe('a client is refused that', () => {
  it.each([
    [
      Client.network('999.0.0.0/99'),
      'exceptions[0].clients[0].network: got "999.0.0.0/99"; "999.0.0.0/99" is neither a CIDR nor an IP address',
    ],
    [
      Client.network('10.0.0.0/8', { except: ['11.0.0.0/8'] }),
      'except "11.0.0.0/8" is not inside "10.0.0.0/8"',
    ],
    [
      Client.network('10.0.0.0/8', { except: ['0.0.0.0/0'] }),
      'except "0.0.0.0/0" excludes all of "10.0.0.0/8"',
    ],
    [Client.network(10 as never), 'clients[0].network: got {"cidr":10}; must be a CIDR'],
    [
      Client.network('10.0.0.0/8', { except: 'x' as never }),
      'got {"cidr":"10.0.0.0/8","except":"x"}; must be a CIDR and a list',
    ],
    [
      Client.network('10.0.0.0/8').from('10.0.0.0/16'),
      'got "everyone from 10.0.0.0/8 or 10.0.0.0/16"; from() on a network is ambiguous: either network, or both',
    ],
    [Client.identity('*web.shop'), 'clients[0].identity: got "*web.shop"; must be lower-case DNS labels'],
    [Client.identity(7 as never), 'clients[0].identity: got 7; must be a string'],
    [Client.namespace('Shop'), 'clients[0].namespace: got "Shop"; must be a DNS label'],
    [
      Client.serviceAccount('shop', 'Web'),
      'clients[0].serviceAccount: got "Web"; must be lower-case DNS labels',
    ],
    ['everyone', 'clients[0]: got "everyone"; must be a Client'],
  ])('is %s', (client, expected) => expect(ofClient(client)).toContain(expected));

  it("cannot be said in Linkerd 2.11's words", () => {
    const clients = [Client.identity('spiffe://root.example/db'), Client.serviceAccount('shop', 'a.b')];
    expect(problems({ policyApi: 'ServerAuthorization', exceptions: [{ port: 'http', clients }] }))
      .toMatchInlineSnapshot(`
"exceptions[0].clients: got "a.b"; a ServerAuthorization takes only ServiceAccounts whose name is a DNS label; use policyApi 'AuthorizationPolicy'
  exceptions[0].clients: got "spiffe://root.example/db"; a ServerAuthorization cannot name a SPIFFE id; use policyApi 'AuthorizationPolicy'"
`);
  });
});

describe('a jail is refused', () => {
  it.each([
    [{ namespace: 'Shop' }, 'namespace: got "Shop"; must be a DNS label: 1 to 63 of a-z, 0-9 and inner "-"'],
    [{ namespace: 'a'.repeat(64) }, 'must be a DNS label'],
    [
      { namespace: undefined as never },
      'namespace: got undefined; must be a DNS label: 1 to 63 of a-z, 0-9 and inner "-"; give the namespace\'s name, or give one to the chart',
    ],
    [{ inject: 'false' as never }, 'inject: got "false"; must be true or false'],
    [{ ports: 'http' as never }, 'ports: got "http"; must be a list'],
    [
      { exceptions: [{ port: 'http' } as JailException] },
      'exceptions[0].clients: got undefined; must be a list of at least one Client',
    ],
    [{ exceptions: [null as never] }, 'exceptions[0]: got null; must be an object'],
    [
      { policyApi: 'v1' as never },
      'policyApi: got "v1"; must be "AuthorizationPolicy" or "ServerAuthorization"',
    ],
    [{ mode: 'off' as never }, 'mode: got "off"; must be "deny" or "audit"'],
    [
      { linkerdNamespace: 'Linkerd' },
      'linkerdNamespace: got "Linkerd"; must be a DNS label: 1 to 63 of a-z, 0-9 and inner "-"; give the namespace of Linkerd\'s control plane',
    ],
    [{ trustDomain: 'a..b' }, 'trustDomain: got "a..b"; must be lower-case DNS labels joined by dots'],
    [
      {
        ports: [
          { port: 'http', protocol: ProxyProtocol.GRPC },
          { port: 'http', protocol: ProxyProtocol.HTTP_1 },
        ],
      },
      'ports[1].protocol: got "HTTP/1"; port "http" has protocol "gRPC" at ports[0] of \'test/jail\'; leave it out in one, or give both the same value',
    ],
    [
      { namespace: 'a'.repeat(60), policyApi: 'ServerAuthorization' as const },
      'with policyApi "ServerAuthorization" a namespace may have at most 59 characters',
    ],
  ])('for %j', (props, expected) => expect(problems(props)).toContain(expected));

  it('with everything that is wrong with it in one message', () => {
    expect(
      messageOf(
        () =>
          new NamespaceJail(newChart(), 'jail', {
            namespace: 'Shop',
            ports: [
              { port: 0 },
              { port: 'a', protocol: ProxyProtocol.GRPC },
              { port: 'a', protocol: ProxyProtocol.TLS },
            ],
            exceptions: [{ port: '8080', clients: [Client.network('10.0.0.0/33')] }],
          }),
      ),
    ).toMatchInlineSnapshot(`
"invalid NamespaceJail at 'test/jail':
  namespace: got "Shop"; must be a DNS label: 1 to 63 of a-z, 0-9 and inner "-"; give the namespace's name
  ports[0].port: got 0; must be a whole number from 1 to 65535 or the name of a container port; give the port that the container listens on
  exceptions[0].port: got "8080"; is a number in quotes, which Linkerd takes for a port name; write it without quotes; give the name that the container declares in \`ports\`, or the number from 1 to 65535
  exceptions[0].clients[0].network: got "10.0.0.0/33"; "10.0.0.0/33" is neither a CIDR nor an IP address; write an address range, e.g. "10.0.0.0/8"
  ports[2].protocol: got "TLS"; port "a" has protocol "gRPC" at ports[1] of 'test/jail'; leave it out in one, or give both the same value"
`);
  });

  it('whose chart labels every object as open to the namespace', () => {
    const chart = new Chart(new App(), 'test', { labels: { app: 'shop-srv' } });
    const props = { namespace: 'shop', policyApi: 'ServerAuthorization', ports: [{ port: 'http' }] } as const;
    expect(
      messageOf(() => new NamespaceJail(chart, 'jail', { ...props, ports: [...props.ports] })),
    ).toContain(
      'exceptions[0].port: got "linkerd-admin"; the chart puts the label "app: shop-srv" on every object',
    );
  });
});

describe('what stands alone', () => {
  it('is refused in the words of its own props', () => {
    const port = { namespace: 'Shop', port: 0, policyApi: 'x' as never };
    expect(messageOf(() => new PortServer(newChart(), 'p', port))).toMatchInlineSnapshot(`
"invalid PortServer at 'test/p':
  namespace: got "Shop"; must be a DNS label: 1 to 63 of a-z, 0-9 and inner "-"; give the namespace's name
  policyApi: got "x"; must be "AuthorizationPolicy" or "ServerAuthorization"; choose one of them
  port: got 0; must be a whole number from 1 to 65535 or the name of a container port; give the port that the container listens on"
`);
    const rule = { namespace: 'shop', port: 'http', clients: [], name: 'a.b' };
    expect(messageOf(() => new ExceptionRule(newChart(), 'e', rule))).toMatchInlineSnapshot(`
"invalid ExceptionRule at 'test/e':
  name: got "a.b"; must be a DNS label: 1 to 63 of a-z, 0-9 and inner "-"; give the name of the authorization
  clients: got []; must be a list of at least one Client; list the clients, e.g. Client.everyone()"
`);
  });
});

describe('a member that props do not have is refused, whoever compiled it away', () => {
  const extra = (value: object): never => value as never;

  it('in a port, where it would open the port to the namespace', () => {
    expect(ofPort(extra({ port: 'http', cleints: [Client.serviceAccount('a', 'b')] }))).toContain(
      'is no member of these props; they have clients, mode, name, podSelector, port, protocol; did you mean "clients"?',
    );
  });

  it('in an exception, a client and the jail itself', () => {
    const exception = { port: 'http', clients: [Client.everyone()], clientz: [], namespace: 'shop' };
    expect(problems({ exceptions: [extra(exception)] })).toContain(
      'exceptions[0].namespace: got "shop"; is no member of these props; they have clients, methods, name, paths, podSelector, port, probePaths, protocol; remove it',
    );
    expect(ofClient(Client.network('10.0.0.0/8', extra({ exept: ['10.9.0.0/16'] })))).toBe(
      'exceptions[0].clients[0].network.exept: got ["10.9.0.0/16"]; is no member of these props; they have except; did you mean "except"?',
    );
    expect(problems(extra({ expections: [] }))).toContain('; did you mean "exceptions"?');
  });

  it("in a port and an exception that stand alone, which have the jail's options too", () => {
    const port = { namespace: 'shop', port: 'http', policyApi: 'AuthorizationPolicy' as const };
    expect(() => new PortServer(newChart(), 'port', port)).not.toThrow();
    expect(
      messageOf(() => new PortServer(newChart(), 'port', extra({ ...port, accessPolicy: 'deny' }))),
    ).toContain(
      'accessPolicy: got "deny"; is no member of these props; they have clients, linkerdNamespace,',
    );
    const rule = { ...port, clients: [Client.everyone()] };
    expect(
      messageOf(() => new ExceptionRule(newChart(), 'rule', extra({ ...rule, mode: 'audit' }))),
    ).toContain('mode: got "audit"; is no member of these props');
  });
});
