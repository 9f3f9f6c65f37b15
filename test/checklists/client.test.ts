import { ApiObject, App, Chart } from 'cdk8s';
import { Client, ExceptionRule, NamespaceJail } from '../../lib';
import {
  Cluster,
  ClientIdentities,
  ClientSet,
  IdentitySet,
  NetworkSet,
  type KubeObject,
} from '../../lib/analysis';
import { EXCEPTION_ANNOTATION } from '../../lib/linkerd/annotations';
import { DEFAULT_CONFIG } from '../../lib/linkerd/config';
import { EXCEPTION_CLIENTS, formatExceptionTerms } from '../../lib/linkerd/exception-terms';
import { parseException } from '../../lib/questions/break-in/exception';
import { newChart, objectsOf } from '../constructs/helpers';
import { expectNothingForgotten, textOf } from './files';

/** "Add a kind of client" of CONTRIBUTING.md: whatever is forgotten is named here, or does not compile. */
const GUIDE = 'docs/constructs.md';

type Factory = (...texts: string[]) => Client;
const factories = Object.entries(Object.getOwnPropertyDescriptors(Client)).flatMap(([name, { value }]) =>
  typeof value === 'function' && name !== 'prototype' ? [[name, value as Factory] as const] : [],
);

/** What `deployment` stands for in the guide. */
const DEPLOYMENT = new ApiObject(new Chart(new App(), 'orders', { namespace: 'orders' }), 'checkout', {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  spec: { template: { spec: { serviceAccountName: 'checkout', containers: [{ name: 'checkout' }] } } },
});

/** A factory that reads another construct makes a client of a kind that has a factory of its own. */
const DERIVED = new Set(['of']);

const TRIED_IN = ['test/constructs/client.test.ts', 'test/constructs/arbitrary.ts'];

/** The rows of the guide's table of clients, as code and as what the code makes. */
const examples = [...textOf(GUIDE).matchAll(/^\| `(Client\.\w+\(.*\))` \|/gm)].map(([, code = '']) => {
  const make = new Function('Client', 'deployment', `return ${code}`) as (...given: unknown[]) => Client;
  return { code, client: make(Client, DEPLOYMENT) };
});

const POD: KubeObject = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web', namespace: 'shop', annotations: { 'linkerd.io/inject': 'enabled' } },
  spec: { containers: [{ name: 'web', image: 'web:1', ports: [{ name: 'http', containerPort: 8080 }] }] },
};

it('every factory of Client is in the guide, in the arbitrary clients of the laws, and in their test', () => {
  expect(factories.length).toBeGreaterThan(5);
  expectNothingForgotten(
    factories.flatMap(([name]) => [
      ...(examples.some(({ code }) => code.startsWith(`Client.${name}(`))
        ? []
        : [`${GUIDE}: the table "Clients" has no row for Client.${name}()`]),
      ...(DERIVED.has(name) ? [`test/constructs/client-${name}.test.ts`] : TRIED_IN).flatMap((file) =>
        textOf(file).includes(`Client.${name}(`) || (name === 'network' && textOf(file).includes('.from('))
          ? []
          : [`${file} never makes Client.${name}()`],
      ),
    ]),
  );
});

it('every kind of client of lib/linkerd/exception-terms.ts has a factory, a term in its law and a row in docs/break-in.md', () => {
  const made = new Map(examples.map(({ client }) => [wordOf(formatted(client)), client._who.kind]));
  const law = textOf('test/linkerd/exception-terms.test.ts');
  expectNothingForgotten([
    ...EXCEPTION_CLIENTS.flatMap((term) => [
      ...(made.has(wordOf(term))
        ? []
        : [`lib/constructs/client.ts has no factory for "${term}", or ${GUIDE} no example of it`]),
      ...(textOf('docs/break-in.md').includes(`\n| \`${term}\` |`)
        ? []
        : [`docs/break-in.md: the table of terms has no row for "${term}"`]),
    ]),
    ...[...made.values()].flatMap((kind) =>
      law.includes(`kind: fc.constant('${kind}'`) || law.includes(`fc.constant({ kind: '${kind}'`)
        ? []
        : [`test/linkerd/exception-terms.test.ts has no arbitrary ${kind}`],
    ),
  ]);
});

describe('every example of the guide', () => {
  it.each(examples)('$code admits whom its annotation declares, and nobody else', ({ client }) => {
    const { objects, cluster } = deployed(client);
    const declared = declaredBy(objects);
    const { allow } = cluster.access('shop/pod/web:8080', { path: '/' });
    expect(allow.minus(declared.or(usual())).isEmpty).toBe(true);
    expect(declared.minus(allow).isEmpty).toBe(true);
  });
});

describe('every factory', () => {
  it.each(factories.filter(([name, { length }]) => length > 0 && !DERIVED.has(name)))(
    'Client.%s() is refused with arguments that mean nothing: lib/constructs/client-checks.ts',
    (name, make) => {
      const nonsense = make.apply(Client, Array<string>(make.length).fill('? !'));
      expect(`${name}: ${problems(nonsense)}`).toMatch(/: invalid ExceptionRule [^]*clients\[0\]/);
    },
  );
});

function formatted({ _who: who }: Client): string {
  return formatExceptionTerms([{ who }]);
}

function wordOf(term: string): string {
  return term.split(' ')[0] ?? '';
}

/** A jail whose port `http` a client may use, with a pod in it. */
function deployed(client: Client): { objects: KubeObject[]; cluster: Cluster } {
  const chart = newChart();
  new NamespaceJail(chart, 'jail', { namespace: 'shop', ports: [{ port: 'http' }], exceptions: [] });
  new ExceptionRule(chart, 'guest', { namespace: 'shop', port: 'http', clients: [client] });
  const objects = objectsOf(chart) as unknown as KubeObject[];
  return { objects, cluster: Cluster.load([...objects, POD]) };
}

function declaredBy(objects: readonly KubeObject[]): ClientSet {
  const values = objects.flatMap(({ metadata }) => metadata.annotations?.[EXCEPTION_ANNOTATION] ?? []);
  expect(values).not.toEqual([]);
  return values
    .map((value) => parseException(value, DEFAULT_CONFIG))
    .reduce<ClientSet>((all, clients) => {
      if (typeof clients === 'string') throw new Error(clients);
      return all.or(clients);
    }, ClientSet.NONE);
}

/** Those who are let in without being declared: the namespace itself, and loopback. */
function usual(): ClientSet {
  const suffix = 'shop.serviceaccount.identity.linkerd.cluster.local'.split('.');
  const own = new ClientIdentities(false, false, IdentitySet.of({ kind: 'suffix', labels: suffix }));
  return ClientSet.of(own, NetworkSet.ALL).or(ClientSet.LOOPBACK);
}

function problems(client: Client): string {
  try {
    deployed(client);
    return 'is accepted';
  } catch (error) {
    return (error as Error).message;
  }
}
