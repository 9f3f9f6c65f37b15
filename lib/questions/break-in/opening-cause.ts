import type { ClientAuthorization } from '../../cluster/client-authorization';
import { isAudit } from '../../cluster/policy-refs';
import type { Cluster } from '../../cluster/cluster';
import { refusalWords } from '../../cluster/refused-objects';
import type { MissingReference } from '../../cluster/unknown';
import type { Workload } from '../../cluster/workload';
import {
  CONTROL_PORT,
  EXCEPTION_ANNOTATION,
  SKIP_INBOUND_PORTS,
  SKIP_SUBNETS,
} from '../../linkerd/annotations';
import { asTextMap } from '../../kubernetes/fields';
import { memoized } from '../../basics/collections';
import { enumerate } from '../../basics/words';
import type { InboundPolicy } from '../../cluster/inbound-policy';
import { shortName, type SourceObject } from '../../kubernetes/object';
import type { AccessGrant } from '../../verdict/access-sets';
import { meshRemedy } from '../../cluster/unmeshed';
import { annotationOf, sinceCreation } from './annotation-origin';
import { defaultPolicyWords } from './default-policy-cause';
import { exceptionValue } from './exception';
import { type Jail } from '../jail';

/** What lets a client in, and what to do about it. */
export interface OpeningCause {
  readonly kind: 'authorization' | 'access-policy' | 'default-policy' | 'unmeshed' | 'skipped' | 'audit-mode';
  /** Causes with one key read alike, whatever ports they open. */
  readonly key: string;
  /** The object to look at. */
  readonly source?: SourceObject;
  /** Authentications it refers to. */
  readonly via: readonly SourceObject[];
  /** How it lets them in, as a clause: `it is annotated …`. */
  readonly because: string;
  readonly remedy: string;
  /** The value of the annotation that would declare it, if there is one. */
  readonly declaration?: string;
}

/** What is said of one cause is all that tells it from others, so nothing is said that holds for some of its ports only. */
function cause(
  parts: Omit<OpeningCause, 'key' | 'via'> & Partial<Pick<OpeningCause, 'key' | 'via'>>,
): OpeningCause {
  const { kind, source, because, remedy } = parts;
  const object = source === undefined ? '' : shortName(source.object);
  return { via: [], key: [kind, object, because, remedy].join('\n'), ...parts };
}

/** The object behind a grant on a port of a jailed workload. */
export function openingCause(
  cluster: Cluster,
  jail: Jail,
  workload: Workload,
  port: number,
  grant: AccessGrant,
): OpeningCause {
  if (grant.level === 'outside-policy') {
    switch (grant.reason) {
      case 'unmeshed-target':
        return unmeshed(cluster, workload);
      case 'subnet-skipped':
        return subnetSkipped(cluster, workload);
      case 'port-skipped':
      case 'tap':
        return port === workload.pod.proxyPorts.control
          ? controlPort(cluster, workload)
          : skipped(cluster, workload);
    }
  }
  const { authorization } = grant;
  const { source } = authorization;
  if (source !== undefined)
    return memoized(WRITTEN, authorization, () => written(cluster, jail, authorization, source));
  const { governedBy } = policyOf(cluster, workload, port, grant);
  if (governedBy.kind === 'object') {
    const server = governedBy.object;
    const { accessPolicy } = server;
    return cause({
      kind: 'access-policy',
      source: server.source,
      because: `its accessPolicy is ${accessPolicy ?? 'unknown'}${isAudit(authorization.ref) ? ', which lets in everyone, authorized or not' : ''}`,
      remedy: 'set accessPolicy: deny, and let clients in with an AuthorizationPolicy',
    });
  }
  return cause({
    kind: 'default-policy',
    ...defaultPolicyWords(cluster, workload, governedBy.policy),
  });
}

/** The policy that a grant is part of, where the port may have one of several. */
function policyOf(
  cluster: Cluster,
  workload: Workload,
  port: number,
  { when = [] }: AccessGrant,
): InboundPolicy {
  const texts = when.map(({ text }) => text);
  const own = cluster
    .policyVariants(workload, port)
    .find((variant) => variant.when.every(({ text }) => texts.includes(text)));
  return own?.policy ?? cluster.inboundPolicy(workload, port);
}

function remedyFor({ kind, namespace, name, refused }: MissingReference): string {
  if (refused === undefined) return `add every ${kind} to the input`;
  return `correct ${kind} ${namespace}/${name} so that it is admitted (check says what is wrong)`;
}

/** An authorization belongs to one namespace of one cluster, and may list thousands of clients. */
const WRITTEN = new WeakMap<ClientAuthorization, OpeningCause>();

function written(
  { config }: Cluster,
  jail: Jail,
  authorization: ClientAuthorization,
  source: SourceObject,
): OpeningCause {
  const { given = [] } = authorization;
  const [first] = given;
  if (first !== undefined) {
    const what = `${first.kind} ${first.namespace}/${first.name}`;
    return cause({
      kind: 'authorization',
      key: `given ${what} by ${shortName(source.object)}`,
      source,
      because:
        first.refused === undefined
          ? `it refers to ${what}, which is not in the input, and which may let anyone in`
          : `it refers to ${what}, ${refusalWords(first.refused)}: an earlier form of it may be in force, and let anyone in`,
      remedy: `${enumerate([...new Set(given.map(remedyFor))])} or, if the input has all there is, pass --complete`,
    });
  }
  const value = exceptionValue(authorization, jail.residents, config);
  const { metadata } = source.object;
  const known = asTextMap(metadata.annotations);
  const verb = Object.hasOwn(known, EXCEPTION_ANNOTATION)
    ? 'change its annotation to'
    : 'declare it with the annotation';
  return cause({
    kind: 'authorization',
    key: `authorization ${shortName(source.object)} ${jail.namespace}`,
    source,
    via: authorization.via,
    because: 'it lets them in',
    declaration: value,
    remedy: `let fewer clients in or, if this is intended, ${verb} ${EXCEPTION_ANNOTATION}: ${JSON.stringify(value)}`,
  });
}

function unmeshed(cluster: Cluster, workload: Workload): OpeningCause {
  const { source, injection, pod } = workload;
  const isIdle = pod.ports.length === 0;
  const ports = isIdle ? '; it declares no port, but may listen on any' : '';
  const otherwise = isIdle ? '; if it serves nobody, accept that in a baseline' : '';
  return cause({
    kind: 'unmeshed',
    source,
    because: `it has no proxy, so no policy applies: ${injection.reason}${ports}`,
    remedy: `${meshRemedy(cluster, workload)}${otherwise}`,
  });
}

function skipped(cluster: Cluster, workload: Workload): OpeningCause {
  const own = annotationOf(cluster, workload, SKIP_INBOUND_PORTS);
  const source = own?.source ?? workload.source;
  const where =
    own === undefined
      ? `the cluster's proxyInit.ignoreInboundPorts (${cluster.config.skipInboundPorts})`
      : `${SKIP_INBOUND_PORTS}: ${JSON.stringify(own.value)} of ${own.where}`;
  return cause({
    kind: 'skipped',
    source,
    because: `the port bypasses the proxy: ${where}`,
    remedy:
      restartFor(cluster, workload, SKIP_INBOUND_PORTS) ??
      (own === undefined
        ? `annotate the pod template with ${SKIP_INBOUND_PORTS}: "" or a list without the port`
        : `remove the port from ${SKIP_INBOUND_PORTS}`),
  });
}

function subnetSkipped(cluster: Cluster, workload: Workload): OpeningCause {
  const own = annotationOf(cluster, workload, SKIP_SUBNETS);
  const source = own?.source ?? workload.source;
  const where =
    own === undefined
      ? `the cluster's proxyInit.skipSubnets (${cluster.config.skipSubnets})`
      : `${SKIP_SUBNETS}: ${JSON.stringify(own.value)} of ${own.where}`;
  return cause({
    kind: 'skipped',
    source,
    because: `their connections bypass the proxy on every port: ${where}`,
    remedy:
      restartFor(cluster, workload, SKIP_SUBNETS) ??
      (own === undefined
        ? `annotate the pod template with ${SKIP_SUBNETS}: "", or take the networks out of proxyInit.skipSubnets`
        : `take the networks out of ${SKIP_SUBNETS}`),
  });
}

function controlPort(cluster: Cluster, workload: Workload): OpeningCause {
  const own = annotationOf(cluster, workload, CONTROL_PORT);
  const source = own?.source ?? workload.source;
  const where = own === undefined ? 'by default' : `by ${CONTROL_PORT} of ${own.where}`;
  return cause({
    kind: 'skipped',
    source,
    because: `the port is the control port of the proxy, ${where}, and traffic to that port always bypasses the proxy`,
    remedy:
      restartFor(cluster, workload, CONTROL_PORT) ??
      (own === undefined
        ? `move the application to another port, or the proxy's with ${CONTROL_PORT}`
        : `take ${CONTROL_PORT} away, or give it a port on which no application listens`),
  });
}

/** A restart, if that alone gives the pod another value than it has had since it was created. */
function restartFor(cluster: Cluster, workload: Workload, key: string): string | undefined {
  const changed = sinceCreation(cluster, workload, key);
  return changed === undefined ? undefined : `${changed.restart}: the pod was created before ${key} changed`;
}
