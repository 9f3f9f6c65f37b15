import { isEffective } from '../../cluster/policy-index';
import { portLabel } from '../../cluster/port-classes';
import type { AuthorizationRow } from '../../questions/authz/authorization-table';
import { AS_POLICY_SPELLS, clientWords } from '../../sets/client-words';
import { clientsOf } from '../../verdict/authorized-clients';

/** The ports of a row, each as a reader would say it. */
export function portLabels({ ports }: AuthorizationRow): string[] {
  return ports.map(portLabel);
}

/** The clients a row lets in. */
export function rowClients({ authorization, status }: AuthorizationRow): string {
  if (authorization !== undefined && isEffective(authorization))
    return clientWords(clientsOf(authorization), AS_POLICY_SPELLS);
  return status === 'unpoliced' ? 'everyone' : status === 'nobody' ? 'nobody' : '';
}
