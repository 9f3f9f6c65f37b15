import { isProbeTraffic, WorkloadPorts, type PortTraffic } from '../../lib/questions/workload-ports';
import type { WorkloadId } from '../../lib/cluster/workload';

function port(number: number, traffic: string[], name = 'web'): PortTraffic<WorkloadId> {
  const ports = { ranges: [[number, number]] as const, port: number, names: [], origin: 'declared' } as const;
  return { workload: { namespace: 'shop', kind: 'pod', name }, ports, traffic };
}

describe('the ports of one sentence', () => {
  const words = (ports: WorkloadPorts<WorkloadId>): string[] =>
    ports
      .list()
      .map(
        ({ workload, ports: own, traffic, isAll }) =>
          `${workload.name}:${own.port} ${traffic.join('+')}${isAll ? ', all of it' : ''}`,
      );

  it('are each named once, with all of their traffic', () => {
    const ports = new WorkloadPorts<WorkloadId>();
    ports.add(port(80, ['a']), 'a', 2);
    ports.add(port(81, ['a']), 'a', 1);
    ports.add(port(80, ['b']), 'b', 2);
    ports.add(port(80, ['a'], 'api'), 'a', 2);
    expect(words(ports)).toEqual(['web:80 a+b, all of it', 'web:81 a, all of it', 'api:80 a']);
  });

  it('count traffic once, however often it is added, and samples of one name as often as they differ', () => {
    const ports = new WorkloadPorts<WorkloadId>();
    ports.add(port(80, ['a']), 'a', 2);
    ports.add(port(80, ['a']), 'a', 2);
    ports.add(port(81, ['a']), 'first', 2);
    ports.add(port(81, ['a']), 'second', 2);
    expect(words(ports)).toEqual(['web:80 a', 'web:81 a, all of it']);
  });

  it('do not count probes, which Linkerd lets in by itself', () => {
    const ports = new WorkloadPorts<WorkloadId>();
    ports.add(port(80, ['a']), 'a', 1);
    ports.add(port(80, ['default/probe']), 'probe', 1);
    expect(words(ports)).toEqual(['web:80 a+default/probe, all of it']);
    expect([['default/probe'], ['default/probe', 'a'], []].map(isProbeTraffic)).toEqual([true, false, false]);
  });
});
