import { dump } from 'js-yaml';
import { enumerate } from '../../basics/words';
import { workloadKey } from '../../cluster/workload';
import type { KubeObject } from '../../kubernetes/object';
import type { DeniedCase, DeniedReport } from '../../questions/denied/denied';
import { exceptionCall } from '../../questions/denied/exception-code';
import type { Opening, ExceptionProposal } from '../../questions/denied/proposals';
import type { SeenParty } from '../../questions/denied/seen-client';
import type { ReplayOutcome } from '../../questions/denied/replay';
import { clientWords } from '../../sets/client-words';
import { inPlainWords, type Domain } from '../../sets/plain-words';
import type { SeenRequest, SignalPlace } from '../../signals/signal';
import { placeText } from '../wording/object-json';
import { qualifiedPortWords } from '../wording/port-words';

export interface DeniedOptions {
  readonly domain: Domain;
  readonly color: boolean;
}

/** What the proxy did, and what it comes to. */
const DID: Readonly<Record<DeniedCase['kind'], string>> = {
  denied: 'denied',
  terminated: 'cut off',
  audited: 'let in by audit alone',
  'not-found': 'answered 404',
  'rate-limited': 'rate-limited',
  forbidden: 'answered 403',
};

const OUTCOMES: Readonly<Record<ReplayOutcome, string>> = {
  still: 'still so',
  lost: 'would be denied',
  'no-longer': 'no longer',
  never: 'not by these manifests',
  open: 'cannot be said',
};

/** `denied, still so` */
export function fate({ kind, replay }: DeniedCase): string {
  return `${DID[kind]}, ${OUTCOMES[replay.outcome]}`;
}

/** `billing/serviceaccount/invoices -> shop/deployment/api:8080` */
export function caseTitle(one: DeniedCase): string {
  return `${partyName(one.party)} -> ${targetName(one)}`;
}

function partyName({ party, signal: { ip, identity } }: SeenParty): string {
  switch (party.who) {
    case 'account':
    case 'foreign':
      return `${party.namespace}/serviceaccount/${party.account}${party.who === 'foreign' ? ` of ${party.mesh}` : ''}`;
    case 'identity':
      return identity ?? '';
    case 'pod':
    case 'machine':
      return workloadKey(party.workload);
    case 'node':
      return `node ${party.node}`;
    case 'cluster':
    case 'outside':
      return ip ?? '';
    case 'itself':
      return 'the pod itself';
    case 'unmeshed':
      return 'an unmeshed client';
    case 'unknown':
      return 'somebody';
  }
}

function targetName({ targets, evidence, port }: DeniedCase): string {
  if (targets.length > 0)
    return enumerate(
      targets.map((target) => `${workloadKey(target)}:${target.port}`),
      4,
      'or',
    );
  const place: SignalPlace = evidence[0]?.seen.place ?? {};
  const where = place.pod ?? place.workload?.name ?? place.ip ?? 'an unknown workload';
  const home = place.namespace === undefined ? '' : `${place.namespace}/`;
  return `${home}${where}${port === undefined ? '' : `:${port}`}`;
}

/** `3 times, from 2026-11-25T22:48:48Z to …` */
export function howOften({ count, rate, first, last }: DeniedCase): string {
  const times = rate !== undefined ? `${rate} times a second` : count === 1 ? 'once' : `${count} times`;
  const seconds = (time: string): string => time.replace(/\.\d+Z$/, 'Z');
  if (last === undefined) return times;
  if (first === undefined || seconds(first) === seconds(last)) return `${times}, at ${seconds(last)}`;
  return `${times}, from ${seconds(first)} to ${seconds(last)}`;
}

/** Who the client was, and how the manifests know it. */
export function clientLine({ party, signal }: SeenParty): string {
  const { identity, ip, noTls, sni } = signal;
  const who = identity ?? (signal.tls === 'unknown' ? 'not said' : 'no mesh identity');
  const details = [
    ...(ip === undefined ? [] : [`from ${ip}`]),
    ...(noTls === undefined ? [] : [`the proxy says ${noTls}`]),
    ...(sni === undefined ? [] : [`asking for ${sni} by TLS`]),
  ];
  return [[who, ...details].join(', '), knownAs({ party })].filter((text) => text !== '').join(': ');
}

function knownAs({ party }: Pick<SeenParty, 'party'>): string {
  switch (party.who) {
    case 'account':
    case 'identity':
      return party.workloads.length === 0
        ? 'no workload of the manifests has it'
        : enumerate(party.workloads.map(placedWorkload), 4);
    case 'pod':
    case 'machine':
      return placedWorkload(party.workload);
    case 'node':
      return `node ${party.node}`;
    case 'cluster':
      return 'in the networks of the cluster, and of no pod of the manifests';
    case 'outside':
      return 'outside the cluster';
    default:
      return '';
  }
}

function placedWorkload(
  workload: Parameters<typeof workloadKey>[0] & { source: { origin: Parameters<typeof placeText>[0] } },
): string {
  return `${workloadKey(workload)} (${placeText(workload.source.origin)})`;
}

const SOURCES = { log: 'log', metrics: 'metrics', viz: 'linkerd viz authz', 'access-log': 'access log' };

/** By what the proxy decided, as it said itself, and where that was read. */
export function seenLine({
  server,
  route,
  evidence,
  requests,
  furtherRequests,
  targetBecause,
  targets,
}: DeniedCase): string {
  const by = server === undefined ? 'the proxy does not say by what' : `by ${server}`;
  const on = route === undefined ? '' : `, on ${route}`;
  const sources = enumerate(evidence.map(({ seen }) => SOURCES[seen.source]));
  const found = targets.length === 0 ? '' : `; found by ${targetBecause}`;
  const shown = requests
    .slice(0, 4)
    .map(({ request, count }) => `${requestWords(request)}${count > 1 ? ` (${count} times)` : ''}`);
  const more = requests.length - shown.length + furtherRequests;
  const what = shown.length === 0 ? '' : `: ${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
  return `${by}${on}${what} (${sources}${found})`;
}

function requestWords({ method, path, host }: SeenRequest): string {
  return `${method === undefined ? '' : `${method} `}${host ?? ''}${path}`;
}

/** What today's manifests say. */
export function nowLine({ replay }: DeniedCase): string {
  const other =
    replay.isSameDecider || replay.outcome !== 'still' ? '' : decider(replay.decisions[0]?.decision.server);
  return `${replay.because}${other}`;
}

function decider(server: string | undefined): string {
  return server === undefined
    ? ''
    : `; it is ${server} that decides now, so what runs is not quite these manifests`;
}

/** The call that declares an exception, `undefined` where no construct can say it. */
export function callOf({ code }: ExceptionProposal): string | undefined {
  return code === undefined ? undefined : exceptionCall(code);
}

/** What an exception opens, in words. */
export function openingWords({ clients, ports, after, certain }: Opening, domain: Domain): string {
  const isSure = certain && after !== 'depends';
  return `${isSure ? '' : 'possibly '}${clientWords(clients, inPlainWords(domain))}: ${qualifiedPortWords(ports)}`;
}

/** Objects as YAML, line by line. */
export function yamlLines(objects: readonly KubeObject[]): string[] {
  return objects
    .map((object) => dump(object, { lineWidth: 110, noRefs: true }).trimEnd())
    .join('\n---\n')
    .split('\n');
}

/** `2 denied, 1 let in by audit alone; 1 exception proposed` */
export function deniedSummary({ cases, proposals }: DeniedReport): string {
  const counts = (Object.keys(DID) as DeniedCase['kind'][]).flatMap((kind) => {
    const count = cases.filter((one) => one.kind === kind).length;
    return count === 0 ? [] : [`${count} ${DID[kind]}`];
  });
  const exceptions = `${proposals.length} exception${proposals.length === 1 ? '' : 's'} proposed`;
  return counts.length === 0 ? 'nobody was denied' : `${counts.join(', ')}; ${exceptions}`;
}

/** What was read, and what of it was not understood. */
export function readingLines({ reading }: DeniedReport): string[] {
  const { lines, formats, notUnderstood, samples, suspicious, untold, groups } = reading;
  const kinds = Object.entries(formats).map(([format, count]) => `${format} ${count}`);
  const found = kinds.length === 0 ? '' : ` (${kinds.join(', ')})`;
  const unnamed = groups.filter(({ isUnnamed }) => isUnnamed === true).length;
  return [
    `read ${lines} line${lines === 1 ? '' : 's'}${found}; not understood: ${notUnderstood}`,
    ...(suspicious === 0 ? [] : [`  ${suspicious} of them speak of denials: an answer may be missing`]),
    ...samples.map(({ file, line, text }) => `  ${file}:${line}: ${text}`),
    ...(notUnderstood > samples.length ? [`  and ${notUnderstood - samples.length} more`] : []),
    ...(untold === 0
      ? []
      : [`  ${untold} more signals are of too many clients to tell apart: read less at once`]),
    ...(unnamed === 0
      ? []
      : [
          `  ${unnamed} series have no metric name, as after increase(): they count as denials unless an authorization let them in`,
        ]),
  ];
}
