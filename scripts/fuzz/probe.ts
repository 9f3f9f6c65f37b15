import { join } from 'node:path';
import { call, fault } from './calls';
import { messageLeak } from './leaks';
import { Cluster, CONNECTION, InputError, type Asked } from '../../lib/analysis';
import { Cluster as Model } from '../../lib/cluster/cluster';
import { decodeText } from '../../lib/input/decode-text';
import { placeOf } from '../../lib/manifests/positions';
import { parseManifests, type ParsedManifests } from '../../lib/manifests/parse';
import { findings } from '../../lib/findings/run-rules';
import { formatProblem } from '../../lib/basics/problem';

const CLIENTS = [
  'unmeshed',
  'unauthenticated-tls',
  '10.1.2.3',
  '2001:db8::1',
  'web.shop.serviceaccount.identity.linkerd.cluster.local',
  'shop/serviceaccount/default',
];
const ASKED: readonly (Asked | undefined)[] = [
  undefined,
  CONNECTION,
  { path: '/live' },
  { path: '/api/v1?q=1', method: 'GET', headers: { host: 'a.example.org', 'x-a': 'b' } },
];
const VERDICTS: ReadonlySet<string> = new Set(['allow', 'audit', 'deny', 'not-found', 'depends', 'partly']);
const ALWAYS = [80, 4191, 65000];
const MOST_WORKLOADS = 6;
const MOST_PORTS = 5;

/** How an input ended; both are fine. */
export type Outcome = 'answered' | 'refused';

/**
 * Does everything with an input that the command would do: every verb, and besides every question about every port. Throws
 * anything other than an `InputError`, and an error if an answer contradicts itself or a verb ends in a way that it must not.
 */
export async function probe(bytes: Buffer): Promise<Outcome> {
  const outcome = probeCore(bytes);
  for (const argv of verbCalls(outcome === 'refused')) {
    const made = await call(argv, { cwd: SEEDS, stdin: bytes });
    const wrong = fault(made) ?? messageLeak(made.out) ?? messageLeak(made.err);
    if (wrong !== undefined) throw new Error(wrong);
  }
  return outcome;
}

const SEEDS = join(__dirname, '..', '..', 'test', 'fuzz', 'seeds');
const TARGET = 'shop/deployment/web:80';

/** Each verb once, as text; what cannot be read is refused by all of them in the same way. */
function verbCalls(isRefused: boolean): readonly (readonly string[])[] {
  if (isRefused) return [['check', '-']];
  return [
    ['check', '-'],
    ['break-in', '-'],
    ['map', '-'],
    ['authz', '-'],
    ['diff', 'policy.yaml', '-'],
    ['rollout', 'policy.yaml', '-'],
    ['init', '--dry-run', '-'],
    ['can', '--explain', 'unmeshed', TARGET, '-'],
  ];
}

function probeCore(bytes: Buffer): Outcome {
  const parsed = read(bytes);
  if (parsed === undefined) return 'refused';
  for (const { origin, object } of parsed.objects.slice(0, 10)) {
    const { line, column = 1 } = placeOf(origin, ['spec', Object.keys(object).at(-1) ?? '', 0]);
    if (!(line >= 1 && column >= 1)) throw new Error(`an object is at line ${line}, column ${column}`);
  }
  if (parsed.objects.length === 0) return 'answered';
  const objects = parsed.objects.map(({ object }) => object);
  const cluster = Cluster.load(objects);
  question(cluster);
  findings(Model.fromObjects(parsed.objects));
  if (cluster.refused.length > 0) {
    // Objects that admission would normally keep out must not break the engine either: the webhook may have been down.
    question(Cluster.load(objects, { assumeAdmitted: true }));
    findings(Model.fromObjects(parsed.objects, { assumeAdmitted: true }));
  }
  return 'answered';
}

function question(cluster: Cluster): void {
  for (const { violations } of cluster.refused)
    violations.forEach(({ message, remedy }) => check(`${message}; ${remedy}`));
  for (const workload of cluster.workloads.slice(0, MOST_WORKLOADS)) {
    const declared = workload.pod.ports.map(({ number }) => number);
    for (const port of new Set([...declared.slice(0, MOST_PORTS), ...ALWAYS])) {
      const { namespace, kind, name } = workload;
      const target = { namespace, kind, name, port };
      cluster.trafficClasses(target);
      for (const asked of ASKED) {
        cluster.access(target, asked);
        for (const client of CLIENTS) {
          const { verdict } = cluster.decide(target, client, asked);
          if (!VERDICTS.has(verdict)) throw new Error(`${verdict} is not a verdict`);
        }
        cluster.decide(target, { workload: { namespace, kind, name } }, asked);
      }
    }
  }
}

function read(bytes: Buffer): ParsedManifests | undefined {
  const decoded = decodeText(bytes, 'fuzz.yaml');
  if ('problem' in decoded) {
    check(formatProblem(decoded.problem));
    return undefined;
  }
  try {
    return parseManifests(decoded.text, 'fuzz.yaml');
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    error.problems.forEach((problem) => check(formatProblem(problem)));
    return undefined;
  }
}

/** A message for people: short, one line, no stack trace. */
function check(message: string): void {
  if (/\n\s+at |undefined/.test(message)) throw new Error(`not fit for people: ${message}`);
}
