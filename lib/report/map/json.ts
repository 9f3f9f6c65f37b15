import type { Printable } from '../wording/printable';
import { workloadKey } from '../../cluster/workload';
import { matrix } from '../../questions/map/access-map';
import { clientsJson } from '../wording/clients-json';
import { coverageJson, type CoverageOptions } from '../wording/coverage';
import { json } from '../wording/object-json';
import { portsJson } from '../wording/port-words';
import { classesWith, OPEN, shownMap, type MapAnswer, type MapOptions } from './sentences';

export function mapJson(answer: MapAnswer, options: MapOptions & CoverageOptions): Printable {
  return json(mapReport(answer, options));
}

/** The shape docs/json.md describes. */
export function mapReport(answer: MapAnswer, { domain, coverage }: MapOptions & CoverageOptions): object {
  const { focus } = answer;
  const shown = shownMap(answer);
  return {
    apiVersion: 'namespace-jail/v1',
    kind: 'MapReport',
    ...(focus === undefined ? {} : { focus: workloadKey(focus.workload) }),
    clients: shown.classes.map(({ kind, label, namespace, clients, workloads }) => ({
      kind,
      label,
      ...(namespace === undefined ? {} : { namespace }),
      workloads: workloads.map(workloadKey),
      set: clientsJson(clients, domain),
    })),
    groups: shown.groups.map((group) => ({
      namespace: group.namespace,
      ports: group.ports.map(portsJson),
      ...Object.fromEntries(
        [...OPEN, 'deny' as const].map((reach) => [reach, classesWith(group, shown.classes, reach)]),
      ),
    })),
    matrix: matrix(shown).map((cells, index) => ({
      from: shown.classes[index]?.label,
      to: cells.map((cell, column) => ({ namespace: shown.namespaces[column], ...cell })),
    })),
    ...(focus === undefined
      ? {}
      : {
          callees: focus.callees.map(({ reach, ports }) => ({ verdict: reach, ports: ports.map(portsJson) })),
        }),
    coverage: coverageJson(coverage),
  };
}
