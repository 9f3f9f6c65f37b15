import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Cluster } from '../../lib/cluster/cluster';
import { workloadKey } from '../../lib/cluster/workload';
import type { KubeObject } from '../../lib/kubernetes/object';
import { parseManifests } from '../../lib/manifests/parse';
import { canReach } from '../../lib/questions/can/can';
import { expectedCalls } from '../../lib/questions/rollout/expected-calls';
import { ModelCluster, type Typed } from '../helpers/model-cluster';
import { FIXTURES, ROOT } from '../helpers/paths';

/**
 * Types what docs/jail-what-you-already-run.md and the commands print, from an empty folder to the closed jail and back, into
 * a shell with a model of a cluster. FOLLOW_DUMP=FILE follows it on another dump, which takes minutes.
 */
const PAGE = readFileSync(join(ROOT, 'docs', 'jail-what-you-already-run.md'), 'utf8');

/** The lines of the page to type, up to or from one of its headings. */
function linesOfPage(from: string, to: string): string[] {
  const part = PAGE.slice(PAGE.indexOf(from), PAGE.indexOf(to));
  const blocks = part.matchAll(/```(sh|console) walk\n([^]*?)```/g);
  return [...blocks].flatMap(([, language, text = '']) =>
    text
      .trimEnd()
      .split('\n')
      .flatMap((line) => (language === 'sh' ? [line] : line.startsWith('$ ') ? [line.slice(2)] : [])),
  );
}

interface PrintedStep {
  readonly commands: string[];
  readonly back: string[];
}

/** The commands of a printed plan, step by step. */
function stepsIn(plan: string): readonly PrintedStep[] {
  const steps: PrintedStep[] = [];
  let into: string[] = [];
  for (const line of plan.split('\n')) {
    if (/^\d\. /.test(line)) {
      steps.push({ commands: [], back: [] });
      into = steps.at(-1)?.commands ?? [];
    }
    if (line.startsWith('   Go back')) into = steps.at(-1)?.back ?? [];
    const [, command] = /^ {5}((?:kubectl|npx|linkerd) .*)$/.exec(line) ?? [];
    if (command !== undefined) into.push(command);
  }
  return steps;
}

/** The verdict of every pair of workload and declared port, and of a client without an identity. */
function verdicts(cluster: Cluster): Record<string, string> {
  const all = cluster.workloads.filter(({ isMadeByInput }) => !isMadeByInput);
  const found = all.flatMap((target) =>
    target.pod.ports.flatMap(({ number: port }) =>
      [undefined, ...all].map((workload): [string, string] => {
        const client = workload === undefined ? ({ tls: 'none', ip: '203.0.113.9' } as const) : { workload };
        const { namespace, kind, name } = target;
        const { verdict } = canReach(cluster, { namespace, kind, name, port }, client);
        const who = workload === undefined ? 'stranger' : workloadKey(workload);
        return [`${who} -> ${workloadKey(target)}:${port}`, verdict];
      }),
    ),
  );
  return Object.fromEntries(found);
}

interface Followed {
  readonly typed: readonly Typed[];
  readonly audited: Cluster;
  readonly closed: Cluster;
  readonly before: Cluster;
  readonly after: Cluster;
  readonly calls: readonly string[][];
  readonly summary: string;
}

/** Everything that is to be typed for a dump of a cluster, in order. */
function follow(objects: readonly KubeObject[], init: readonly string[]): Followed {
  const model = new ModelCluster(objects);
  const typed: Typed[] = [];
  const type = (line: string): string => {
    const one = model.type(line);
    typed.push(one);
    return one.out;
  };
  try {
    const before = model.running();
    linesOfPage('## 1.', '## 2.').forEach(type);
    const [written = ''] = linesOfPage('## 2.', '## 3.').map((line) =>
      line.replace('emojivoto.yml', 'cluster.yaml'),
    );
    const next = type([written, ...init].join(' '))
      .split('\n')
      .flatMap((line) => /^ {2}((?:npx |\().*)$/.exec(line)?.[1] ?? []);
    const printed = next.map((line) => [line, type(line)] as const);
    const [, summary = ''] = printed.at(-1) ?? [];
    const plans = /^ {5}npx namespace-jail rollout /m.test(summary)
      ? summary
          .split('\n')
          .flatMap((line) => /^ {5}(npx namespace-jail rollout .*)$/.exec(line)?.[1] ?? [])
          .map(type)
      : [summary];
    const steps = plans.map(stepsIn);
    const [first, second, third, fourth, fifth] = [0, 1, 2, 3, 4].map((index) =>
      steps.map((plan) => plan[index]),
    );
    for (const [index] of steps.entries())
      for (const step of [first, second, third]) step?.[index]?.commands.forEach(type);
    const audited = model.running();
    type("sed -i '/mode:/d' jail/main.ts $(ls jail/jails/*.ts 2>/dev/null)");
    type('(cd jail && npm run synth)');
    for (const [index] of steps.entries())
      for (const step of [fourth, fifth]) step?.[index]?.commands.forEach(type);
    const closed = model.running();
    for (const [index] of [...steps.entries()].reverse())
      for (const step of [fourth, first, second]) step?.[index]?.back.forEach(type);
    return { typed, before, audited, closed, after: model.running(), calls: model.calls, summary };
  } finally {
    model.close();
  }
}

/** `check` and `break-in` answer with 1 while the jails only audit, which is their answer and no failure. */
function failures(typed: readonly Typed[]): string[] {
  const closing = typed.findIndex(({ line }) => line.startsWith('sed '));
  return typed.flatMap(({ line, status, err }, index) => {
    const isAnswer = status === 1 && index < closing && /namespace-jail (check|break-in) /.test(line);
    return status === 0 || isAnswer ? [] : [`${line}: ${status ?? 'killed'} ${err}`];
  });
}

/** Expected callers that do not get in. */
function kept(cluster: Cluster, expected: Cluster): string[] {
  return expectedCalls(expected).flatMap(({ kind, from, target, port, fateIn }) => {
    const verdict = fateIn(cluster)?.verdict ?? 'gone';
    return verdict === 'allow' ? [] : [`${kind}: ${from} -> ${workloadKey(target)}:${port} ${verdict}`];
  });
}

/** Pairs of different namespaces that are let in, but for the proxies' metrics, which are for everyone, and for Jobs, which have ended. */
function strangersIn(cluster: Cluster, jails: readonly string[]): string[] {
  return Object.entries(verdicts(cluster)).flatMap(([pair, verdict]) => {
    if (/:4191$|-> \S*\/job\//.test(pair)) return [];
    const [from = '', to = ''] = pair.split(' -> ').map((name) => name.split('/')[0]);
    return verdict === 'deny' || from === to || !jails.includes(to) ? [] : [`${pair} ${verdict}`];
  });
}

function objectsOf(file: string): KubeObject[] {
  return parseManifests(readFileSync(file, 'utf8'), file).objects.map(({ object }) => object);
}

jest.setTimeout(1_800_000);

describe('following the page on a small dump', () => {
  let followed: Followed;
  beforeAll(() => {
    followed = follow(objectsOf(join(FIXTURES, 'follow', 'cluster.yaml')), []);
  });

  it('every printed command succeeds', () => {
    expect(failures(followed.typed)).toEqual([]);
    expect(followed.typed.length).toBeGreaterThan(40);
  });

  it('in audit mode everybody gets in who gets in today', () => {
    const [today, audit] = [verdicts(followed.before), verdicts(followed.audited)];
    const lost = Object.keys(today).filter(
      (pair) => today[pair] === 'allow' && !/allow|audit/.test(audit[pair] ?? ''),
    );
    expect(lost).toEqual([]);
  });

  it('the closed jails admit whom the manifests name', () => {
    expect(kept(followed.closed, followed.before)).toEqual([]);
  });

  it('and nobody else', () => {
    expect(strangersIn(followed.closed, ['shop', 'billing', 'edge'])).toEqual([
      'edge/deployment/ingress-nginx-controller -> shop/deployment/web:8080 allow',
      'billing/deployment/invoices -> shop/deployment/orders:9000 allow',
    ]);
  });

  it('a stranger is let in, then audited, then denied, and let in again', () => {
    const { before, audited, closed, after } = followed;
    const fates = [before, audited, closed, after].map(
      (cluster) => verdicts(cluster)['stranger -> shop/deployment/web:8080'],
    );
    expect(fates).toEqual(['allow', 'audit', 'deny', 'allow']);
  });

  it('the finished Job is left alone', () => {
    expect(followed.calls.filter((words) => words.join(' ').includes('job/'))).toEqual([]);
  });

  it('going back restores the first verdict of every pair', () => {
    expect(verdicts(followed.after)).toEqual(verdicts(followed.before));
  });
});

describe('following the page on Emojivoto', () => {
  it('closes it and goes back', () => {
    const app = objectsOf(join(ROOT, 'examples', 'emojivoto', 'golden', 'emojivoto.k8s.yaml'))
      .filter(({ apiVersion }) => !apiVersion.startsWith('policy.linkerd.io'))
      .map((object) =>
        object.kind === 'Namespace' ? { ...object, metadata: { name: object.metadata.name } } : object,
      );
    const followed = follow(app, []);
    expect(failures(followed.typed)).toEqual([]);
    expect(kept(followed.closed, followed.before)).toEqual([]);
    expect(strangersIn(followed.closed, ['emojivoto'])).toEqual([]);
    expect(verdicts(followed.after)).toEqual(verdicts(followed.before));
  });
});

const { FOLLOW_DUMP } = process.env;
(FOLLOW_DUMP === undefined ? describe.skip : describe)(
  'following the page on the dump of FOLLOW_DUMP',
  () => {
    it('closes it and goes back', () => {
      const objects = objectsOf(FOLLOW_DUMP ?? '');
      const followed = follow(objects, ['--api-server-networks', '192.168.10.0/24']);
      expect(failures(followed.typed)).toEqual([]);
      expect(verdicts(followed.after)).toEqual(verdicts(followed.before));
      // Strangers at a LoadBalancer are a question that init leaves to people.
      expect(kept(followed.closed, followed.before).filter((line) => !line.startsWith('outside'))).toEqual(
        [],
      );
    });
  },
);
