import { apiServerCalls } from '../../traffic/api-server-calls';
import type { OutsideClient, InitInput } from './outside-client';

/** The API server as a client of admission webhooks, conversion webhooks and aggregated APIs. */
export function apiServer({ cluster }: InitInput): OutsideClient[] {
  return apiServerCalls(cluster).map(({ workload, number, because }) => ({
    workload,
    number,
    client: { kind: 'apiServer' as const },
    because,
    marks: [],
    evidence: { weight: 'webhook' as const, protocol: 'TLS' as const, from: because },
  }));
}
