import type { PortClass } from '../cluster/port-classes';
import { distinctTraffic, isProbe, type TrafficRef } from '../verdict/traffic-ref';
import { workloadKey, type Workload, type WorkloadId } from '../cluster/workload';

/** A port of a workload, or several that nothing tells apart, as one sentence of an answer names it. */
export interface WorkloadPort<W extends WorkloadId = Workload> {
  readonly workload: W;
  readonly ports: PortClass;
  /** The traffic that it is about. */
  readonly traffic: readonly TrafficRef[];
  /** Whether that is everything that the port takes, the probes that Linkerd lets in apart. */
  readonly isAll: boolean;
}

/** Traffic of a port. */
export type PortTraffic<W extends WorkloadId = Workload> = Omit<WorkloadPort<W>, 'isAll'>;

/** Whether traffic is nothing but probes that Linkerd lets in by itself: they are no part of "all traffic". */
export function isProbeTraffic(refs: readonly TrafficRef[]): boolean {
  return refs.length > 0 && refs.every(isProbe);
}

/** Collects the ports of one sentence, and puts the traffic of each port together. */
export class WorkloadPorts<W extends WorkloadId = Workload> {
  private readonly known = new Map<
    string,
    { readonly port: WorkloadPort<W>; readonly parts: ReadonlySet<unknown> }
  >();

  /**
   * Adds traffic of a port.
   *
   * @param part tells this traffic from the other traffic of the port; what was added already counts once
   * @param parts how many there are on the port, probes apart
   */
  public add({ workload, ports, traffic }: PortTraffic<W>, part: unknown, parts: number): void {
    const key = `${workloadKey(workload)} ${JSON.stringify(ports.ranges)}`;
    const same = this.known.get(key);
    const added = new Set(same?.parts);
    if (!isProbeTraffic(traffic)) added.add(part);
    const all = distinctTraffic([...(same?.port.traffic ?? []), ...traffic]);
    const port = { workload, ports, traffic: all, isAll: added.size === parts };
    this.known.set(key, { port, parts: added });
  }

  public list(): WorkloadPort<W>[] {
    return [...this.known.values()].map(({ port }) => port);
  }
}
