import fc from 'fast-check';
import type { KubeObject } from '../../../lib/kubernetes/object';
import { causeWords, changeSentence, diffSummary } from '../../../lib/report/diff/sentences';
import {
  diff,
  isEmpty,
  type AccessChange,
  type ComparedPort,
  type Diff,
} from '../../../lib/questions/diff/diff';
import { trafficName } from '../../../lib/verdict/traffic-ref';
import { verdictOf } from '../witness';
import { objects, clusterWith, unique } from '../../arbitrary/cluster';
import { admittedCluster } from '../../helpers/manifests';
import { edited, JAILS, type Edit } from '../emojivoto';
import { lawRuns } from '../../helpers/laws';

const numRuns = lawRuns(150);

/** Two states of one cluster: much is the same, some objects have come or gone. */
const states = fc
  .tuple(objects, objects)
  .chain(([first, second]) => fc.tuple(fc.constant(first), fc.subarray(first), fc.subarray(second)))
  .map(([before, kept, more]): [KubeObject[], KubeObject[]] => [before, unique([...kept, ...more])]);

function portKeys(ports: readonly ComparedPort[]): string[] {
  return ports
    .map(({ workload, ports: own, traffic }) =>
      JSON.stringify([workload, own.ranges, traffic.map(trafficName).sort()]),
    )
    .sort();
}

/** What a change says, on whichever side it is called old. */
function plain(change: AccessChange, mirrored: boolean): string {
  const { before, after, clients, ports, causes, witness } = change;
  const [from, to] = mirrored ? [after, before] : [before, after];
  const { before: was, after: is } = witness?.verdicts ?? {};
  const tried = witness && { ...witness, verdicts: mirrored ? [is, was] : [was, is] };
  return JSON.stringify([from, to, clients.key, portKeys(ports), causes.map(({ key }) => key), tried]);
}

function sentences({ opened, audited, closed, deciders, workloads }: Diff, mirrored = false): string[] {
  const changes = [...opened, ...audited, ...closed].map((change) => plain(change, mirrored));
  const names = deciders.map(({ before, after, ports }) =>
    JSON.stringify([...(mirrored ? [after, before] : [before, after]), portKeys(ports)]),
  );
  const mirror: Record<string, string> = { appears: 'vanishes', vanishes: 'appears' };
  const places = workloads.map(({ workload, change }) =>
    JSON.stringify([workload, mirrored ? (mirror[change] ?? change) : change]),
  );
  return [...changes, ...names, ...places].sort();
}

describe('laws of diff, in every cluster', () => {
  it('nothing differs from itself', () => {
    fc.assert(
      fc.property(objects, (all) => {
        const found = diff(clusterWith(all), clusterWith(all));
        expect([isEmpty(found), diffSummary(found)]).toEqual([true, 'nothing differs in who gets in']);
      }),
      { numRuns },
    );
  });

  it('from new to old it says the reverse', () => {
    fc.assert(
      fc.property(states, ([before, after]) => {
        const there = diff(clusterWith(before), clusterWith(after));
        const back = diff(clusterWith(after), clusterWith(before));
        expect(sentences(back, true)).toEqual(sentences(there));
        expect([back.opened.length, back.closed.length]).toEqual([there.closed.length, there.opened.length]);
      }),
      { numRuns },
    );
  });

  it('every witness has the verdicts of its sentence, on both sides', () => {
    let witnesses = 0;
    fc.assert(
      fc.property(states, ([before, after]) => {
        const [old, now] = [clusterWith(before), clusterWith(after)];
        const { opened, audited, closed } = diff(old, now);
        for (const change of [...opened, ...audited, ...closed]) {
          const { witness, clients } = change;
          if (witness === undefined) continue;
          witnesses += 1;
          expect(clients.has(witness.client)).toBe(true);
          const { presence } = change;
          expect([
            presence === 'new' ? 'deny' : verdictOf(old, witness),
            presence === 'old' ? 'deny' : verdictOf(now, witness),
          ]).toEqual([change.before, change.after]);
        }
      }),
      { numRuns },
    );
    expect(witnesses).toBeGreaterThan(numRuns);
  });
});

const DENY = 'config.linkerd.io/default-inbound-policy: deny';
const MTA = 'identityRefs: [{ kind: Namespace, name: emojivoto }]';

/** The sentences of a change to the guide's jail. */
function told(edit: Edit): {
  opened: string[];
  audited: string[];
  closed: string[];
  causes: string[];
  summary: string;
} {
  // The jail has all that it refers to.
  const before = admittedCluster(JAILS.AuthorizationPolicy, { complete: true });
  const after = admittedCluster(edited(JAILS.AuthorizationPolicy, edit), { complete: true });
  const found = diff(before, after);
  const say = (changes: readonly AccessChange[]): string[] =>
    changes.map((change) => changeSentence(change, after.config));
  const all = [...found.opened, ...found.audited, ...found.closed, ...found.deciders];
  return {
    opened: say(found.opened),
    audited: say(found.audited),
    closed: say(found.closed),
    causes: [...new Set(all.flatMap(({ causes }) => causes.map(causeWords)))],
    summary: diffSummary(found),
  };
}

describe('what changed in the guide’s jail, in sentences', () => {
  it('an identity list that became *', () => {
    expect(told({ replace: [[MTA, "identities: ['*']"]] })).toMatchInlineSnapshot(`
      {
        "audited": [],
        "causes": [
          "meshtlsauthentication/ns-only changed in spec.identityRefs and spec.identities (manifests.yaml:66)",
        ],
        "closed": [],
        "opened": [
          "opened to any mesh identity (except SPIFFE ids) but every ServiceAccount in namespace emojivoto: emojivoto/deployment/emoji and emojivoto/deployment/voting 8080 (grpc); emojivoto/deployment/web 8080 (http) (was denied, now allowed)",
        ],
        "summary": "1 opened",
      }
    `);
  });

  it('from deny to audit', () => {
    expect(told({ replace: [[DENY, DENY.replace('deny', 'audit')]] })).toMatchInlineSnapshot(`
      {
        "audited": [],
        "causes": [
          "namespace/emojivoto changed in metadata.annotations["config.linkerd.io/default-inbound-policy"] (manifests.yaml:2)",
        ],
        "closed": [],
        "opened": [
          "opened to anyone: emojivoto/deployment/emoji and emojivoto/deployment/voting 8801 (prom) and any other port; emojivoto/deployment/vote-bot and emojivoto/deployment/web any other port (was denied, now let in by audit)",
        ],
        "summary": "1 opened",
      }
    `);
  });

  it('a Server gone: closed to its own, because the default is deny', () => {
    expect(
      told({
        replace: [
          [
            'metadata: { name: http, namespace: emojivoto }',
            'metadata: { name: http, namespace: emojivoto-2 }',
          ],
        ],
      }),
    ).toMatchInlineSnapshot(`
      {
        "audited": [],
        "causes": [
          "server/http was removed (manifests.yaml:50)",
        ],
        "closed": [
          "closed to every ServiceAccount in namespace emojivoto: emojivoto/deployment/web 8080 (http) (was allowed, now denied)",
        ],
        "opened": [],
        "summary": "1 closed, 1 decided by something else",
      }
    `);
  });

  it('an authorization under another name changes only who decides', () => {
    expect(told({ replace: [['name: http-ns-only', 'name: http-own']] })).toMatchInlineSnapshot(`
      {
        "audited": [],
        "causes": [
          "authorizationpolicy/http-ns-only was removed (manifests.yaml:59)",
          "authorizationpolicy/http-own was added (manifests.yaml:59)",
        ],
        "closed": [],
        "opened": [],
        "summary": "2 decided by something else",
      }
    `);
  });

  it('a workload more', () => {
    const add =
      'apiVersion: v1\nkind: Pod\nmetadata: { name: sh, namespace: emojivoto, annotations: { linkerd.io/inject: disabled } }\nspec: { containers: [{ name: sh, image: a }] }';
    expect(told({ add })).toMatchInlineSnapshot(`
      {
        "audited": [],
        "causes": [
          "pod/sh was added (manifests.yaml:177)",
        ],
        "closed": [],
        "opened": [
          "opened to anyone: emojivoto/pod/sh any other port (allowed: the workload is new)",
        ],
        "summary": "1 opened, 1 workload changed",
      }
    `);
  });

  it('a new image changes nothing', () => {
    expect(told({ replace: [['image: example/web', 'image: example/web:2']] }).summary).toBe(
      'nothing differs in who gets in',
    );
  });
});
