import type { ClientSubject } from '../linkerd/exception-terms';
import { identityProblem, isSpiffe } from '../linkerd/identity';
import { networkProblems } from '../linkerd/network';
import { checkLabel, checkSubdomain, isDnsLabel } from './prop-checks';
import { Client, NETWORK_OPTIONS } from './client';
import { checkMembers } from './members';
import type { PolicyApi } from './policy-options';
import type { Problems } from './problems';

/** Checks a list of clients: it must have at least one, and Linkerd must accept each of them. */
export function checkClients(problems: Problems, field: string, clients: unknown): clients is Client[] {
  const before = problems.all.length;
  if (!Array.isArray(clients) || clients.length === 0) {
    problems.add(
      field,
      clients,
      'must be a list of at least one Client',
      'list the clients, e.g. Client.everyone()',
    );
    return false;
  }
  clients.forEach((client: unknown, index) => {
    const place = `${field}[${index}]`;
    if (client instanceof Client) checkClient(problems, place, client);
    else
      problems.add(
        place,
        client,
        'must be a Client',
        "make one with Client's functions, e.g. Client.namespace('x')",
      );
  });
  return problems.all.length === before;
}

function checkClient(problems: Problems, field: string, client: Client): void {
  checkSubject(problems, field, client._who);
  if (client._isUnclear) {
    const remedy = 'list two clients if either is enough, or start with an identity';
    problems.add(
      field,
      client.toString(),
      'from() on a network is ambiguous: either network, or both',
      remedy,
    );
  }
  client._networks.forEach((item, index) => {
    const place = client._networks.length === 1 ? `${field}.network` : `${field}.network[${index}]`;
    const { cidr: _, ...options } = item;
    checkMembers(problems, place, options, NETWORK_OPTIONS);
    const texts: unknown[] = [item.cidr, ...(Array.isArray(item.except) ? item.except : [])];
    const isShaped = item.except === undefined || Array.isArray(item.except);
    if (!isShaped || texts.some((text) => typeof text !== 'string')) {
      problems.add(place, item, 'must be a CIDR and a list of CIDRs to exclude', 'write them as strings');
      return;
    }
    for (const { text } of networkProblems(item)) {
      problems.add(
        place,
        item.except === undefined ? item.cidr : item,
        text,
        'write an address range, e.g. "10.0.0.0/8"',
      );
    }
  });
}

function checkSubject(problems: Problems, field: string, who: ClientSubject): void {
  switch (who.kind) {
    case 'anyone':
    case 'anyMeshed':
      return;
    case 'namespace':
      checkLabel(problems, `${field}.namespace`, who.namespace, "give a namespace's name");
      return;
    case 'serviceAccount':
      checkServiceAccount(problems, field, who);
      return;
    case 'identity':
      checkIdentity(problems, `${field}.identity`, who.identity);
      return;
    default:
      // A kind of client without a case does not compile
      who satisfies never;
  }
}

function checkServiceAccount(
  problems: Problems,
  field: string,
  { namespace, name }: { readonly namespace: string; readonly name: string },
): void {
  checkLabel(problems, `${field}.namespace`, namespace, "give the namespace of the ServiceAccount's pods");
  checkSubdomain(
    problems,
    `${field}.serviceAccount`,
    name,
    "give the ServiceAccount's name as its object has it",
  );
}

function checkIdentity(problems: Problems, field: string, identity: unknown): void {
  const must = typeof identity === 'string' ? identityProblem(identity) : 'be a string';
  if (must === undefined) return;
  const remedy =
    'write e.g. "web.shop.serviceaccount.identity.linkerd.cluster.local", or use Client.serviceAccount()';
  problems.add(field, identity, `must ${must}`, remedy);
}

/** What one policy API cannot express about a client and the other can. */
export function checkExpressible(problems: Problems, field: string, client: Client, api: PolicyApi): void {
  if (api === 'AuthorizationPolicy') return;
  const who = client._who;
  if (who.kind === 'identity' && isSpiffe(who.identity)) {
    problems.add(
      field,
      who.identity,
      'a ServerAuthorization cannot name a SPIFFE id',
      "use policyApi 'AuthorizationPolicy'",
    );
  }
  if (who.kind === 'serviceAccount' && !isDnsLabel(who.name)) {
    problems.add(
      field,
      who.name,
      'a ServerAuthorization takes only ServiceAccounts whose name is a DNS label',
      "use policyApi 'AuthorizationPolicy'",
    );
  }
}
