import { enumerate } from '../../basics/words';
import type { Cluster } from '../../cluster/cluster';
import type { InboundPolicy } from '../../cluster/inbound-policy';
import { workloadKey, type Workload } from '../../cluster/workload';
import type { Reach, ReachClass } from '../../questions/can/can';
import type { ClientReference } from '../../verdict/client';
import type { DecidingAuthorization, NearMiss } from '../../verdict/decision';
import { objectWithPlace, placeText, nameWithPlace } from '../wording/object-json';
import { printable, type Printable } from '../wording/printable';
import {
  className,
  colorVerdict,
  flagsFor,
  sentence,
  settling,
  type CanAnswer,
  type CanOptions,
} from './sentences';

const MODES = {
  detect: 'protocol detected',
  http1: 'HTTP/1',
  http2: 'HTTP/2',
  grpc: 'gRPC',
  opaque: 'opaque',
  tls: 'TLS',
} as const;

type Line = readonly [heading: string, text: string];

/** The chain of objects behind each answer: the client, what governs the port, what lets it in and what nearly did. */
export function explainText({ cluster, client, from, reaches }: CanAnswer, options: CanOptions): Printable {
  return printable(
    reaches.flatMap((reach) => {
      const lines: Line[] = [
        ...describeClient(cluster, client, reach),
        ['target', describeWorkload(reach.workload)],
        ['port', describePort(reach)],
      ];
      const blocks = reach.classes.flatMap((found) => [
        `  ${colorVerdict(found.decision.verdict, options.color)}: ${className(reach, found)}`,
        ...aligned(describeDecision(found), '    '),
      ]);
      return [
        sentence(from, reach, options),
        ...aligned(lines, '  '),
        ...blocks,
        ...ignoredBlock(reach),
        ...settling(reach),
        '',
      ];
    }),
  );
}

function describeClient(cluster: Cluster, client: ClientReference, { target }: Reach): Line[] {
  if (!('workload' in client)) {
    const who =
      client.identity ??
      (client.tls === 'none' ? 'no mesh identity' : 'TLS terminated by the proxy, without a client identity');
    return [['client', client.ip === undefined ? who : `${who}, from ${client.ip}`]];
  }
  const workload = cluster.workload(client.workload);
  if (workload === undefined) return [];
  const address = client.ip === undefined ? '' : `, from ${client.ip}`;
  const lines: Line[] = [['client', `${describeWorkload(workload)}${address}`]];
  if (workload.identity !== undefined) lines.push(['identity', workload.identity]);
  if (target.dialledPort !== undefined) lines.push(['dials', `port ${target.dialledPort} of the Service`]);
  return lines;
}

function describeWorkload(workload: Workload): string {
  const { source, injection } = workload;
  const mesh = injection.meshed ? 'meshed' : 'not meshed';
  return `${workloadKey(workload)} (${placeText(source.origin)}), ${mesh}: ${injection.reason}`;
}

function describePort({ target, portNames, policy, policies = [] }: Reach): string {
  const port = portNames.length === 0 ? `${target.port}` : `${target.port} (${portNames.join(', ')})`;
  if (policy === undefined) return `${port}, which policy does not govern`;
  if (policies.length === 0) return `${port}, governed by ${describePolicy(policy)}`;
  const each = policies.map(({ policy: one, when }) => {
    const conditions = when.map(({ text }) => text).join(' and ');
    return `${describePolicy(one)}${conditions === '' ? '' : `, if ${conditions}`}`;
  });
  return `${port}, governed by ${each.join('; or by ')}`;
}

function describePolicy({ governedBy, protocol }: InboundPolicy): string {
  return `${nameWithPlace(governedBy.name, governedBy.object?.source)}, ${MODES[protocol]}`;
}

function describeDecision({ ref, decision }: ReachClass): Line[] {
  const { authorizations, nearMisses, notes, because, route, routeSource } = decision;
  return [
    // The class says which route it is, unless a request was given.
    ...(route === undefined || (ref.kind !== 'request' && routeSource === undefined)
      ? []
      : [['route', nameWithPlace(route, routeSource)] as const]),
    ...(authorizations.length === 0 || decision.outcomes !== undefined
      ? [['because', because] as const]
      : []),
    ...(decision.outcomes ?? []).map(({ when, decision: one }): Line => {
      const conditions = when.map(({ text }) => text).join(' and ');
      return [one.verdict, `${conditions === '' ? 'otherwise' : `if ${conditions}`}: ${one.because}`];
    }),
    ...flagsFor([decision]).map((flags): Line => ['settle', `with ${flags}`]),
    ...authorizations.map((admission): Line => ['let in by', describeAdmission(admission)]),
    // That a port lets in its own pod tells other clients nothing.
    ...nearMisses
      .filter(({ ref }) => ref.kind !== 'localhost')
      .map((miss): Line => ['not by', describeMiss(miss)]),
    ...notes.map((note): Line => ['note', note]),
  ];
}

function describeAdmission({ name, level, source, via }: DecidingAuthorization): string {
  const through = via.length === 0 ? '' : `, through ${enumerate(via.map(objectWithPlace))}`;
  return `${nameWithPlace(name, source)}${level === 'route' ? ', for this route' : ''}${through}`;
}

function describeMiss({ name, source, because }: NearMiss): string {
  return `${nameWithPlace(name, source)}: ${because}`;
}

/** What was written for the port and has no effect is the same for all classes. */
function ignoredBlock({ classes }: Reach): string[] {
  const ignored = new Map(
    classes.flatMap(({ decision }) => decision.ignored.map((miss) => [describeMiss(miss), miss] as const)),
  );
  return aligned(
    [...ignored.keys()].map((text): Line => ['ignored', text]),
    '  ',
  );
}

function aligned(lines: readonly Line[], indent: string): string[] {
  const width = Math.max(0, ...lines.map(([heading]) => heading.length));
  return lines.map(([heading, text]) => `${indent}${heading.padEnd(width)}  ${text}`);
}
