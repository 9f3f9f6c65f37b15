import { clientGroups } from '../../sets/client-groups';
import type { ClientSet } from '../../sets/client-set';
import { clientWords } from '../../sets/client-words';
import { inPlainWords, type Domain } from '../../sets/plain-words';

/** A set for machines: the union of its boxes. `docs/json.md` describes it. */
export function clientsJson(set: ClientSet, domain: Domain): object {
  return {
    words: clientWords(set, inPlainWords(domain)),
    boxes: clientGroups(set).map(({ peers, networks }) => ({
      unmeshed: peers.withoutTls,
      tlsWithoutIdentity: peers.unauthenticatedTls,
      identities: peers.identities.describe(),
      networks: networks.cidrs(),
    })),
  };
}
