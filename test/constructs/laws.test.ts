import fc from 'fast-check';
import type { NamespaceJailProps } from '../../lib';
import { ExceptionRule, NamespaceJail, PortServer } from '../../lib';
import type { LabelSelector } from '../../lib/kubernetes/selector';
import { matchesSelector } from '../../lib/kubernetes/selector';
import { podLabels, validProps, wrongProps } from './arbitrary';
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
        const options = { namespace: props.namespace };
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
