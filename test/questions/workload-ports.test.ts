import { isProbeTraffic, WorkloadPorts, type PortTraffic } from '../../lib/questions/workload-ports';
import type { TrafficRef } from '../../lib/verdict/traffic-ref';
import { trafficName } from '../../lib/verdict/traffic-ref';
import type { KubeObject } from '../../lib/kubernetes/object';
import type { WorkloadId } from '../../lib/cluster/workload';

/** The requests on a route, or the probes. */
function requestsOf(name: string): TrafficRef {
  if (name === 'probe') return { kind: 'probe' };
  const object: KubeObject = {
    apiVersion: 'policy.linkerd.io/v1beta3',
    kind: 'HTTPRoute',
    metadata: { name },
  };
  return { kind: 'object', source: { object, origin: { file: '-', line: 1 } } };
}

function port(number: number, routes: string[], name = 'web'): PortTraffic<WorkloadId> {
  const ports = { ranges: [[number, number]] as const, port: number, names: [], origin: 'declared' } as const;
  return { workload: { namespace: 'shop', kind: 'pod', name }, ports, traffic: routes.map(requestsOf) };
}

describe('the ports of one sentence', () => {
  const words = (ports: WorkloadPorts<WorkloadId>): string[] =>
    ports
      .list()
      .map(
        ({ workload, ports: own, traffic, isAll }) =>
          `${workload.name}:${own.port} ${traffic.map(trafficName).join('+')}${isAll ? ', all of it' : ''}`,
      );

  it('are each named once, with all of their traffic', () => {
    const ports = new WorkloadPorts<WorkloadId>();
    ports.add(port(80, ['a']), 'a', 2);
    ports.add(port(81, ['a']), 'a', 1);
    ports.add(port(80, ['b']), 'b', 2);
    ports.add(port(80, ['a'], 'api'), 'a', 2);
    expect(words(ports)).toEqual([
      'web:80 httproute/a+httproute/b, all of it',
      'web:81 httproute/a, all of it',
      'api:80 httproute/a',
    ]);
  });

  it('count traffic once, however often it is added, and samples of one name as often as they differ', () => {
    const ports = new WorkloadPorts<WorkloadId>();
    ports.add(port(80, ['a']), 'a', 2);
    ports.add(port(80, ['a']), 'a', 2);
    ports.add(port(81, ['a']), 'first', 2);
    ports.add(port(81, ['a']), 'second', 2);
    expect(words(ports)).toEqual(['web:80 httproute/a', 'web:81 httproute/a, all of it']);
  });

  it('do not count probes, which Linkerd lets in by itself', () => {
    const ports = new WorkloadPorts<WorkloadId>();
    ports.add(port(80, ['a']), 'a', 1);
    ports.add(port(80, ['probe']), 'probe', 1);
    expect(words(ports)).toEqual(['web:80 httproute/a+default/probe, all of it']);
    expect([['probe'], ['probe', 'a'], []].map((names) => isProbeTraffic(names.map(requestsOf)))).toEqual([
      true,
      false,
      false,
    ]);
  });
});
