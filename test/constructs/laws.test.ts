import fc from 'fast-check';
import type { NamespaceJailProps } from '../../lib';
import { Client, ExceptionRule, NamespaceJail, PortServer } from '../../lib';
import { Cluster } from '../../lib/cluster/cluster';
import { isEffective } from '../../lib/cluster/policy-index';
import type { KubeObject } from '../../lib/kubernetes/object';
import type { LabelSelector } from '../../lib/kubernetes/selector';
import { matchesSelector } from '../../lib/kubernetes/selector';
import { declaredClients } from '../../lib/questions/break-in/exception';
import { clientsOf } from '../../lib/verdict/authorized-clients';
import { client, podLabels, validProps, wrongProps } from './arbitrary';
import { crdFolders, CrdSchemas } from './crd-schemas';
import type { Synthesized } from './helpers';
import { messageOf, newChart, objectsOf, sorted } from './helpers';

function jailed(props: NamespaceJailProps): Synthesized[] {
  const chart = newChart();
  new NamespaceJail(chart, 'jail', props);
  return objectsOf(chart);
}

const shuffledProps = validProps.chain((props) =>
  fc.record({
    props: fc.constant(props),
    ports: fc.shuffledSubarray(props.ports, { minLength: props.ports.length }),
    exceptions: fc.shuffledSubarray(props.exceptions ?? [], { minLength: props.exceptions?.length ?? 0 }),
  }),
);

describe('laws of a jail', () => {
  it('a thousand random valid props give objects that the CRDs accept', () => {
    const schemas = crdFolders().map((folder) => CrdSchemas.of(folder));
    fc.assert(
      fc.property(validProps, (props) => {
        for (const object of jailed(props)) {
          for (const schema of schemas) expect(schema.problemsOf(object)).toEqual([]);
          expect(object.metadata.name).toMatch(
            /^[a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/,
          );
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('a thousand random invalid props fail with a message that names the value', () => {
    fc.assert(
      fc.property(wrongProps, ({ value, props }) => {
        const message = messageOf(() => new NamespaceJail(newChart(), 'jail', props));
        expect(message).toContain("invalid NamespaceJail at 'test/jail'");
        expect(message).toContain(typeof value === 'number' ? `got ${value}` : JSON.stringify(value));
      }),
      { numRuns: 1000 },
    );
  });

  it('the output is letter by letter the same in whatever order ports and exceptions are listed', () => {
    fc.assert(
      fc.property(shuffledProps, ({ props, ports, exceptions }) => {
        const shuffled = { ...props, ports, ...(props.exceptions === undefined ? {} : { exceptions }) };
        expect(JSON.stringify(jailed(shuffled))).toBe(JSON.stringify(jailed(props)));
      }),
    );
  });

  it('it is the same objects when they are added one by one, from whichever construct, before or after the jail', () => {
    fc.assert(
      fc.property(shuffledProps, fc.infiniteStream(fc.nat(2)), ({ props, ports, exceptions }, places) => {
        const chart = newChart();
        const options = { namespace: props.namespace as string };
        const place = (): number => places.next().value as number;
        const [first, ...rest] = ports;
        const [apart, atHome] = split(rest, () => place() === 0);
        const late: (() => unknown)[] = [];
        apart.forEach((port, index) => {
          const declare = (): unknown => new PortServer(chart, `port-${index}`, { ...options, ...port });
          if (place() === 0) declare();
          else late.push(declare);
        });
        const ownExceptions = props.exceptions === undefined ? {} : { exceptions: [] };
        const ownPorts = first === undefined ? [] : [first];
        const jail = new NamespaceJail(chart, 'jail', { ...props, ports: ownPorts, ...ownExceptions });
        atHome.forEach((port) => jail.addPort(port));
        exceptions.forEach((exception, index) => {
          if (place() === 0) jail.addException(exception);
          else new ExceptionRule(chart, `exception-${index}`, { ...options, ...exception });
        });
        late.forEach((declare) => declare());
        expect(sorted(objectsOf(chart))).toEqual(sorted(jailed(props)));
      }),
    );
  });

  it('every object carries the namespace, and the Namespace none', () => {
    fc.assert(
      fc.property(validProps, (props) => {
        for (const { kind, metadata } of jailed(props)) {
          expect(kind === 'Namespace' ? metadata.name : metadata.namespace).toBe(props.namespace);
          if (kind === 'Namespace') expect(metadata.namespace).toBeUndefined();
        }
      }),
    );
  });

  it('no two Servers own one port of one pod', () => {
    fc.assert(
      fc.property(validProps, fc.array(podLabels, { minLength: 1 }), (props, pods) => {
        const servers = jailed(props).filter(({ kind }) => kind === 'Server');
        for (const labels of pods) {
          const ports = servers
            .filter(({ spec }) => matchesSelector(spec?.['podSelector'] as LabelSelector, labels))
            .map(({ spec }) => spec?.['port']);
          expect(new Set(ports).size).toBe(ports.length);
        }
      }),
    );
  });

  it('an exception declares exactly the clients that it admits', () => {
    fc.assert(
      fc.property(fc.array(client, { minLength: 1, maxLength: 3 }), fc.boolean(), (clients, hasHole) => {
        const partner = Client.namespace('partner').from('10.0.0.0/8', {
          except: ['10.1.0.0/16', '10.2.3.4'],
        });
        const chart = newChart();
        // No random namespace has a dash: none of the clients is the namespace's own.
        const props = { namespace: 'the-jail', port: 80, clients: hasHole ? [...clients, partner] : clients };
        new ExceptionRule(chart, 'exception', props);
        const cluster = Cluster.fromObjects(
          objectsOf(chart).map((object) => ({
            object: object as KubeObject,
            origin: { file: 'x.yaml', line: 1 },
          })),
        );
        const policies = cluster.policyOf('the-jail').authorizationPolicies;
        expect(policies.length).toBeGreaterThan(0);
        for (const { source, authorization } of policies) {
          if (!isEffective(authorization)) throw new Error(authorization.reason);
          const declared = declaredClients(source, cluster.config)?.clients;
          expect(declared).toHaveProperty('key', clientsOf(authorization).key);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('no two objects have one kind and name', () => {
    fc.assert(
      fc.property(validProps, (props) => {
        const names = jailed(props).map(({ kind, metadata }) => `${kind}/${metadata.name}`);
        expect(new Set(names).size).toBe(names.length);
      }),
    );
  });

  it('nothing is ever admitted by an empty list of authentications, or by a policy on the Namespace', () => {
    fc.assert(
      fc.property(validProps, (props) => {
        for (const { kind, spec } of jailed(props)) {
          if (kind !== 'AuthorizationPolicy') continue;
          expect(spec?.['requiredAuthenticationRefs']).not.toEqual([]);
          expect(spec?.['targetRef']).toHaveProperty('kind', 'Server');
        }
      }),
    );
  });
});

function split<Item>(items: readonly Item[], isLeft: () => boolean): [Item[], Item[]] {
  const [left, right]: [Item[], Item[]] = [[], []];
  for (const item of items) (isLeft() ? left : right).push(item);
  return [left, right];
}
