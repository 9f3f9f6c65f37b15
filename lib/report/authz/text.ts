import { createColors } from '../wording/colors';
import { workloadKey } from '../../cluster/workload';
import type { AuthorizationRow, AuthorizationTable } from '../../questions/authz/authorization-table';
import type { Domain } from '../../sets/plain-words';
import { printable, type Printable } from '../wording/printable';
import { table } from '../wording/table';
import { portLabels, rowClients } from './cells';

export interface AuthzOptions {
  readonly domain: Domain;
  readonly color: boolean;
  /** Also ports, clients, and rows without effect. @default false */
  readonly wide?: boolean;
  /** A heading for each workload. */
  readonly headings: boolean;
}

const COLUMNS = ['ROUTE', 'SERVER', 'AUTHORIZATION_POLICY', 'SERVER_AUTHORIZATION'];

/** The columns of `linkerd authz`, one table per workload. */
export function authzText(tables: readonly AuthorizationTable[], options: AuthzOptions): Printable {
  const sections = tables.flatMap((found) => [...section(found, options), '']);
  return printable(sections);
}

/** With all columns, whatever the options say. */
export function authzWide(tables: readonly AuthorizationTable[], options: AuthzOptions): Printable {
  return authzText(tables, { ...options, wide: true });
}

function section(
  { workload, rows }: AuthorizationTable,
  { color, wide = false, headings }: AuthzOptions,
): string[] {
  const colors = createColors(color);
  const name = workloadKey(workload);
  if (!workload.injection.meshed) {
    return [colors.yellow(`${name} is not meshed, so anyone may reach it: ${workload.injection.reason}`)];
  }
  const heading = headings ? [colors.bold(name)] : [];
  const shown = wide ? rows : rows.filter(({ status }) => status !== 'ignored' && status !== 'redundant');
  if (shown.length === 0) return [...heading, 'nobody may reach it: none of its ports has an authorization'];
  const columns = wide ? [...COLUMNS, 'PORT', 'CLIENTS', 'STATUS'] : COLUMNS;
  return [...heading, ...table([columns, ...shown.map((row) => cells(row, wide))])];
}

function cells(row: AuthorizationRow, wide: boolean): string[] {
  const { authorization, status } = row;
  const isServerAuthorization = authorization?.source?.object.kind === 'ServerAuthorization';
  const closed = status === 'nobody' ? '-' : status === 'unpoliced' ? '(everyone)' : '';
  const own = [
    row.route,
    row.server,
    isServerAuthorization ? '' : (cell(row) ?? closed),
    isServerAuthorization ? (cell(row) ?? '') : '',
  ];
  return wide ? [...own, portLabels(row).join(', '), rowClients(row), row.because ?? ''] : own;
}

/** Objects by name, because their column shows their kind; defaults with the kind that viz shows. */
function cell({ authorization, status }: AuthorizationRow): string | undefined {
  const name = authorization?.source?.object.metadata.name ?? authorization?.name;
  return name !== undefined && status === 'depends' ? `${name} (possibly)` : name;
}
