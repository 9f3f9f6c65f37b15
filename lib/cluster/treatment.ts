import { memoized, oncePer } from '../basics/collections';
import type { ExposedPorts } from '../workloads/exposed-ports';
import type { Cluster } from './cluster';
import { isControlPortInUse } from './control-port';
import type { InboundSettings } from './inbound-annotations';
import type { PortOwnership } from './server';
import type { Workload } from './workload';

/**
 * What the ports of a workload are treated by, whether by policy or past it. Workloads that are treated alike share one
 * object: a cluster has many workloads, and few kinds of them in each namespace.
 */
export interface Treatment {
  readonly isControlPortInUse: boolean;
}

type BySettings = Map<InboundSettings, Map<boolean, Treatment>>;

/** What is known of one cluster. */
class Treatments {
  private readonly known = new Map<PortOwnership | ExposedPorts, BySettings>();
  private readonly byWorkload = new Map<Workload, Treatment>();

  public constructor(private readonly cluster: Cluster) {}

  public of(workload: Workload): Treatment {
    return memoized(this.byWorkload, workload, () => this.shared(workload));
  }

  private shared(workload: Workload): Treatment {
    const { pod, injection } = workload;
    // Claims are of one namespace and one set of ports and probes; without a proxy only the ports count.
    const claims = injection.meshed ? this.cluster.portOwnership(workload) : pod.surface;
    const isTaken = injection.meshed && isControlPortInUse(this.cluster, workload);
    const bySettings = memoized(this.known, claims, (): BySettings => new Map());
    const byControlPort = memoized(bySettings, pod.settings, () => new Map<boolean, Treatment>());
    return memoized(byControlPort, isTaken, () => ({ isControlPortInUse: isTaken }));
  }
}

const treatments = oncePer((cluster: Cluster) => new Treatments(cluster));

export function treatmentOf(cluster: Cluster, workload: Workload): Treatment {
  return treatments(cluster).of(workload);
}
