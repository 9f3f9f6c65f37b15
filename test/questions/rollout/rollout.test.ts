import { ROLLOUT_FORMATS } from '../../../lib/report/rollout';
import { steps } from '../../../lib/report/rollout/steps';
import type { Sides } from '../../../lib/report/rollout/sides';
import { rollout, type Flow, type Rollout } from '../../../lib/questions/rollout/rollout';
import type { Cluster } from '../../../lib/cluster/cluster';
import { admittedCluster, clusterOf } from '../../helpers/manifests';
import { edited, type Edit, read } from '../emojivoto';
import { NOTHING_READ } from '../../helpers/coverage';

/** How a report is asked for. */
function settings(sides: Sides): Parameters<typeof ROLLOUT_FORMATS.text>[1] {
  const coverage = { after: NOTHING_READ };
  return {
    sides,
    color: false,
    coverage,
    domain: clusterOf('').config,
    inFull: false,
  };
}

/** The steps of the only plan. */
function stepsOf(found: Rollout, sides: Sides): ReturnType<typeof steps> {
  const [plan] = found.plans;
  if (plan === undefined) throw new Error('no plan');
  return steps(plan, found, settings(sides));
}

function configured({ jails }: Rollout): readonly Flow[] {
  return jails.flatMap(({ flows }) => flows).filter(({ kind }) => kind === 'configured');
}

const APP = read('emojivoto-app.yaml');
const TODAY = `${APP}---\napiVersion: v1\nkind: Namespace\nmetadata: { name: emojivoto, annotations: { linkerd.io/inject: enabled } }\n`;
const JAIL = read('emojivoto-jail.yaml');

function plan(old: string | undefined, now: string, edit: Edit = {}): Rollout {
  return rollout(old === undefined ? undefined : admittedCluster(old), admittedCluster(edited(now, edit)));
}

/** A namespace with one workload that calls itself by its Service. */
function appOf(namespace: string, policy = ''): string {
  return `
apiVersion: v1
kind: Namespace
metadata: { name: ${namespace}, annotations: { linkerd.io/inject: enabled${policy} } }
---
apiVersion: v1
kind: Service
metadata: { name: web, namespace: ${namespace} }
spec: { selector: { app: web }, ports: [{ port: 80, targetPort: 8080 }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: ${namespace} }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
        - { name: web, image: web, ports: [{ containerPort: 8080 }], env: [{ name: PEER, value: "http://web:80" }] }
---
`;
}

/** The same, closed, with a Server. */
function jailOf(namespace: string): string {
  return `${appOf(namespace, ', config.linkerd.io/default-inbound-policy: deny')}
apiVersion: policy.linkerd.io/v1beta3
kind: Server
metadata: { name: http, namespace: ${namespace} }
spec: { podSelector: {}, port: 8080 }
---
`;
}

function restarted(found: Rollout, which: 'auditRestarts' | 'enforceRestarts'): string[] {
  return found.jails.flatMap((jail) =>
    jail[which].map(
      ({ workload, how, before = '?', after = '?' }) => `${workload.name} ${how} ${before} -> ${after}`,
    ),
  );
}

describe('the plan from today to the jail', () => {
  it('takes what runs today together with the new policy, as kubectl apply does', () => {
    const found = plan(TODAY, JAIL);
    expect(restarted(found, 'auditRestarts')).toEqual([
      'emoji rollout all-unauthenticated -> audit',
      'voting rollout all-unauthenticated -> audit',
      'web rollout all-unauthenticated -> audit',
      'vote-bot rollout all-unauthenticated -> audit',
    ]);
    expect(restarted(found, 'enforceRestarts')).toHaveLength(4);
    expect(found.jails.map(({ jail }) => jail.namespace)).toEqual(['emojivoto']);
  });

  it('restarts nobody to watch where the default is audit already', () => {
    const annotation = 'config.linkerd.io/default-inbound-policy: audit';
    const audited = `${TODAY.trimEnd().slice(0, -'} }'.length)}, ${annotation} } }\n`;
    const found = plan(audited, JAIL);
    expect(restarted(found, 'auditRestarts')).toEqual([]);
    expect(restarted(found, 'enforceRestarts')).toHaveLength(4);
    expect(ROLLOUT_FORMATS.text(found, settings({ now: ['dist'] }))).toContain('no restart needed');
  });

  it('restarts only workloads that the annotation reaches', () => {
    const own = TODAY.replace(
      'metadata: { labels: { app: web-svc } }',
      'metadata: { labels: { app: web-svc }, annotations: { config.linkerd.io/default-inbound-policy: all-authenticated } }',
    );
    expect(restarted(plan(own, JAIL), 'auditRestarts').map((line) => line.split(' ')[0])).toEqual([
      'emoji',
      'voting',
      'vote-bot',
    ]);
  });

  it('does not restart what applying restarts, nor jobs that run anew', () => {
    const cron = `
apiVersion: batch/v1
kind: CronJob
metadata: { name: nightly, namespace: emojivoto }
spec:
  schedule: '0 3 * * *'
  jobTemplate: { spec: { template: { spec: { containers: [{ name: job, image: a }] } } } }
`;
    const now = edited(`${JAIL}---\n${APP}---\n${cron}`, {
      replace: [['image: example/emoji', 'image: example/emoji:2']],
    });
    expect(restarted(plan(`${TODAY}---\n${cron}`, now), 'auditRestarts')).toEqual([
      'emoji by-apply all-unauthenticated -> audit',
      'voting rollout all-unauthenticated -> audit',
      'web rollout all-unauthenticated -> audit',
      'vote-bot rollout all-unauthenticated -> audit',
      'nightly next-run all-unauthenticated -> audit',
    ]);
  });

  it('without old manifests it restarts every meshed workload, and says so', () => {
    const found = plan(undefined, `${JAIL}---\n${APP}`);
    expect(restarted(found, 'auditRestarts')).toHaveLength(4);
    expect(ROLLOUT_FORMATS.text(found, settings({ now: ['dist'] }))).toContain(
      'OLD was not given, so every meshed workload is restarted',
    );
  });

  it('audits by the Namespace and by each Server; in old versions there is no audit', () => {
    const fields = (text: string): string[] =>
      plan(TODAY, text).jails.flatMap(({ auditEdits }) =>
        auditEdits.map(({ source, field, to }) => `${source.object.metadata.name} ${field} ${to}`),
      );
    expect(fields(JAIL)).toMatchInlineSnapshot(`
      [
        "emojivoto metadata.annotations["config.linkerd.io/default-inbound-policy"] audit",
        "admin spec.accessPolicy audit",
        "grpc spec.accessPolicy audit",
        "http spec.accessPolicy audit",
      ]
    `);
    expect(fields(read('emojivoto-jail-2.11.yaml'))).toContain('grpc apiVersion policy.linkerd.io/v1beta3');
  });

  it('knows which calls of the manifests work today and will be refused', () => {
    const flows = configured(plan(TODAY, JAIL));
    expect(
      flows.map(({ from, target, port, today, audit, enforced }) =>
        [`${from.replace('/deployment/', '/')} -> ${target.name}:${port}`, today, audit, enforced].join(' '),
      ),
    ).toEqual([
      'emojivoto/web -> emoji:8080 allow allow allow',
      'emojivoto/web -> voting:8080 allow allow allow',
      'emojivoto/vote-bot -> web:8080 allow allow allow',
      'emojivoto-2/vote-bot -> web:8080 allow audit deny',
    ]);
  });

  it('goes back step by step: deletes what is new, Servers first, and restores the default', () => {
    const [audit] = stepsOf(plan(TODAY, JAIL), { old: ['today.yaml'], now: ['dist'] });
    expect(audit?.back.map(({ line }) => line)).toMatchInlineSnapshot(`
      [
        "kubectl -n emojivoto delete --ignore-not-found servers.policy.linkerd.io/admin servers.policy.linkerd.io/grpc servers.policy.linkerd.io/http authorizationpolicies.policy.linkerd.io/admin-everyone authorizationpolicies.policy.linkerd.io/grpc-ns-only authorizationpolicies.policy.linkerd.io/http-ns-only meshtlsauthentications.policy.linkerd.io/ns-only networkauthentications.policy.linkerd.io/everyone",
        "kubectl annotate --overwrite namespace emojivoto config.linkerd.io/default-inbound-policy-",
      ]
    `);
  });

  it('quotes for the shell', () => {
    const [audit] = stepsOf(plan(TODAY, JAIL), { old: ['to day.yaml'], now: ["it's dist"] });
    expect(audit?.commands.map(({ line }) => line)).toEqual([
      "kubectl diff -R -f 'it'\\''s dist' || [ $? = 1 ]",
      "kubectl apply -R -f 'it'\\''s dist'",
    ]);
  });

  it('goes on from manifests that say audit already, such as those that init writes', () => {
    const found = plan(TODAY, JAIL, {
      replace: [
        ['default-inbound-policy: deny', 'default-inbound-policy: audit'],
        ['accessPolicy: deny', 'accessPolicy: audit'],
      ],
    });
    expect(
      found.jails.map(({ auditEdits, enforceEdits }) => [auditEdits.length, enforceEdits.length]),
    ).toEqual([[0, 4]]);
    expect(restarted(found, 'enforceRestarts')).toHaveLength(4);
    const outside = configured(found).find(({ caller }) => caller?.namespace === 'emojivoto-2');
    expect([outside?.audit, outside?.enforced]).toEqual(['audit', 'deny']);
  });

  it('keeps the plans of several jails apart', () => {
    const found = rollout(
      admittedCluster(appOf('bank') + appOf('shop')),
      admittedCluster(jailOf('bank') + jailOf('shop')),
    );
    const told = found.jails.map(({ jail, auditEdits, flows }) => ({
      jail: jail.namespace,
      edits: auditEdits.map(({ source: { object }, field }) => {
        const { name, namespace = name } = object.metadata;
        return `${object.kind} of ${namespace}: ${field}`;
      }),
      calls: flows.flatMap(({ caller, target }) =>
        caller === undefined ? [] : [`${caller.namespace} -> ${target.namespace}`],
      ),
    }));
    const annotation = 'metadata.annotations["config.linkerd.io/default-inbound-policy"]';
    expect(told).toEqual(
      ['bank', 'shop'].map((namespace) => ({
        jail: namespace,
        edits: [`Namespace of ${namespace}: ${annotation}`, `Server of ${namespace}: spec.accessPolicy`],
        calls: [`${namespace} -> ${namespace}`],
      })),
    );
  });

  it('keeps objects without a namespace in the one that was given', () => {
    const at = { namespace: 'team' };
    const here = (text: string): string => text.replace(/, namespace: team/g, '');
    const [old, now] = [appOf('team'), jailOf('team')].map((text) => clusterOf(here(text), at));
    const [only, ...others] = rollout(old, now as Cluster).jails;
    expect(others).toEqual([]);
    expect(only?.jail.namespace).toBe('team');
    expect(only?.auditRestarts.map(({ workload, after }) => `${workload.namespace} ${after ?? ''}`)).toEqual([
      'team audit',
    ]);
    expect(new Set(only?.flows.map(({ target }) => target.namespace))).toEqual(new Set(['team']));
  });

  it('touches no jail that the new manifests do not', () => {
    const other = `${TODAY}---\napiVersion: v1\nkind: Namespace\nmetadata: { name: vault, annotations: { config.linkerd.io/default-inbound-policy: deny } }\n`;
    expect(plan(other, JAIL).jails.map(({ jail }) => jail.namespace)).toEqual(['emojivoto']);
  });

  it('is markdown with code that can be copied', () => {
    const text = ROLLOUT_FORMATS.markdown(
      plan(TODAY, JAIL),
      settings({ old: ['today.yaml'], now: ['dist'] }),
    );
    expect(text.match(/^## .*/gm)).toEqual([
      '## 1. Apply in audit mode',
      '## 2. Restart the pods to watch',
      '## 3. Watch who would be refused',
      '## 4. Enforce',
      '## 5. Verify',
    ]);
    expect(text.match(/^```/gm)?.length).toBe((text.match(/^```(sh|promql)$/gm)?.length ?? 0) * 2);
  });
});
