import fc from 'fast-check';
import { Cluster } from '../../../lib/cluster/cluster';
import type { KubeObject } from '../../../lib/kubernetes/object';
import type { ProxyClient } from '../../../lib/linkerd/client';
import { diff, type ClientFate } from '../../../lib/questions/diff/diff';
import { decide } from '../../../lib/verdict/decide';
import type { Verdict } from '../../../lib/verdict/decision';
import { sources } from '../../arbitrary/cluster';
import { request, routeObject, specSets, type RouteSpec } from '../../arbitrary/routes';
import { lawRuns, leastOf } from '../../helpers/laws';
import { verdictOf } from '../witness';

const numRuns = lawRuns(1000);

const meta = { namespace: 'shop' };
const policy = (kind: string, name: string, spec: object): KubeObject => ({
  apiVersion: kind === 'Server' ? 'policy.linkerd.io/v1beta3' : 'policy.linkerd.io/v1alpha1',
  kind,
  metadata: { ...meta, name },
  spec,
});

/** A port with these routes: the first is open to everybody, the second to the namespace, the others to nobody. */
function clusterOf(specs: readonly RouteSpec[]): Cluster {
  const isGrpc = specs.some(({ kind }) => kind === 'GRPCRoute');
  const authorization = (index: number, refs: readonly object[]): KubeObject =>
    policy('AuthorizationPolicy', `r${index}`, {
      targetRef: {
        group: isGrpc ? 'gateway.networking.k8s.io' : 'policy.linkerd.io',
        kind: isGrpc ? 'GRPCRoute' : 'HTTPRoute',
        name: `r${index}`,
      },
      requiredAuthenticationRefs: refs,
    });
  const objects: KubeObject[] = [
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { ...meta, name: 'web', annotations: { 'linkerd.io/inject': 'enabled' } },
      spec: { containers: [{ name: 'web', image: 'web', ports: [{ containerPort: 8080 }] }] },
    },
    policy('Server', 's', { podSelector: {}, port: 8080, proxyProtocol: isGrpc ? 'gRPC' : 'HTTP/2' }),
    ...specs.map(routeObject),
    authorization(0, []),
    authorization(1, [{ kind: 'ServiceAccount', name: 'web' }]),
  ];
  return Cluster.fromObjects(sources(objects), { assumeAdmitted: true, ages: 'index', complete: true });
}

const TARGET = { namespace: 'shop', kind: 'pod', name: 'web', port: 8080 };
const CLIENTS: readonly (ProxyClient & { readonly ip: string })[] = [
  { tls: 'none', ip: '10.1.2.3' },
  { tls: 'mesh', ip: '10.1.2.3', identity: 'web.shop.serviceaccount.identity.linkerd.cluster.local' },
  { tls: 'mesh', ip: '10.1.2.3', identity: 'web.other.serviceaccount.identity.linkerd.cluster.local' },
];

const out = (fate: ClientFate | Verdict): string => (fate === 'not-found' ? 'deny' : fate);

describe('diff of two ports whose routes differ', () => {
  it.each(['none', 'plain'] as const)(
    'has every change of verdict that requests find, and each of its witnesses holds; patterns in them: %s',
    (patterns) => {
      const runs = patterns === 'none' ? numRuns : Math.ceil(numRuns / 4);
      let [differing, found] = [0, 0];
      const asked = fc.array(request, { minLength: 15, maxLength: 15 });
      fc.assert(
        fc.property(specSets(patterns), asked, ([before, after], requests) => {
          const [old, now] = [clusterOf(before), clusterOf(after)];
          const { opened, audited, closed } = diff(old, now);
          const changes = [...opened, ...audited, ...closed];
          if (changes.length > 0) differing += 1;
          for (const { before: was, after: is, certain, witness } of changes) {
            expect([certain, witness && verdictOf(old, witness), witness && verdictOf(now, witness)]).toEqual(
              [true, was, is],
            );
          }
          for (const one of requests) {
            const traffic = { kind: 'request', request: one } as const;
            for (const client of CLIENTS) {
              const [was, is] = [old, now].map((side) => out(decide(side, TARGET, client, traffic).verdict));
              if (was === is) continue;
              found += 1;
              const said = changes.some(
                (change) =>
                  out(change.before) === was && out(change.after) === is && change.clients.has(client),
              );
              expect([one, client, was, is, said]).toEqual([one, client, was, is, true]);
            }
          }
        }),
        { numRuns: runs },
      );
      expect(differing).toBeGreaterThan(leastOf(runs, runs / 3));
      expect(found).toBeGreaterThan(leastOf(runs, runs));
    },
  );
});
