import type { Printable } from '../wording/printable';
import { workloadKey } from '../../cluster/workload';
import type { AuthorizationRow, AuthorizationTable } from '../../questions/authz/authorization-table';
import type { Domain } from '../../sets/plain-words';
import { clientsJson } from '../wording/clients-json';
import { coverageJson, type CoverageOptions } from '../wording/coverage';
import { json, objectJson } from '../wording/object-json';
import { portLabels, rowClients } from './cells';
import type { AuthzOptions } from './text';

/** All rows, for machines, in the shape docs/json.md describes. */
export function authzJson(
  tables: readonly AuthorizationTable[],
  { domain, coverage }: AuthzOptions & CoverageOptions,
): Printable {
  return json({
    apiVersion: 'namespace-jail/v1',
    kind: 'AuthzReport',
    workloads: tables.map(({ workload, rows, assumptions }) => ({
      workload: workloadKey(workload),
      object: objectJson(workload.source),
      meshed: workload.injection.meshed,
      meshedBecause: workload.injection.reason,
      doubts: assumptions,
      rows: rows.map((row) => plainRow(row, domain)),
    })),
    coverage: coverageJson(coverage),
  });
}

function plainRow(row: AuthorizationRow, domain: Domain): object {
  const { route, server, authorization, status, because, objects } = row;
  return {
    route,
    server,
    ...(authorization === undefined ? {} : { authorization: authorization.name }),
    status,
    ...(because === undefined ? {} : { because }),
    ports: portLabels(row),
    clients: rowClients(row),
    set: clientsJson(row.clients, domain),
    ...(objects.route === undefined ? {} : { routeObject: objectJson(objects.route) }),
    ...(objects.server === undefined ? {} : { serverObject: objectJson(objects.server) }),
    ...(authorization?.source === undefined ? {} : { authorizationObject: objectJson(authorization.source) }),
  };
}
