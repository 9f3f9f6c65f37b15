import fc from 'fast-check';
import { MAP_FORMATS, PAIRS_FORMATS } from '../../../lib/report/map';
import { cellText } from '../../../lib/report/map/sentences';
import { DEFAULT_CONFIG } from '../../../lib/linkerd/config';
import { focus, accessMap, matrix } from '../../../lib/questions/map/access-map';
import { pairs } from '../../../lib/questions/map/pairs';
import { decide } from '../../../lib/verdict/decide';
import { trafficClasses } from '../../../lib/verdict/access';
import { objects, clusterWith } from '../../arbitrary/cluster';
import { admittedCluster } from '../../helpers/manifests';
import { edited, JAILS } from '../emojivoto';
import { lawRuns, leastOf } from '../../helpers/laws';
import { NOTHING_READ } from '../../helpers/coverage';
import type { ReachLevel } from '../../../lib/questions/map/reach';

const numRuns = lawRuns(60);
const CLUSTER = admittedCluster(JAILS.AuthorizationPolicy);
const JAIL = accessMap(CLUSTER);
const PAIRS = { map: JAIL, pairs: pairs(CLUSTER, JAIL) };
const PLAIN = { domain: DEFAULT_CONFIG, color: false, coverage: NOTHING_READ };

describe('the map of the guide’s jail', () => {
  it('counts in a matrix what each class of clients reaches, and lists ports by who reaches them', () => {
    expect(MAP_FORMATS.text({ map: JAIL }, PLAIN)).toMatchInlineSnapshot(`
      "FROM / TO                     emojivoto  emojivoto-2
      namespace emojivoto           3/5        +
      namespace emojivoto-2         -          +
      any other namespace (meshed)  -          +
      unmeshed in the cluster       -          +
      outside the cluster           -          +

      Cells count the application ports reached; "+" means undeclared ports too, "audit" that only audit mode lets the client in.

      emojivoto
        deployment/emoji, deployment/voting, deployment/web and deployment/vote-bot: 4191 (linkerd-admin)
          allow   everyone
        deployment/emoji and deployment/voting: 8080 (grpc); deployment/web: 8080 (http)
          allow   namespace emojivoto
        deployment/emoji and deployment/voting: 8801 (prom) and any other port; deployment/web and deployment/vote-bot: any other port
          nobody from outside the pod

      emojivoto-2
        deployment/vote-bot: 4191 (linkerd-admin) and any other port
          allow   everyone
      judged 0 workloads of 0 namespaces; not judged: 0
      "
    `);
  });

  it('always has rows for clients that are in no manifest', () => {
    const labels = JAIL.classes.map(({ kind }) => kind);
    expect(labels.slice(-3)).toEqual(['other-namespaces', 'unmeshed', 'outside']);
  });

  it('tells ServiceAccounts of a namespace apart only where they fare differently', () => {
    const only = admittedCluster(
      edited(JAILS.AuthorizationPolicy, {
        replace: [
          [
            'identityRefs: [{ kind: Namespace, name: emojivoto }]',
            'identityRefs: [{ kind: ServiceAccount, name: web }]',
          ],
        ],
      }),
    );
    expect(accessMap(only).classes.map(({ label }) => label)).toEqual([
      'emojivoto/default, emojivoto/emoji, emojivoto/voting, other ServiceAccounts of emojivoto',
      'emojivoto/web',
      'namespace emojivoto-2',
      'any other namespace (meshed)',
      'unmeshed in the cluster',
      'outside the cluster',
    ]);
  });

  it('focuses on one workload: its callers and its callees', () => {
    const found = focus(JAIL, { namespace: 'emojivoto', kind: 'deployment', name: 'web' });
    if (found === undefined) throw new Error('web is not on the map');
    expect(MAP_FORMATS.text({ map: JAIL, focus: found }, PLAIN)).toMatchInlineSnapshot(`
      "Who reaches emojivoto/deployment/web
        deployment/web: 4191 (linkerd-admin)
          allow   everyone
        deployment/web: 8080 (http)
          allow   namespace emojivoto
        deployment/web: any other port
          nobody from outside the pod

      What emojivoto/deployment/web reaches
        allow   emojivoto: deployment/emoji and deployment/voting: 4191 (linkerd-admin) and 8080 (grpc); deployment/vote-bot: 4191 (linkerd-admin)
        allow   emojivoto-2: deployment/vote-bot: 4191 (linkerd-admin) and any other port
      judged 0 workloads of 0 namespaces; not judged: 0
      "
    `);
    expect(focus(JAIL, { namespace: 'emojivoto', kind: 'deployment', name: 'nobody' })).toBeUndefined();
  });

  it('says what audit lets in', () => {
    const audit = accessMap(
      admittedCluster(
        edited(JAILS.AuthorizationPolicy, { replace: [['accessPolicy: deny', 'accessPolicy: audit']] }),
      ),
    );
    const outside = audit.classes.findIndex(({ kind }) => kind === 'outside');
    expect(matrix(audit)[outside]?.map(cellText)).toEqual(['3/5 audit', '+']);
  });

  it('is a graph in mermaid and dot, and rows in CSV', () => {
    expect(MAP_FORMATS.mermaid({ map: JAIL }, PLAIN)).toContain('c1 --> p0');
    expect(MAP_FORMATS.dot({ map: JAIL }, PLAIN)).toMatch(/^digraph access \{[\s\S]*\n\}\n\/\/ judged .*\n$/);
    const csv = MAP_FORMATS.csv({ map: JAIL }, PLAIN).trimEnd().split('\r\n');
    expect(csv[0]).toBe('from,to_namespace,ports,verdict');
    expect(csv).toHaveLength(1 + JAIL.classes.length * JAIL.groups.length);
  });

  it('adds the pairs to the JSON report of the map', () => {
    const read = (text: string): object => JSON.parse(text) as object;
    const whole = read(PAIRS_FORMATS.json(PAIRS, PLAIN)) as { pairs?: readonly object[] };
    expect(whole.pairs).toHaveLength(PAIRS.pairs.length);
    expect(whole.pairs?.[0]).toMatchObject({ from: expect.any(String), verdict: expect.any(String) });
    const { pairs: _, ...rest } = whole;
    expect(rest).toEqual(read(MAP_FORMATS.json({ map: JAIL }, PLAIN)));
  });

  it('lists pairs only for who asks', () => {
    expect(PAIRS_FORMATS.text(PAIRS, PLAIN).split('\n')).toContain(
      'emojivoto-2/deployment/vote-bot  emojivoto/deployment/web         8080 (http)           deny',
    );
  });
});

it('a pair that is allowed is allowed by decide(), for all traffic; one that is denied never is', () => {
  const levels = new Map<ReachLevel, number>();
  fc.assert(
    fc.property(objects, (all) => {
      const cluster = clusterWith(all);
      for (const { from, to, reach } of pairs(cluster, accessMap(cluster))) {
        levels.set(reach, (levels.get(reach) ?? 0) + 1);
        const { namespace, kind, name } = to.workload;
        const target = { namespace, kind, name, port: to.ports.port };
        const verdicts = trafficClasses(cluster, to.workload, target.port)
          .filter(({ hasSample, name: route }) => hasSample && route !== 'default/probe')
          .flatMap(({ traffic }) =>
            // A machine has the address of its ExternalWorkload.
            (from.kind === 'externalworkload' ? [undefined] : ADDRESSES).map((ip) => {
              const client = { workload: from, ...(ip === undefined ? {} : { ip }) };
              return decide(cluster, target, client, traffic).verdict;
            }),
          );
        const isIn = verdicts.map((verdict) => verdict === 'allow' || verdict === 'audit');
        if (reach === 'deny') expect(isIn).not.toContain(true);
        else if (reach === 'allow' || reach === 'audit')
          expect(['allow', reach]).toEqual(expect.arrayContaining(verdicts));
      }
    }),
    { numRuns },
  );
  for (const level of ['allow', 'depends', 'deny'] as const)
    expect(levels.get(level) ?? 0).toBeGreaterThan(leastOf(numRuns, 0));
});

/** In the cluster's networks. */
const ADDRESSES = ['10.1.2.3', '10.200.0.1', '172.16.0.9', 'fd00::7'];
