import { portLabel } from '../../cluster/port-classes';
import type { AuthorizationRow } from '../../questions/authz/authorization-table';
import { AS_POLICY_SPELLS, clientWords } from '../../sets/client-words';

/** The ports of a row, each as a reader would say it. */
export function portLabels({ ports }: AuthorizationRow): string[] {
  return ports.map(portLabel);
}

/** The clients a row lets in. */
export function rowClients({ clients, status }: AuthorizationRow): string {
  return status === 'ignored' ? '' : clientWords(clients, AS_POLICY_SPELLS);
}
