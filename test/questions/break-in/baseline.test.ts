import fc from 'fast-check';
import type { InputError } from '../../../lib/basics/problem';
import type { Cluster } from '../../../lib/cluster/cluster';
import { breakIn } from '../../../lib/questions/break-in/break-in';
import { inForce, NO_BASELINE, parseBaseline, type Baseline } from '../../../lib/questions/break-in/baseline';
import { newEntries } from '../../../lib/questions/break-in/new-entries';
import { staleEntries, waysIn } from '../../../lib/questions/break-in/outcome';
import { baselineFile } from '../../../lib/report/break-in/baseline-file';
import { ClientSet } from '../../../lib/sets/client-set';
import { clientPhrases } from '../../../lib/sets/client-words';
import { inPlainWords } from '../../../lib/sets/plain-words';
import { portWords } from '../../../lib/report/wording/port-words';
import { clusterWith, objects } from '../../arbitrary/cluster';
import { commandLawRuns, leastOf } from '../../helpers/laws';
import { admittedCluster } from '../../helpers/manifests';
import { JAILED_NAMESPACE } from '../../helpers/shop';

/** The baseline that accepts everything that is open now, by way of its file. */
function written(cluster: Cluster): Baseline {
  const openings = newEntries(cluster, breakIn(cluster));
  const file = baselineFile(NO_BASELINE, { openings, unjudged: [] }, 'as found');
  return parseBaseline(file, 'baseline.yaml');
}

/** Whom the ways in let in, and where. */
function left(cluster: Cluster, baseline: Baseline): string[] {
  return waysIn(breakIn(cluster, [], baseline)).map(
    ({ clients, ports }) =>
      `${clientPhrases(clients, inPlainWords(cluster.config)).join(' and ')} into ${portWords(ports)}`,
  );
}

const JAIL = `
${JAILED_NAMESPACE}
---
apiVersion: apps/v1
kind: Deployment
metadata: { namespace: shop, name: web }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: app, image: app, ports: [{ name: http, containerPort: 8080 }, { name: extra, containerPort: 9090 }] }] }
---
apiVersion: policy.linkerd.io/v1beta3
kind: Server
metadata: { namespace: shop, name: http }
spec: { podSelector: {}, port: http, proxyProtocol: HTTP/1 }
---
apiVersion: policy.linkerd.io/v1beta3
kind: Server
metadata: { namespace: shop, name: extra }
spec: { podSelector: {}, port: extra, proxyProtocol: HTTP/1 }
---
apiVersion: policy.linkerd.io/v1beta3
kind: HTTPRoute
metadata: { namespace: shop, name: api }
spec:
  parentRefs: [{ group: policy.linkerd.io, kind: Server, name: http }]
  rules: [{ matches: [{ path: { value: /api } }] }, { matches: [{ path: { value: /web } }] }]
---
`;
const policy = (target: string, refs: string): string => `
apiVersion: policy.linkerd.io/v1alpha1
kind: AuthorizationPolicy
metadata: { namespace: shop, name: partner }
spec:
  targetRef: ${target}
  requiredAuthenticationRefs: ${refs}
---
`;
const HTTP = '{ group: policy.linkerd.io, kind: Server, name: http }';
const EXTRA = '{ group: policy.linkerd.io, kind: Server, name: extra }';
const ROUTE = '{ group: policy.linkerd.io, kind: HTTPRoute, name: api }';
const ALL_SERVERS = '{ kind: Namespace, name: shop }';
const INVOICES = '[{ kind: ServiceAccount, name: invoices, namespace: billing }]';
const PARTNERS = '[{ group: policy.linkerd.io, kind: MeshTLSAuthentication, name: partners }]';
const partners = (...accounts: string[]): string => `
apiVersion: policy.linkerd.io/v1alpha1
kind: MeshTLSAuthentication
metadata: { namespace: shop, name: partners }
spec: { identityRefs: [${accounts.map((name) => `{ kind: ServiceAccount, name: ${name}, namespace: billing }`).join(', ')}] }
---
`;

describe('an entry accepts nothing wider than it lists', () => {
  const before = admittedCluster(JAIL + policy(ROUTE, INVOICES));
  const baseline = written(before);

  it('and all that it lists', () => {
    expect(baseline.openings).toHaveLength(1);
    expect(left(before, baseline)).toEqual([]);
  });

  it.each([
    [
      'another client',
      policy(ROUTE, PARTNERS) + partners('invoices', 'refunds'),
      ['ServiceAccount refunds in billing into deployment/web: 8080 (http)'],
    ],
    [
      'everyone',
      policy(ROUTE, '[]'),
      [
        'anyone but ServiceAccount invoices in billing and every ServiceAccount in namespace shop into deployment/web: 8080 (http)',
      ],
    ],
    [
      'another port',
      policy(EXTRA, INVOICES),
      ['ServiceAccount invoices in billing into deployment/web: 9090 (extra)'],
    ],
    [
      'all ports of the namespace',
      policy(ALL_SERVERS, INVOICES),
      ['ServiceAccount invoices in billing into deployment/web: 9090 (extra)'],
    ],
    [
      'another workload',
      policy(ROUTE, INVOICES) +
        'apiVersion: v1\nkind: Pod\nmetadata: { namespace: shop, name: db }\nspec: { containers: [{ name: app, image: app, ports: [{ name: http, containerPort: 5432 }] }] }\n',
      ['ServiceAccount invoices in billing into pod/db: 5432 (http)'],
    ],
  ])('%s is a way in', (_, more, expected) => {
    expect(left(admittedCluster(JAIL + more), baseline)).toEqual(expected);
  });

  it('the same clients by another object are a way in', () => {
    const other = policy(ROUTE, INVOICES).replace('name: partner', 'name: other');
    expect(left(admittedCluster(JAIL + other), baseline)).toEqual([
      'ServiceAccount invoices in billing into deployment/web: 8080 (http)',
    ]);
  });

  it('an entry for one route accepts no other traffic of the port', () => {
    const two =
      JAIL.replace(', { matches: [{ path: { value: /web } }] }', '') +
      `
apiVersion: policy.linkerd.io/v1beta3
kind: HTTPRoute
metadata: { namespace: shop, name: rest }
spec:
  parentRefs: [{ group: policy.linkerd.io, kind: Server, name: http }]
---
`;
    const onRoute = written(admittedCluster(two + policy(ROUTE, INVOICES)));
    expect(onRoute.openings[0]?.ports).toMatchObject([{ traffic: 'httproute/api' }]);
    expect(left(admittedCluster(two + policy(HTTP, INVOICES)), onRoute)).toEqual([
      'ServiceAccount invoices in billing into deployment/web: 8080 (http) (only requests on httproute/rest)',
    ]);
  });
});

describe('entries that no longer count', () => {
  const baseline = parseBaseline(
    `
- { verb: break-in, object: authorizationpolicy/shop/partner, clients: everyone, ports: ['deployment/web:8080'], reason: a, until: 2026-06-30 }
- { not-judged: rollout/shop/web, reason: b, until: 2026-07-01 }
- { verb: break-in, object: server/shop/http, clients: everyone, ports: ['deployment/web:8080'], reason: c }
`,
    'baseline.yaml',
  );
  const names = ({ openings, unjudged }: Baseline): string[] => [
    ...openings.map(({ object }) => object),
    ...unjudged.map(({ notJudged }) => notJudged),
  ];

  it.each([
    ['2026-06-30', ['authorizationpolicy/shop/partner', 'server/shop/http', 'rollout/shop/web']],
    ['2026-07-01', ['server/shop/http', 'rollout/shop/web']],
    ['2026-07-02', ['server/shop/http']],
  ])('on %s', (today, expected) => expect(names(inForce(baseline, today))).toEqual(expected));

  it('an expired one counts as absent', () => {
    const cluster = admittedCluster(JAIL + policy(HTTP, INVOICES));
    expect(left(cluster, inForce(baseline, '2026-06-30'))).toEqual([]);
    expect(left(cluster, inForce(baseline, '2026-07-01'))).toHaveLength(1);
  });

  const cluster = admittedCluster(JAIL + policy(HTTP, INVOICES));
  const stale = (unjudged: string[], asked: string[] = []): string[] =>
    staleEntries(baseline, breakIn(cluster, [], baseline), unjudged, asked).map((entry) =>
      'object' in entry ? entry.object : entry.notJudged,
    );

  it('one that accepts nothing is stale', () => {
    expect(stale(['rollout/shop/web'])).toEqual(['server/shop/http']);
    expect(stale([])).toEqual(['server/shop/http', 'rollout/shop/web']);
  });

  it('but not where its namespace was not asked for', () => expect(stale([], ['pay'])).toEqual([]));
});

it('says all that is wrong with a file, with its places', () => {
  const text = `
- { verb: diff, object: web, clients: everybody, ports: [], until: soon }
- { verb: break-in, object: server/shop/*, clients: everyone, ports: [8080, 'deployment/web:x', 'deployment/web:80-70', deployment/web], reason: x, until: 2026-02-30 }
- { verb: break-in, object: server/shop/http, client: everyone, ports: ['deployment/web:80'], reason: x }
- { not-judged: rollout/shop/web, clients: everyone, reason: 3 }
- break-in
`;
  const problems = (): string => {
    try {
      parseBaseline(text, 'b.yaml');
      return 'nothing';
    } catch (error) {
      return (error as InputError).message;
    }
  };
  expect(problems()).toMatchInlineSnapshot(`
    "b.yaml:2:3: the entry gives no reason; say why it is accepted
    b.yaml:2:61: until must be a date, not "soon"; write it as 2027-01-31
    b.yaml:2:5: verb must be break-in, not "diff"; write a list of { verb: break-in, object: KIND/NAMESPACE/NAME, clients: TERMS, ports: [KIND/NAME:PORTS], reason: TEXT, until: DATE }, or of { not-judged: KIND/NAMESPACE/NAME, reason: TEXT, until: DATE }
    b.yaml:2:30: clients cannot be read: "everybody" is not a client; allowed, separated by commas: everyone, any-meshed, namespace NAME, serviceaccount NAMESPACE/NAME, identity PATTERN; each may be followed by from CIDR [except CIDR ...]
    b.yaml:2:17: object must name one object, not "web"; write KIND/NAMESPACE/NAME, or KIND/NAME for a Namespace
    b.yaml:2:50: ports must be a list of ports of workloads; write KIND/NAME:PORTS, such as deployment/web:8080,9000-9100, and a route after a blank
    b.yaml:3:149: until must be a date, not "2026-02-30"; write it as 2027-01-31
    b.yaml:3:21: object must name one object, not "server/shop/*"; write KIND/NAMESPACE/NAME, or KIND/NAME for a Namespace
    b.yaml:3:71: 8080 does not name ports of a workload; write KIND/NAME:PORTS, such as deployment/web:8080,9000-9100, and a route after a blank
    b.yaml:3:77: "deployment/web:x" does not name ports of a workload; write KIND/NAME:PORTS, such as deployment/web:8080,9000-9100, and a route after a blank
    b.yaml:3:97: "deployment/web:80-70" does not name ports of a workload: "80-70" is neither a port number nor an ascending range; write KIND/NAME:PORTS, such as deployment/web:8080,9000-9100, and a route after a blank
    b.yaml:3:121: "deployment/web" does not name ports of a workload; write KIND/NAME:PORTS, such as deployment/web:8080,9000-9100, and a route after a blank
    b.yaml:4:47: an entry of a baseline has no field "client"; its fields are verb, object, clients, ports, not-judged, reason and until; did you mean "clients"?
    b.yaml:5:54: reason must be a string, not 3; write a list of { verb: break-in, object: KIND/NAMESPACE/NAME, clients: TERMS, ports: [KIND/NAME:PORTS], reason: TEXT, until: DATE }, or of { not-judged: KIND/NAMESPACE/NAME, reason: TEXT, until: DATE }
    b.yaml:5:54: the entry gives no reason; say why it is accepted
    b.yaml:5:35: an entry with not-judged has no clients; write a list of { verb: break-in, object: KIND/NAMESPACE/NAME, clients: TERMS, ports: [KIND/NAME:PORTS], reason: TEXT, until: DATE }, or of { not-judged: KIND/NAMESPACE/NAME, reason: TEXT, until: DATE }
    b.yaml:6:3: an entry of a baseline must be a mapping, but this is "break-in"; write a list of { verb: break-in, object: KIND/NAMESPACE/NAME, clients: TERMS, ports: [KIND/NAME:PORTS], reason: TEXT, until: DATE }, or of { not-judged: KIND/NAMESPACE/NAME, reason: TEXT, until: DATE }"
  `);
});

describe('on random clusters,', () => {
  it('what is written accepts every way in, and what it accepts is what was open', () => {
    const runs = commandLawRuns(60);
    let count = 0;
    fc.assert(
      fc.property(objects, (all) => {
        const cluster = clusterWith(all);
        const before = breakIn(cluster);
        fc.pre(before.every(({ byPolicyAlone }) => !byPolicyAlone));
        const baseline = written(cluster);
        const after = breakIn(cluster, [], baseline);
        expect(left(cluster, baseline)).toEqual([]);
        expect(staleEntries(baseline, after, [], [])).toEqual([]);
        const open = waysIn(before).reduce((sum, { clients }) => sum.or(clients), ClientSet.NONE);
        const accepted = after
          .flatMap((surface) => surface.accepted)
          .reduce((sum, { clients }) => sum.or(clients), ClientSet.NONE);
        expect(accepted.key).toBe(open.key);
        count += baseline.openings.length;
      }),
      { numRuns: runs },
    );
    expect(count).toBeGreaterThan(leastOf(runs, runs));
  });

  it('the baseline of one cluster hides no client of another that it does not list', () => {
    const runs = commandLawRuns(60);
    let count = 0;
    fc.assert(
      fc.property(objects, objects, (one, other) => {
        const [old, now] = [clusterWith(one), clusterWith([...one, ...other])];
        const baseline = written(old);
        const without = breakIn(now);
        const surfaces = breakIn(now, [], baseline);
        const all = (ways: ReturnType<typeof waysIn>): ClientSet =>
          ways.reduce((sum, { clients }) => sum.or(clients), ClientSet.NONE);
        const accepted = surfaces
          .flatMap((surface) => surface.accepted)
          .reduce((sum, { clients }) => sum.or(clients), ClientSet.NONE);
        // Nobody is lost between the two lists.
        expect(all(waysIn(surfaces)).or(accepted).key).toBe(all(waysIn(without)).key);
        for (const { entry, ports } of surfaces.flatMap((surface) => surface.accepted))
          for (const { workload, ports: own } of ports) {
            const listed = entry.ports.filter(
              (part) => part.workload === `${workload.kind}/${workload.name}`,
            );
            for (const [first, last] of own.ranges)
              for (const port of [first, last])
                expect(listed.some((part) => part.ports.has(port))).toBe(true);
            count += 1;
          }
      }),
      { numRuns: runs },
    );
    expect(count).toBeGreaterThan(leastOf(runs, 10));
  });
});
