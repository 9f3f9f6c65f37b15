import fc from 'fast-check';
import type {
  JailException,
  JailPort,
  NamespaceJailProps,
  PodSelector,
  PodSelectorExpression,
} from '../../lib';
import { Client, ProxyProtocol } from '../../lib';

const LABEL_VALUES = ['a', 'b', 'c'];

/** Labels of a pod, few enough for selectors to hit them. */
export const podLabels = fc.dictionary(fc.constantFrom('app', 'tier'), fc.constantFrom(...LABEL_VALUES), {
  maxKeys: 2,
  noNullPrototype: true,
});

const expression: fc.Arbitrary<PodSelectorExpression> = fc.oneof(
  fc.record({
    key: fc.constantFrom('app', 'tier'),
    operator: fc.constantFrom('In' as const, 'NotIn' as const),
    values: fc.uniqueArray(fc.constantFrom(...LABEL_VALUES), { minLength: 1 }),
  }),
  fc.record({
    key: fc.constantFrom('app', 'tier'),
    operator: fc.constantFrom('Exists' as const, 'DoesNotExist' as const),
  }),
);

export const podSelector: fc.Arbitrary<PodSelector> = fc.record(
  { matchLabels: podLabels, matchExpressions: fc.array(expression, { maxLength: 2 }) },
  { requiredKeys: [] },
);

const letters = 'abcdefghijklmnopqrstuvwxyz';

export function word(maxLength: number): fc.Arbitrary<string> {
  return fc.string({ unit: fc.constantFrom(...letters), minLength: 1, maxLength });
}

export const portName = word(15);
export const portNumber = fc.integer({ min: 1, max: 65535 }).filter((port) => port !== 4191);
export const protocol = fc.constantFrom(...Object.values(ProxyProtocol));

const octet = fc.nat(255);
const ipv4Network = fc
  .tuple(octet, octet, octet, octet, fc.integer({ min: 0, max: 32 }))
  .map(([a, b, c, d, length]) => `${a}.${b}.${c}.${d}/${length}`);
const group = fc.nat(0xffff).map((value) => value.toString(16));
const ipv6Network = fc
  .tuple(group, group, fc.integer({ min: 0, max: 128 }))
  .map(([a, b, length]) => `${a}:${b}::/${length}`);
export const network = fc.oneof(ipv4Network, ipv6Network);

/** Clients that both policy APIs have words for. */
export const client: fc.Arbitrary<Client> = fc
  .tuple(
    fc.oneof(
      fc.constant(Client.everyone()),
      fc.constant(Client.anyMeshed()),
      word(10).map((name) => Client.namespace(name)),
      fc.tuple(word(10), word(10)).map(([namespace, name]) => Client.serviceAccount(namespace, name)),
      fc.array(word(8), { minLength: 1, maxLength: 6 }).map((labels) => Client.identity(labels.join('.'))),
      fc
        .array(word(8), { minLength: 1, maxLength: 6 })
        .map((labels) => Client.identity(`*.${labels.join('.')}`)),
    ),
    fc.option(network, { nil: undefined }),
  )
  .map(([who, from]) => (from === undefined ? who : who.from(from)));

const clients = fc.array(client, { minLength: 1, maxLength: 3 });

/** A port of every pod, or several narrowed to pods that cannot be the same. */
const portsOfOneName: fc.Arbitrary<JailPort[]> = fc
  .record({
    port: fc.oneof(portName, portNumber),
    protocol: fc.option(protocol, { nil: undefined }),
    guests: fc.option(clients, { nil: undefined }),
    apps: fc.uniqueArray(fc.constantFrom(...LABEL_VALUES), { maxLength: 3 }),
  })
  .map(({ port, protocol: speaks, guests, apps }) => {
    const one: JailPort = {
      port,
      ...(speaks === undefined ? {} : { protocol: speaks }),
      ...(guests === undefined ? {} : { clients: guests }),
    };
    return apps.length === 0 ? [one] : apps.map((app) => ({ ...one, podSelector: { matchLabels: { app } } }));
  });

/** Props of a jail that nothing is wrong with. */
export const validProps: fc.Arbitrary<NamespaceJailProps> = fc
  .record({
    namespace: word(20),
    groups: fc.uniqueArray(portsOfOneName, {
      minLength: 1,
      maxLength: 4,
      selector: ([one]) => `${one?.port}`,
    }),
    guests: fc.option(fc.array(fc.tuple(fc.nat(10), clients), { maxLength: 3 }), { nil: undefined }),
    mode: fc.constantFrom('deny' as const, 'audit' as const),
    policyApi: fc.constantFrom('AuthorizationPolicy' as const, 'ServerAuthorization' as const),
    createNamespace: fc.boolean(),
    inject: fc.boolean(),
  })
  .map(({ namespace, groups, guests, mode, policyApi, createNamespace, inject }) => {
    const ports = groups.flat();
    const exceptions = guests?.map(([at, admitted]): JailException => {
      const { port, podSelector: selector } = ports[at % ports.length] as JailPort;
      return { port, clients: admitted, ...(selector === undefined ? {} : { podSelector: selector }) };
    });
    return {
      namespace,
      ports,
      ...(exceptions === undefined ? {} : { exceptions }),
      mode: policyApi === 'ServerAuthorization' ? 'deny' : mode,
      policyApi,
      createNamespace,
      // Without a Namespace object there is nothing to write it on
      inject: inject && createNamespace,
    };
  });

/** One value that is wrong, and props that have it somewhere. */
export interface WrongProps {
  readonly value: unknown;
  readonly props: NamespaceJailProps;
}

const badPort = fc.oneof(
  fc.integer({ min: 65536 }),
  fc.integer({ max: 0 }),
  fc.double({ noInteger: true }),
  fc.nat(65535).map(String),
  fc.string({ unit: fc.constantFrom(...letters), minLength: 16, maxLength: 40 }),
  fc
    .tuple(portName, fc.constantFrom('_', '.', ' ', 'É', '--x', '/'))
    .map(([name, bad]) => `${name.slice(0, 9)}${bad}`),
  fc.constant(null),
);
const badLabel = fc.oneof(
  word(8).map((text) => text.toUpperCase()),
  fc.tuple(word(8), fc.constantFrom('_', '-', ' ', 'é', '..', '/x')).map(([text, bad]) => text + bad),
  fc.constant(''),
);
const badNetwork = fc.oneof(
  fc.tuple(fc.integer({ min: 256 }), octet).map(([a, b]) => `${a}.${b}.0.0/16`),
  fc
    .tuple(ipv4Network, fc.integer({ min: 1, max: 99 }))
    .map(([cidr, more]) => `${cidr.split('/')[0]}/${32 + more}`),
  word(10),
  fc.tuple(octet, octet).map(([a, b]) => `${a}.${b}/8`),
);
const badIdentity = fc.oneof(
  fc.tuple(word(8), word(8)).map(([a, b]) => `${a}.*.${b}`),
  fc.tuple(word(8), word(8)).map(([a, b]) => `${a}..${b}`),
  word(8).map((text) => `spiffe://${text}/`),
  word(8).map((text) => `.${text}`),
);

function wrong<Value>(
  values: fc.Arbitrary<Value>,
  put: (value: Value) => Partial<NamespaceJailProps>,
): fc.Arbitrary<WrongProps> {
  return fc.tuple(values, validProps).map(([value, props]) => ({
    value,
    props: { ...props, policyApi: 'AuthorizationPolicy', ...put(value) },
  }));
}

function admitting(admitted: Client): Partial<NamespaceJailProps> {
  return { exceptions: [{ port: 'http', clients: [admitted] }] };
}

/** Props in which exactly one value is wrong. */
export const wrongProps: fc.Arbitrary<WrongProps> = fc.oneof(
  wrong(badPort, (port) => ({ ports: [{ port: port as string }] })),
  wrong(badPort, (port) => ({ exceptions: [{ port: port as string, clients: [Client.everyone()] }] })),
  wrong(badLabel, (namespace) => ({ namespace })),
  wrong(badLabel, (name) => ({ ports: [{ port: 'http', name }] })),
  wrong(
    word(9).map((text) => `x${text}`),
    (text) => ({ ports: [{ port: 'http', protocol: text as ProxyProtocol }] }),
  ),
  wrong(badLabel, (name) => admitting(Client.namespace(name))),
  wrong(badLabel, (name) => admitting(Client.serviceAccount('shop', name))),
  wrong(badIdentity, (identity) => admitting(Client.identity(identity))),
  wrong(badNetwork, (cidr) => admitting(Client.network(cidr))),
  wrong(badNetwork, (cidr) => admitting(Client.anyMeshed().from('10.0.0.0/8', { except: [cidr] }))),
  wrong(
    word(9).map((text) => `x${text}`),
    (mode) => ({ mode: mode as 'deny' }),
  ),
);
