import type { PortClass } from '../../cluster/port-classes';
import type { AuthorizationTable } from './authorization-table';

/** A table with only what is about one port of the workload. */
export function atPort({ rows, ...table }: AuthorizationTable, port: number): AuthorizationTable {
  return {
    ...table,
    rows: rows.flatMap((row) => {
      const ports = row.ports.filter((one) => holds(one, port)).map((one) => narrowed(one, port));
      return ports.length === 0 ? [] : [{ ...row, ports }];
    }),
  };
}

function holds({ ranges, port: only }: PortClass, port: number): boolean {
  return ranges.length === 0 ? only === port : ranges.some(([first, last]) => first <= port && port <= last);
}

function narrowed(ports: PortClass, port: number): PortClass {
  return ports.ranges.length === 0 ? ports : { ...ports, ranges: [[port, port]], port };
}
