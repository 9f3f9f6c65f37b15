import type { Cluster } from '../../cluster/cluster';
import type { PortClass } from '../../cluster/port-classes';
import { namespaceOf } from '../../cluster/inventory';
import type { Workload } from '../../cluster/workload';
import { workloadLabel } from '../../cluster/labels';
import { objectPath, type SourceObject } from '../../kubernetes/object';
import { PortSet } from '../../linkerd/ports';
import type { ClientSet } from '../../sets/client-set';
import { append } from '../../basics/collections';
import type { AcceptedOpening, Baseline } from './baseline';
import { parseException } from './exception';

/** Clients that one entry of a baseline accepts. */
export interface AcceptedPart {
  readonly entry: AcceptedOpening;
  readonly clients: ClientSet;
}

/** A baseline, ready to be asked about one opening after the other. */
export class Acceptances {
  private readonly byObject = new Map<string, AcceptedPart[]>();

  public constructor(
    private readonly cluster: Cluster,
    { openings }: Baseline,
  ) {
    for (const entry of openings) {
      const clients = parseException(entry.clients, cluster.config);
      if (typeof clients !== 'string') append(this.byObject, entry.object.toLowerCase(), { entry, clients });
    }
  }

  /** The accepted clients among those that an object lets into some ports. */
  public of(
    source: SourceObject | undefined,
    workload: Workload,
    ports: PortClass,
    traffic: string,
    clients: ClientSet,
  ): readonly AcceptedPart[] {
    if (source === undefined || this.byObject.size === 0) return [];
    const path = objectPath(source, namespaceOf(this.cluster, source)).toLowerCase();
    return (this.byObject.get(path) ?? []).flatMap((part) => {
      const listed = part.entry.ports.filter(
        (one) =>
          one.workload === workloadLabel(workload) && (one.traffic === undefined || one.traffic === traffic),
      );
      if (!PortSet.union(listed.map((one) => one.ports)).covers(ports.ranges)) return [];
      const accepted = clients.and(part.clients);
      return accepted.isEmpty ? [] : [{ ...part, clients: accepted }];
    });
  }
}
