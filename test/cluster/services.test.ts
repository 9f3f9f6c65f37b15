import type { Cluster } from '../../lib/cluster/cluster';
import {
  backendsAt,
  backendsOf,
  behindService,
  findService,
  portsDialledFor,
} from '../../lib/cluster/services';
import type { Backend } from '../../lib/cluster/services';
import type { SourceObject } from '../../lib/kubernetes/object';
import { clusterOf, manifest, pod, workloadOf } from '../helpers/manifests';

const labelled = (name: string, ports: string): string =>
  pod(name, `{ name: a, image: x, ports: [${ports}] }`).replace(`app: ${name}`, 'app: web');

const service = (spec: string): string => manifest('v1', 'Service', 'web', spec);

function web(cluster: Cluster): SourceObject {
  const found = findService(cluster, 'shop', 'web');
  if (found === undefined) throw new Error('no Service web');
  return found;
}

const words = (backends: readonly Backend[]): string[] =>
  backends.map(
    ({ servicePort, dialledPort, workload, number }) =>
      `${servicePort.name ?? servicePort.number} (dialled ${dialledPort}) -> ${workload.name}:${number}`,
  );

describe('the ports of a Service lead', () => {
  it('to the number that each workload gives to a named target port', () => {
    const cluster = clusterOf(
      service('{ selector: { app: web }, ports: [{ port: 80, targetPort: http }] }') +
        labelled('one', '{ name: http, containerPort: 8080 }') +
        labelled('two', '{ name: http, containerPort: 9090 }') +
        labelled('none', '{ name: grpc, containerPort: 8080 }'),
    );
    expect(words(backendsOf(cluster, web(cluster)))).toEqual([
      '80 (dialled 80) -> one:8080',
      '80 (dialled 80) -> two:9090',
    ]);
  });

  it('to a numbered target port of every workload, declared or not', () => {
    const cluster = clusterOf(
      service('{ selector: { app: web }, ports: [{ port: 80, targetPort: 8080 }] }') +
        labelled('one', '{ containerPort: 8080 }') +
        labelled('two', ''),
    );
    expect(words(backendsOf(cluster, web(cluster)))).toEqual([
      '80 (dialled 80) -> one:8080',
      '80 (dialled 80) -> two:8080',
    ]);
  });

  it('to the port that clients themselves dial, if it is headless', () => {
    const cluster = clusterOf(
      service('{ clusterIP: None, selector: { app: web }, ports: [{ port: 80, targetPort: http }] }') +
        labelled('one', '{ name: http, containerPort: 8080 }'),
    );
    expect(words(backendsOf(cluster, web(cluster)))).toEqual(['80 (dialled 8080) -> one:8080']);
    expect(portsDialledFor(cluster, workloadOf(cluster, 'one'), 8080)).toEqual([8080]);
  });

  it('nowhere over UDP, though TCP has the same number', () => {
    const ports = '[{ name: udp, port: 53, protocol: UDP }, { name: tcp, port: 53, targetPort: 5353 }]';
    const cluster = clusterOf(service(`{ selector: { app: web }, ports: ${ports} }`) + labelled('one', ''));
    expect(words(backendsOf(cluster, web(cluster)))).toEqual(['tcp (dialled 53) -> one:5353']);
    expect(backendsAt(cluster, web(cluster), 'udp')).toEqual([]);
  });

  it('by number or by name, whichever an object refers to', () => {
    const ports = '[{ name: a, port: 80 }, { name: b, port: 81 }]';
    const cluster = clusterOf(service(`{ selector: { app: web }, ports: ${ports} }`) + labelled('one', ''));
    const at = (port: unknown): string[] => words(backendsAt(cluster, web(cluster), port));
    expect(at(81)).toEqual(['b (dialled 81) -> one:81']);
    expect(at('b')).toEqual(['b (dialled 81) -> one:81']);
    expect([at('81'), at('gone'), at(82), at(undefined)]).toEqual([[], [], [], []]);
  });
});

describe('behind a Service', () => {
  it('are workloads of its own namespace only', () => {
    const elsewhere = labelled('two', '').replace('namespace: shop', 'namespace: bank');
    const cluster = clusterOf(
      service('{ selector: { app: web }, ports: [{ port: 80 }] }') + labelled('one', '') + elsewhere,
    );
    expect(behindService(cluster, web(cluster)).map(({ name }) => name)).toEqual(['one']);
    expect(portsDialledFor(cluster, workloadOf(cluster, 'two'), 80)).toEqual([80]);
  });

  it('are the makers of pods, and what they made only if they are not there', () => {
    const owner = 'ownerReferences: [{ apiVersion: v1, kind: Pod, name: maker, controller: true }]';
    const made = labelled('made', '').replace('labels:', `${owner}, labels:`);
    const to = service('{ selector: { app: web }, ports: [{ port: 80 }] }');
    const behind = (manifests: string): string[] => {
      const cluster = clusterOf(to + manifests);
      return behindService(cluster, web(cluster)).map(({ name }) => name);
    };
    expect(behind(made)).toEqual(['made']);
    expect(behind(made + labelled('maker', ''))).toEqual(['maker']);
  });

  it('is nobody where it selects by nothing, as one does whose endpoints somebody else writes', () => {
    const cluster = clusterOf(service('{ ports: [{ port: 80 }] }') + labelled('one', ''));
    expect(behindService(cluster, web(cluster))).toEqual([]);
    expect(findService(cluster, 'shop', 'gone')).toBeUndefined();
  });
});
