import type { ClientAuthorization } from '../../cluster/client-authorization';
import { isAudit } from '../../cluster/policy-refs';
import type { Cluster } from '../../cluster/cluster';
import { templateOf, type Workload } from '../../cluster/workload';
import {
  CONTROL_PORT,
  DEFAULT_INBOUND_POLICY,
  EXCEPTION_ANNOTATION,
  REQUIRE_IDENTITY_PORTS,
  SKIP_INBOUND_PORTS,
  SKIP_SUBNETS,
} from '../../linkerd/annotations';
import { isDefaultPolicy, type DefaultPolicy } from '../../linkerd/default-policy';
import { asTextMap, ownValue } from '../../kubernetes/fields';
import { shortName, type SourceObject } from '../../kubernetes/object';
import type { AccessGrant } from '../../verdict/access';
import { exceptionValue } from './exception';
import { type Jail } from '../jail';

/** What lets a client in, and what to do about it. */
export interface OpeningCause {
  readonly kind: 'authorization' | 'access-policy' | 'default-policy' | 'unmeshed' | 'skipped';
  /** One cause has one key, whatever ports it opens. */
  readonly key: string;
  /** The object to look at. */
  readonly source?: SourceObject;
  /** Authentications it refers to. */
  readonly via: readonly SourceObject[];
  /** How it lets them in, as a clause: `it is annotated …`. */
  readonly because: string;
  readonly remedy: string;
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
        return unmeshed(workload);
      case 'subnet-skipped':
        return subnetSkipped(cluster, workload);
      case 'port-skipped':
      case 'tap':
        return port === workload.pod.proxyPorts.control
          ? controlPort(cluster, workload, port)
          : skipped(cluster, workload, port);
    }
  }
  const { authorization } = grant;
  if (authorization.source !== undefined) return written(cluster, jail, authorization, authorization.source);
  const { governedBy } = cluster.inboundPolicy(workload, port);
  if (governedBy.kind === 'object') {
    const server = governedBy.object;
    const { accessPolicy } = server;
    return {
      kind: 'access-policy',
      key: `access-policy ${server.namespace}/${server.name}`,
      source: server.source,
      via: [],
      because: `its accessPolicy is ${accessPolicy ?? 'unknown'}${isAudit(authorization.ref) ? ', which lets in everyone, authorized or not' : ''}`,
      remedy: 'set accessPolicy: deny, and let clients in with an AuthorizationPolicy',
    };
  }
  return defaultPolicy(cluster, workload, port, governedBy.policy);
}

function written(
  { config }: Cluster,
  jail: Jail,
  authorization: ClientAuthorization,
  source: SourceObject,
): OpeningCause {
  const value = exceptionValue(authorization, jail.residents, config);
  const { metadata } = source.object;
  const known = asTextMap(metadata.annotations);
  const verb = Object.hasOwn(known, EXCEPTION_ANNOTATION)
    ? 'change its annotation to'
    : 'declare it with the annotation';
  return {
    kind: 'authorization',
    key: `${shortName(source.object)} ${jail.namespace}`,
    source,
    via: authorization.via,
    because: 'it lets them in',
    remedy: `let fewer clients in or, if this is intended, ${verb} ${EXCEPTION_ANNOTATION}: ${JSON.stringify(value)}`,
  };
}

function defaultPolicy(
  cluster: Cluster,
  workload: Workload,
  port: number,
  policy: DefaultPolicy,
): OpeningCause {
  const own = annotationOf(cluster, workload, DEFAULT_INBOUND_POLICY);
  const written = own === undefined ? undefined : `${DEFAULT_INBOUND_POLICY}: ${JSON.stringify(own.value)}`;
  const upgraded = workload.pod.settings.requireIdentity.has(port) ? ` and ${REQUIRE_IDENTITY_PORTS}` : '';
  const isValid = isDefaultPolicy(own?.value);
  const origin =
    own === undefined
      ? `the cluster's default, because neither the Namespace nor the pod template has ${DEFAULT_INBOUND_POLICY}`
      : isValid
        ? `${own.where} says ${own.value}${upgraded}`
        : `the cluster's default, because ${written ?? ''} on ${own.where} is not a valid policy`;
  const source = own?.source ?? cluster.namespaceObject(workload.namespace) ?? workload.source;
  const remedy =
    own?.where === 'the pod template'
      ? `remove the annotation ${DEFAULT_INBOUND_POLICY} from the pod template`
      : `annotate Namespace ${workload.namespace} with ${DEFAULT_INBOUND_POLICY}: deny, and restart its pods`;
  return {
    kind: 'default-policy',
    key: `default-policy ${policy} ${own === undefined ? '' : own.value} ${shortName(source.object)}`,
    source,
    via: [],
    because: `no Server covers the port, so the pod's default policy decides: ${policy}, ${origin}`,
    remedy,
  };
}

function unmeshed({ source, kind, name, injection }: Workload): OpeningCause {
  return {
    kind: 'unmeshed',
    key: `unmeshed ${kind}/${name}`,
    source,
    via: [],
    because: `it has no proxy, so no policy applies: ${injection.reason}`,
    remedy: 'mesh it or move it out of the namespace',
  };
}

function skipped(cluster: Cluster, workload: Workload, port: number): OpeningCause {
  const own = annotationOf(cluster, workload, SKIP_INBOUND_PORTS);
  const source = own?.source ?? workload.source;
  const where =
    own === undefined
      ? `the cluster's proxyInit.ignoreInboundPorts (${cluster.config.skipInboundPorts})`
      : `${SKIP_INBOUND_PORTS}: ${JSON.stringify(own.value)} of ${own.where}`;
  return {
    kind: 'skipped',
    key: `skipped ${own?.value ?? 'by default'} ${shortName(source.object)}`,
    source,
    via: [],
    because: `the port bypasses the proxy: ${where}`,
    remedy:
      own === undefined
        ? `annotate the pod template with ${SKIP_INBOUND_PORTS}: "" or a list without port ${port}`
        : `remove the port from ${SKIP_INBOUND_PORTS}`,
  };
}

function subnetSkipped(cluster: Cluster, workload: Workload): OpeningCause {
  const own = annotationOf(cluster, workload, SKIP_SUBNETS);
  const source = own?.source ?? workload.source;
  const where =
    own === undefined
      ? `the cluster's proxyInit.skipSubnets (${cluster.config.skipSubnets})`
      : `${SKIP_SUBNETS}: ${JSON.stringify(own.value)} of ${own.where}`;
  return {
    kind: 'skipped',
    key: `subnet-skipped ${own?.value ?? 'by default'} ${shortName(source.object)}`,
    source,
    via: [],
    because: `their connections bypass the proxy on every port: ${where}`,
    remedy:
      own === undefined
        ? `annotate the pod template with ${SKIP_SUBNETS}: "", or take the networks out of proxyInit.skipSubnets`
        : `take the networks out of ${SKIP_SUBNETS}`,
  };
}

function controlPort(cluster: Cluster, workload: Workload, port: number): OpeningCause {
  const own = annotationOf(cluster, workload, CONTROL_PORT);
  const source = own?.source ?? workload.source;
  const where = own === undefined ? 'by default' : `by ${CONTROL_PORT} of ${own.where}`;
  return {
    kind: 'skipped',
    key: `control-port ${port} ${shortName(source.object)}`,
    source,
    via: [],
    because: `the port is the control port of the proxy, ${where}, and traffic to that port always bypasses the proxy`,
    remedy:
      own === undefined
        ? `move the application to another port, or the proxy's with ${CONTROL_PORT}`
        : `take ${CONTROL_PORT} away, or give it a port on which no application listens`,
  };
}

interface FoundAnnotation {
  readonly value: string;
  readonly where: string;
  readonly source: SourceObject;
}

/** A pod annotation, and the object it comes from. */
function annotationOf(cluster: Cluster, workload: Workload, key: string): FoundAnnotation | undefined {
  const own =
    workload.kind === 'externalworkload'
      ? asTextMap(workload.source.object.metadata.annotations)
      : asTextMap(templateOf(workload.source).metadata.annotations);
  const value = ownValue(own, key);
  if (value !== undefined) return { value, where: 'the pod template', source: workload.source };
  const { inherited } = cluster.namespaceMeta(workload.namespace);
  const fromNamespace = ownValue(inherited, key);
  const source = cluster.namespaceObject(workload.namespace);
  if (fromNamespace === undefined || source === undefined || workload.injection.how !== 'injected')
    return undefined;
  return { value: fromNamespace, where: `Namespace ${workload.namespace}`, source };
}
