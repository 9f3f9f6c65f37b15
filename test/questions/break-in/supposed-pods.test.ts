import fc from 'fast-check';
import type { Cluster } from '../../../lib/cluster/cluster';
import { breakIn } from '../../../lib/questions/break-in/break-in';
import type { WayIn } from '../../../lib/questions/break-in/jail-surface';
import { breakInText } from '../../../lib/report/break-in/text';
import { clusterWith, objects } from '../../arbitrary/cluster';
import { lawRuns, leastOf } from '../../helpers/laws';
import { clusterOf, manifest, server } from '../../helpers/manifests';

const DENY = `apiVersion: v1
kind: Namespace
metadata: { name: shop, annotations: { config.linkerd.io/default-inbound-policy: deny } }
---
`;

/** Who gets into which ports of a jail without workloads, by what. */
function waysIn(text: string): string[] {
  const cluster = clusterOf(text);
  const said = breakInText(breakIn(cluster), { domain: cluster.config, input: [], color: false });
  return said
    .split('\n')
    .filter((line) => /^ {2}\d+\. |^ {5}(into|by|try) /.test(line))
    .map((line) => line.trim());
}

describe('a jail without workloads is judged for any pod that its policy would govern', () => {
  it('closed, nobody gets in', () => {
    expect(waysIn(DENY)).toEqual([]);
    expect(waysIn(DENY + server('http', '{ podSelector: {}, port: http }'))).toEqual([]);
  });

  it('a port of a Server, by its name or number, on a pod that the Server selects', () => {
    const open = (selector: string, port: string): string[] =>
      waysIn(
        DENY +
          server('http', `{ podSelector: ${selector}, port: ${port}, accessPolicy: all-unauthenticated }`),
      );
    expect(open('{}', 'http')).toEqual([
      '1. anyone outside shop',
      'into  pod/any of server/http: http',
      'by    server/http (manifests.yaml:6): its accessPolicy is all-unauthenticated',
    ]);
    expect(
      open(
        '{ matchLabels: { app: web }, matchExpressions: [{ key: tier, operator: In, values: [a, b] }, { key: old, operator: DoesNotExist }, { key: zone, operator: Exists }] }',
        '80',
      )[1],
    ).toBe('into  pod/any of server/http: 80');
    expect(open('{ matchExpressions: [{ key: app, operator: Exists, values: [] }] }', '80')).toEqual([]);
  });

  it('a port that an older Server would take from some of the pods that it selects, on one of the others', () => {
    const older = server(
      'older',
      '{ podSelector: { matchExpressions: [{ key: app, operator: In, values: [a] }] }, port: 80 }',
      "creationTimestamp: '2024-01-01T00:00:00Z'",
    );
    const newer = server(
      'newer',
      '{ podSelector: { matchExpressions: [{ key: app, operator: In, values: [a, b] }] }, port: 80, accessPolicy: all-unauthenticated }',
      "creationTimestamp: '2025-01-01T00:00:00Z'",
    );
    expect(waysIn(DENY + older + newer)[1]).toBe('into  pod/any of server/newer: 80');
  });

  it('all ports of a pod that only the default governs, if the namespace does not say deny', () => {
    const policy = manifest(
      'policy.linkerd.io/v1alpha1',
      'AuthorizationPolicy',
      'p',
      '{ targetRef: { kind: Namespace, name: shop }, requiredAuthenticationRefs: [{ kind: ServiceAccount, name: web }] }',
    );
    expect(waysIn(policy).slice(0, 2)).toEqual([
      '1. anyone outside shop',
      'into  pod/any other: 4191 (linkerd-admin) and any other port',
    ]);
  });

  it('each of many Servers, however many labels tell their pods apart', () => {
    const many = Array.from({ length: 60 }, (_, n) =>
      server(
        `s${n}`,
        `{ podSelector: { matchLabels: { app: a${n}, tier: t${n}, zone: z${n} } }, port: 80${n > 58 ? ', accessPolicy: all-unauthenticated' : ''} }`,
      ),
    );
    expect(waysIn(DENY + many.join(''))[1]).toBe('into  pod/any of server/s59: 80');
  });

  it("a machine's port", () => {
    const text = server(
      'vm',
      '{ externalWorkloadSelector: {}, port: 80, accessPolicy: all-unauthenticated }',
    );
    expect(waysIn(DENY + text)[1]).toBe('into  externalworkload/any of server/vm: 80');
  });
});

function ways(cluster: Cluster, namespace: string): WayIn[] {
  const all = breakIn(cluster, [namespace]).flatMap((surface) => surface.ways);
  // All that audit mode opens is one way in, if it is more than one.
  return all.flatMap((way) => way.parts ?? [way]);
}

/** What opens a jail, whatever its pods are: Servers and authorizations. */
function opened(cluster: Cluster, namespace: string): string[] {
  return [
    ...new Set(
      ways(cluster, namespace)
        .filter(
          ({ blame, verdict }) =>
            verdict !== 'depends' && ['authorization', 'access-policy'].includes(blame.kind),
        )
        .map(({ blame }) => blame.key),
    ),
  ];
}

it('whatever opens a jail by its policy opens it without its workloads too', () => {
  const WORKLOADS = ['Pod', 'Deployment', 'ExternalWorkload'];
  const numRuns = lawRuns(900);
  let met = 0;
  fc.assert(
    fc.property(objects, fc.constantFrom('shop', 'auth'), (all, namespace) => {
      const whole = clusterWith(all);
      const alone = clusterWith(all.filter(({ kind }) => !WORKLOADS.includes(kind)));
      if (!whole.namespaceNames().includes(namespace) || !alone.namespaceNames().includes(namespace)) return;
      // A Namespace that leads ports past the proxy is open already, whatever its pods say about that.
      if (ways(alone, namespace).some(({ blame }) => blame.kind === 'skipped')) return;
      const found = opened(whole, namespace);
      met += found.length;
      expect(opened(alone, namespace)).toEqual(expect.arrayContaining(found));
    }),
    { numRuns },
  );
  expect(met).toBeGreaterThan(leastOf(numRuns, 30));
});
