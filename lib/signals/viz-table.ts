import { asList, asText, isFields, valueAt } from '../kubernetes/fields';
import { serverNamed } from './proxy-event';
import type { Seen, SignalPlace } from './signal';

/** A row of `linkerd viz authz`: what it says, and how often a second. */
export interface VizRow {
  /** `undefined` if the row is about clients who were let in by an authorization, or nobody. */
  readonly seen: Seen | undefined;
  readonly rate: number;
}

/** Where the columns of a table begin, by its header. */
export interface VizColumns {
  readonly route: number | undefined;
  readonly server: number;
  readonly authorization: number;
  /** Whether a column counts the unauthorized; before 2.12 they were a row of their own. */
  readonly hasUnauthorized: boolean;
}

export function vizHeader(line: string): VizColumns | undefined {
  if (!/^(?:ROUTE\s+)?SERVER\s+AUTH(?:Z|ORIZATION)\s+(?:UNAUTHORIZED\s+)?SUCCESS\s+RPS\b/.test(line))
    return undefined;
  return {
    route: line.startsWith('ROUTE') ? 0 : undefined,
    server: line.indexOf('SERVER'),
    authorization: line.indexOf('AUTH'),
    hasUnauthorized: line.includes('UNAUTHORIZED'),
  };
}

/** The row on a line below a header; `undefined` if the line is none. */
export function vizRow(line: string, columns: VizColumns, place: SignalPlace): VizRow | undefined {
  const { route, server, authorization, hasUnauthorized } = columns;
  const names = line.slice(authorization).trim().split(/\s+/);
  const numbers = names.splice(-(hasUnauthorized ? 6 : 5));
  if (numbers.length < 5 || !numbers.every((word) => /^(?:-|[\d.]+(?:rps|%|ms|s)?|NaN%)$/.test(word)))
    return undefined;
  return rowOf(
    {
      route: route === undefined ? '' : line.slice(route, server).trim(),
      server: line.slice(server, authorization).trim(),
      authorization: names.join(' '),
      unauthorized: hasUnauthorized ? rate(numbers[0]) : 0,
      rps: rate(numbers[hasUnauthorized ? 2 : 1]),
    },
    place,
  );
}

/** The rows of `linkerd viz authz -o json`; `undefined` if the list is something else. */
export function vizRows(value: unknown, place: SignalPlace): readonly VizRow[] | undefined {
  const rows = asList(value);
  const isTable =
    rows.length > 0 &&
    rows.every((row) => isFields(row) && typeof row.server === 'string' && 'authorization' in row);
  if (!isTable) return undefined;
  return rows.map((row) =>
    rowOf(
      {
        route: asText(valueAt(row, 'route')) ?? '',
        server: asText(valueAt(row, 'server')) ?? '',
        authorization: asText(valueAt(row, 'authorization')) ?? '',
        unauthorized: Number(valueAt(row, 'unauthorized') ?? 0),
        rps: Number(valueAt(row, 'rps') ?? 0),
      },
      place,
    ),
  );
}

interface Cells {
  readonly route: string;
  readonly server: string;
  readonly authorization: string;
  readonly unauthorized: number;
  readonly rps: number;
}

/** The table never says who the client was. */
function rowOf({ route, server, authorization, unauthorized, rps }: Cells, place: SignalPlace): VizRow {
  const base = {
    source: 'viz' as const,
    place,
    server: serverNamed(server),
    // A name alone: whether it is an HTTPRoute or a GRPCRoute is not said.
    ...(route === '' ? {} : { route: { group: '', kind: '', name: route } }),
    client: { tls: 'unknown' as const },
    layer: 'http' as const,
  };
  const isDenied = authorization === '' || authorization === '[UNAUTHORIZED]';
  if (isDenied) {
    const times = authorization === '' ? unauthorized : rps;
    return { seen: times > 0 ? { ...base, kind: 'denied' } : undefined, rate: times };
  }
  const isAudit = /^(?:default[/:])?audit$/.test(authorization);
  return { seen: isAudit && rps > 0 ? { ...base, kind: 'audited' } : undefined, rate: rps };
}

function rate(cell: string | undefined): number {
  return Number(/^([\d.]+)rps$/.exec(cell ?? '')?.[1] ?? 0);
}
