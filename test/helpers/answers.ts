import type { Cluster } from '../../lib/cluster/cluster';
import type { SourceObject } from '../../lib/kubernetes/object';
import { portClasses } from '../../lib/cluster/port-classes';
import { workloadKey, type WorkloadId } from '../../lib/cluster/workload';
import { findings } from '../../lib/findings/run-rules';
import { authorizationTables } from '../../lib/questions/authz/authorization-table';
import { breakIn } from '../../lib/questions/break-in/break-in';
import { accessMap } from '../../lib/questions/map/access-map';
import { pairs } from '../../lib/questions/map/pairs';
import type { WorkloadPort } from '../../lib/questions/workload-ports';
import { trafficName } from '../../lib/verdict/traffic-ref';
import { trafficClasses } from '../../lib/verdict/access';

export interface Asking {
  /** Whose answers are compared; every answer is about one namespace. */
  readonly about?: (namespace: string) => boolean;
  /** How to spell what is said. */
  readonly spelled?: (text: string) => string;
}

/**
 * Every answer about a cluster, in words that do not say where or in which order things are written: who gets into each
 * port, by access, authz, break-in, map and check.
 */
export function answers(cluster: Cluster, asking: Asking = {}): readonly string[] {
  const { about = () => true, spelled = (text: string) => text } = asking;
  const workloads = cluster.workloads.filter(({ namespace }) => about(namespace));
  return [
    ...workloads.flatMap((workload) =>
      portClasses(cluster, workload).flatMap(({ ranges, port }) =>
        trafficClasses(cluster, workload, port).map(({ name, access: { allow, audit } }) =>
          told('access', workloadKey(workload), ranges, name, allow.key, audit.key),
        ),
      ),
    ),
    ...authorizationTables(cluster, workloads).flatMap(({ workload, rows }) =>
      rows.map(({ route, server, authorization, status, because, ports }) =>
        told('authz', workloadKey(workload), route, server, authorization?.name, status, because, ports),
      ),
    ),
    ...breakIn(cluster, cluster.namespaceNames().filter(about)).flatMap(({ jail, ways, exceptions }) => [
      ...ways.map(({ clients, verdict, ports }) =>
        told('break-in', jail.namespace, clients.key, verdict, portsOf(ports)),
      ),
      ...exceptions.map(({ clients, ports }) =>
        told('exception', jail.namespace, clients.key, portsOf(ports)),
      ),
    ]),
    ...reachAnswers(cluster, about),
    ...findings(cluster)
      .filter(({ object }) => object !== undefined && about(homeOf(cluster, object)))
      .map(({ rule, severity, text }) => told('check', rule, severity, inAnyOrder(spelled(text)))),
  ]
    .map(spelled)
    .sort();
}

function homeOf(cluster: Cluster, source: SourceObject): string {
  const { kind, metadata } = source.object;
  return kind === 'Namespace' ? metadata.name : cluster.namespaceOf(source);
}

function reachAnswers(cluster: Cluster, about: (namespace: string) => boolean): readonly string[] {
  const map = accessMap(cluster, cluster.namespaceNames().filter(about));
  return pairs(cluster, map)
    .filter(({ from }) => about(from.namespace))
    .map(({ from, to, reach }) =>
      told('map', workloadKey(from), workloadKey(to.workload), to.ports.ranges, reach),
    );
}

function told(...words: readonly unknown[]): string {
  return JSON.stringify(words);
}

function portsOf(ports: readonly WorkloadPort<WorkloadId>[]): readonly string[] {
  return ports
    .map(({ workload, ports: { ranges }, traffic }) =>
      told(workloadKey(workload), ranges, traffic.map(trafficName).sort()),
    )
    .sort();
}

/** Sentences list things as the input does. */
function inAnyOrder(text: string): string {
  return text
    .split(/, | and | /)
    .sort()
    .join(' ');
}
