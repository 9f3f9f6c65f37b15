import fc from 'fast-check';
import { DEFAULT_CONFIG } from '../../../lib/linkerd/config';
import { namespaceSuffix, parseIdentity } from '../../../lib/linkerd/identity';
import { clientWords } from '../../../lib/sets/client-words';
import { inPlainWords } from '../../../lib/sets/plain-words';
import { breakIn } from '../../../lib/questions/break-in/break-in';
import { exceptionValue, parseException } from '../../../lib/questions/break-in/exception';
import { isEffective } from '../../../lib/cluster/policy-index';
import { ClientSet } from '../../../lib/sets/client-set';
import { AuthorizationSets } from '../../../lib/verdict/authorization-sets';
import { IdentitySet } from '../../../lib/sets/identity-set';
import { ClientIdentities } from '../../../lib/sets/client-set';
import { NetworkSet } from '../../../lib/sets/network-set';
import { objects, clusterWith } from '../../arbitrary/cluster';
import { CLIENT_TLS } from '../../../lib/linkerd/client';
import { lawRuns } from '../../helpers/laws';

function words(value: string): string {
  const clients = parseException(value, DEFAULT_CONFIG);
  return typeof clients === 'string'
    ? `error: ${clients}`
    : clientWords(clients, inPlainWords(DEFAULT_CONFIG));
}

it.each([
  ['everyone', 'anyone'],
  ['any-meshed', 'any mesh identity (except SPIFFE ids)'],
  ['namespace monitoring', 'every ServiceAccount in namespace monitoring'],
  ['serviceaccount monitoring/prometheus', 'ServiceAccount prometheus in monitoring'],
  ['identity spiffe://corp/vm', 'SPIFFE id spiffe://corp/vm'],
  ['identity *.mesh.example', 'identity *.mesh.example'],
  ['everyone from 10.0.0.0/8 except 10.1.0.0/16', 'anyone from 10.0.0.0/8 except 10.1.0.0/16'],
  [
    'namespace a,  any-meshed from fd00::/8',
    'any mesh identity (except SPIFFE ids) from fd00::/8 and every ServiceAccount in namespace a',
  ],
])('%s declares %s', (value, expected) => expect(words(value)).toBe(expected));

it.each([
  ['', 'is not a client'],
  ['everybody', '"everybody" is not a client'],
  ['namespace', 'does not name a namespace'],
  ['namespace Shop', 'does not name a namespace'],
  ['serviceaccount prometheus', 'does not name a ServiceAccount as NAMESPACE/NAME'],
  ['identity *bad*', 'is not an identity'],
  ['everyone from', 'is neither a CIDR nor an IP address'],
  ['everyone from 10.0.0.0/8 10.1.0.0/16', 'names more than one network'],
  ['everyone from 10.0.0.0/8 except', 'names more than one network'],
  ['everyone from 10.0.0.0/8 except 11.0.0.0/8', 'is not inside "10.0.0.0/8"'],
  ['everyone, nobody', '"nobody" is not a client'],
])('%j cannot be read', (value, expected) => expect(words(value)).toContain(expected));

it('the value that a report proposes declares what the object admits, and nobody else whom it could admit', () => {
  const sets = new AuthorizationSets();
  fc.assert(
    fc.property(objects, (all) => {
      const cluster = clusterWith(all);
      for (const namespace of cluster.namespaceNames()) {
        const own = IdentitySet.of(parseIdentity(`*.${namespaceSuffix(namespace, cluster.config)}`));
        const residents = ClientSet.of(new ClientIdentities(false, false, own), NetworkSet.ALL);
        const { authorizationPolicies, serverAuthorizations } = cluster.policyOf(namespace);
        for (const { authorization } of [...authorizationPolicies, ...serverAuthorizations]) {
          // TLS without an identity has no word of its own: everyone is wider, and declares no more than is admitted.
          if (!isEffective(authorization) || authorization.authentication.kind === 'tls') continue;
          const admitted = CLIENT_TLS.reduce(
            (set, tls) => set.or(sets.admitted(authorization, tls, tls)),
            ClientSet.NONE,
          );
          const outside = admitted.minus(residents);
          if (outside.isEmpty) continue;
          const declared = parseException(exceptionValue(authorization, own, cluster.config), cluster.config);
          if (typeof declared === 'string') throw new Error(declared);
          expect(declared.and(admitted).minus(residents).key).toBe(outside.key);
          // Only networks that nobody wrote are left out.
          const wider = ClientSet.of(
            declared.boxes
              .reduce((all, { peers }) => all.or(peers), ClientIdentities.NONE)
              .minus(residents.boxes[0]?.peers ?? ClientIdentities.NONE),
            NetworkSet.ALL,
          );
          expect(
            declared.minus(residents).minus(outside).isEmpty || declared.minus(residents).key === wider.key,
          ).toBe(true);
        }
      }
    }),
    { numRuns: lawRuns(200) },
  );
});

it('break-in has an answer for every cluster, and none of its ways in is of the namespace itself', () => {
  fc.assert(
    fc.property(objects, (all) => {
      for (const { jail, ways } of breakIn(clusterWith(all))) {
        for (const { clients } of ways) {
          expect(clients.isEmpty).toBe(false);
          for (const { peers } of clients.boxes)
            expect(peers.identities.and(jail.residents).isEmpty).toBe(true);
        }
      }
    }),
    { numRuns: lawRuns(100) },
  );
});

describe('the shortest value says the same', () => {
  const value = (client: string): string => {
    const cluster = clusterWith([
      {
        apiVersion: 'policy.linkerd.io/v1beta1',
        kind: 'ServerAuthorization',
        metadata: { name: 'a', namespace: 'shop' },
        spec: { server: { name: 'http' }, client: JSON.parse(client) as unknown },
      },
    ]);
    const own = IdentitySet.of(parseIdentity(`*.${namespaceSuffix('shop', cluster.config)}`));
    const [found] = cluster.policyOf('shop').serverAuthorizations;
    if (found === undefined || !isEffective(found.authorization)) throw new Error('no authorization');
    return exceptionValue(found.authorization, own, cluster.config);
  };
  const X = 'serviceaccount.identity.linkerd.cluster.local';
  const ids = (...identities: string[]): string => JSON.stringify({ meshTLS: { identities } });

  it.each([
    ['one account, from the networks of the cluster by default', ids(`x.auth.${X}`), 'serviceaccount auth/x'],
    ['an account that its namespace includes', ids(`x.auth.${X}`, `*.auth.${X}`), 'namespace auth'],
    ['all that any mesh identity includes', ids('*', `x.auth.${X}`, `*.auth.${X}`, `*.${X}`), 'any-meshed'],
    [
      'what no wildcard includes',
      ids('*.example', `x.auth.${X}`),
      'identity *.example, serviceaccount auth/x',
    ],
    ['its own accounts, which need no word', ids(`*.shop.${X}`, `x.auth.${X}`), 'serviceaccount auth/x'],
    [
      'networks that somebody wrote',
      JSON.stringify({ networks: [{ cidr: '10.0.0.0/8' }], meshTLS: { identities: [`x.auth.${X}`] } }),
      'serviceaccount auth/x from 10.0.0.0/8',
    ],
    [
      'everyone, whose networks are all that there is to say',
      JSON.stringify({ networks: [{ cidr: '10.0.0.0/8' }], unauthenticated: true }),
      'everyone from 10.0.0.0/8',
    ],
  ])('%s', (_, client, expected) => expect(value(client)).toBe(expected));
});
