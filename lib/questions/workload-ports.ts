import type { PortClass } from '../cluster/port-classes';
import { distinctTraffic, isProbe, type TrafficRef } from '../verdict/traffic-ref';
import { workloadKey, type Workload, type WorkloadId } from '../cluster/workload';

/** A port of a workload, or several alike, as one sentence of an answer names them. */
export interface WorkloadPort<W extends WorkloadId = Workload> {
  readonly workload: W;
  readonly ports: PortClass;
  /** The traffic the sentence is about. */
  readonly traffic: readonly TrafficRef[];
  /** Whether that is everything the port takes, apart from probes that Linkerd lets in. */
  readonly isAll: boolean;
}

/** Traffic of a port. */
export type PortTraffic<W extends WorkloadId = Workload> = Omit<WorkloadPort<W>, 'isAll'>;

/** Whether traffic is only probes that Linkerd lets in by itself: they do not count as part of "all traffic". */
export function isProbeTraffic(refs: readonly TrafficRef[]): boolean {
  return refs.length > 0 && refs.every(isProbe);
}

/** Collects the ports of one sentence and merges the traffic of each port. */
export class WorkloadPorts<W extends WorkloadId = Workload> {
  private readonly known = new Map<
    string,
    { readonly port: WorkloadPort<W>; readonly parts: ReadonlySet<unknown> }
  >();

  /**
   * Adds traffic of a port.
   *
   * @param part distinguishes this traffic from the port's other traffic; adding a part twice counts once
   * @param parts how many parts the port has, apart from probes
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
