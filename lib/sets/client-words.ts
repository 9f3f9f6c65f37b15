import { enumerate } from '../basics/words';
import type { ClientBox, ClientIdentities, ClientSet } from './client-set';
import type { NetworkSet } from './network-set';

/** Who clients are, wherever they come from. */
export interface WhoWords {
  readonly text: string;
  /** It names who is left out, last: without a comma, what follows would seem to be about them. */
  readonly needsComma: boolean;
}

/** How to describe clients. */
export interface Phrasing {
  /** The groups that get a phrase each. */
  readonly rows: (set: ClientSet) => readonly ClientBox[];
  readonly who: (identities: ClientIdentities) => WhoWords;
  /** Where clients come from; empty for everywhere. */
  readonly from: (networks: NetworkSet) => string;
  /** Beyond this many phrases the rest is counted. */
  readonly most: number;
}

/** Clients in words, one phrase for each kind of client. */
export function clientPhrases(set: ClientSet, phrasing: Phrasing): readonly string[] {
  return phrasing.rows(set).map(({ peers, networks }) => {
    const [who, from] = [phrasing.who(peers), phrasing.from(networks)];
    // If somebody is left out, the networks are those of the clients who are in.
    return from === '' ? who.text : `${who.text}${who.needsComma ? ',' : ''} from ${from}`;
  });
}

/** The phrases on one line. */
export function clientWords(set: ClientSet, phrasing: Phrasing): string {
  const phrases = clientPhrases(set, phrasing);
  return phrases.length === 0 ? 'nobody' : enumerate(phrases, phrasing.most);
}

/** As policy spells them: identities and wildcards by name, networks as CIDRs, whatever they mean in this cluster. */
export const AS_POLICY_SPELLS: Phrasing = {
  rows: ({ boxes }) => boxes,
  who: (peers) => {
    if (peers.isAll) return { text: 'everyone', needsComma: false };
    const words = peers.identities
      .describe()
      .map(
        ({ text, except }) =>
          `identity ${text}${except.length === 0 ? '' : ` except ${enumerate(except, 3)}`}`,
      );
    const all = peers.withoutTls ? [...words, 'clients without an identity'] : words;
    return { text: enumerate(all, 5), needsComma: false };
  },
  from: (networks) => (networks.isAll ? '' : enumerate(networks.cidrs(), 4, 'or')),
  most: 5,
};
