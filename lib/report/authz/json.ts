import { workloadKey } from '../../cluster/workload';
import type { AuthorizationRow, AuthorizationTable } from '../../questions/authz/authorization-table';
import { coverageJson, type CoverageOptions } from '../wording/coverage';
import { json, objectJson } from '../wording/object-json';
import { portLabels, rowClients } from './cells';

/** All rows, for machines, in the shape docs/json.md describes. */
export function authzJson(tables: readonly AuthorizationTable[], { coverage }: CoverageOptions): string {
  return json({
    apiVersion: 'namespace-jail/v1',
    kind: 'AuthzReport',
    workloads: tables.map(({ workload, rows, assumptions }) => ({
      workload: workloadKey(workload),
      object: objectJson(workload.source),
      meshed: workload.injection.meshed,
      meshedBecause: workload.injection.reason,
      doubts: assumptions,
      rows: rows.map(plainRow),
    })),
    coverage: coverageJson(coverage),
  });
}

function plainRow(row: AuthorizationRow): object {
  const { route, server, authorization, status, because, objects } = row;
  return {
    route,
    server,
    ...(authorization === undefined ? {} : { authorization: authorization.name }),
    status,
    ...(because === undefined ? {} : { because }),
    ports: portLabels(row),
    clients: rowClients(row),
    ...(objects.route === undefined ? {} : { routeObject: objectJson(objects.route) }),
    ...(objects.server === undefined ? {} : { serverObject: objectJson(objects.server) }),
    ...(authorization?.source === undefined ? {} : { authorizationObject: objectJson(authorization.source) }),
  };
}
