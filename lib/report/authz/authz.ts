import { createColors } from 'picocolors';
import { portLabel } from '../../cluster/port-classes';
import { isEffective } from '../../cluster/policy-index';
import { workloadKey } from '../../cluster/workload';
import type { AuthorizationRow, AuthorizationTable } from '../../questions/authz/authorization-table';
import { clientsOf, describeClients } from '../../verdict/authorized-clients';
import { json, objectJson } from '../wording/object-json';
import { table } from '../wording/table';

export interface AuthzLayout {
  readonly color: boolean;
  /** Also ports, clients, and what has no effect. */
  readonly wide: boolean;
  /** A heading for each workload. */
  readonly headings: boolean;
}

const COLUMNS = ['ROUTE', 'SERVER', 'AUTHORIZATION_POLICY', 'SERVER_AUTHORIZATION'];

/** The columns of `linkerd authz`, a table for each workload. */
export function authzText(tables: readonly AuthorizationTable[], layout: AuthzLayout): string {
  return tables
    .map((found) =>
      section(found, layout)
        .map((line) => `${line}\n`)
        .join(''),
    )
    .join('\n');
}

function section({ workload, rows }: AuthorizationTable, { color, wide, headings }: AuthzLayout): string[] {
  const colors = createColors(color);
  const name = workloadKey(workload);
  if (!workload.injection.meshed) {
    return [colors.yellow(`${name} is not meshed, so everybody may reach it: ${workload.injection.reason}`)];
  }
  const heading = headings ? [colors.bold(name)] : [];
  const shown = wide ? rows : rows.filter(({ status }) => status !== 'ignored' && status !== 'redundant');
  if (shown.length === 0) return [...heading, 'nobody may reach it: no port has an authorization'];
  const columns = wide ? [...COLUMNS, 'PORT', 'CLIENTS', 'STATUS'] : COLUMNS;
  return [...heading, ...table([columns, ...shown.map((row) => cells(row, wide))])];
}

function cells(row: AuthorizationRow, wide: boolean): string[] {
  const { authorization, status } = row;
  const isServerAuthorization = authorization?.source?.object.kind === 'ServerAuthorization';
  const closed = status === 'nobody' ? '-' : status === 'unpoliced' ? '(everybody)' : '';
  const own = [
    row.route,
    row.server,
    isServerAuthorization ? '' : (cell(authorization) ?? closed),
    isServerAuthorization ? (cell(authorization) ?? '') : '',
  ];
  return wide ? [...own, ports(row).join(', '), clients(row), row.because ?? ''] : own;
}

/** Objects by their name, as their column says what they are; defaults with the kind that viz gives them. */
function cell(authorization: AuthorizationRow['authorization']): string | undefined {
  return authorization?.source?.object.metadata.name ?? authorization?.name;
}

function ports({ ports: classes }: AuthorizationRow): string[] {
  return classes.map(portLabel);
}

function clients({ authorization, status }: AuthorizationRow): string {
  if (authorization !== undefined && isEffective(authorization))
    return describeClients(clientsOf(authorization));
  return status === 'unpoliced' ? 'everyone' : status === 'nobody' ? 'nobody' : '';
}

/** All rows, for machines; the shape that docs/json.md describes. */
export function authzJson(tables: readonly AuthorizationTable[]): string {
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
    ports: ports(row),
    clients: clients(row),
    ...(objects.route === undefined ? {} : { routeObject: objectJson(objects.route) }),
    ...(objects.server === undefined ? {} : { serverObject: objectJson(objects.server) }),
    ...(authorization?.source === undefined ? {} : { authorizationObject: objectJson(authorization.source) }),
  };
}
