import type { Cluster } from '../../cluster/cluster';
import { workloadsIn } from '../../cluster/inventory';
import type { Server } from '../../cluster/server';
import type { Workload } from '../../cluster/workload';
import type { KubeObject, SourceObject } from '../../kubernetes/object';
import { asFields, valueAt } from '../../kubernetes/fields';
import { POLICY_GROUP } from '../../kubernetes/kinds';
import { groupOf } from '../../kubernetes/references';
import type { LabelSelector } from '../../kubernetes/selector';
import { EXCEPTION_ANNOTATION } from '../../linkerd/annotations';
import { formatExceptionTerms, type ClientSubject, type ExceptionTerm } from '../../linkerd/exception-terms';
import { PROXY_PORT_NAMES } from '../../linkerd/ports';
import type { ProtocolMode, ProxyProtocolName } from '../../linkerd/protocol';
import type { DefaultPolicy } from '../../linkerd/default-policy';
import { memoized } from '../../basics/collections';
import { distinguishingSelectors } from '../init/distinguishing-selectors';

/** Whom an exception admits: one identity, or one network. */
export interface Admitted {
  readonly who: ClientSubject;
  readonly network?: string;
}

/** Where an exception opens something. */
export type Opened =
  /** Requests of one route. */
  | { readonly kind: 'route'; readonly server: Server; readonly route: SourceObject }
  | { readonly kind: 'server'; readonly server: Server }
  /** A port without a Server gets one, for the pods of one workload, which lets in whom the default policy did. */
  | {
      readonly kind: 'port';
      readonly workload: Workload;
      readonly port: number;
      readonly policy: DefaultPolicy;
      readonly protocol: ProtocolMode;
    };

/** What the construct is told; absent where only objects can say it. */
export interface ProposedCode {
  readonly port: number | string;
  readonly selector?: LabelSelector;
  /** Only where the port has no Server yet. */
  readonly protocol?: ProxyProtocolName;
  readonly admitted: Admitted;
}

export interface ExceptionObjects {
  readonly namespace: string;
  readonly objects: readonly KubeObject[];
  readonly code?: ProposedCode;
}

/** Names that are taken, so that an exception replaces no object. */
export class TakenNames {
  /** Servers that exceptions bring along, by the port they are for: two on one port would fight. */
  public readonly servers = new Map<string, KubeObject>();
  private readonly taken: Set<string>;

  public constructor(cluster: Cluster) {
    this.taken = new Set(
      cluster.objects.map((source) =>
        keyOf(source.object.kind, cluster.namespaceOf(source), source.object.metadata.name),
      ),
    );
  }

  public free(kind: string, namespace: string, name: string): string {
    for (let n = 1; ; n++) {
      const tried = n === 1 ? name : `${name.slice(0, 250)}-${n}`;
      const key = keyOf(kind, namespace, tried);
      if (this.taken.has(key)) continue;
      this.taken.add(key);
      return tried;
    }
  }
}

function keyOf(kind: string, namespace: string, name: string): string {
  return `${kind}/${namespace}/${name}`;
}

const POLICY_V1 = `${POLICY_GROUP}/v1alpha1`;

/** The narrowest objects that let a client in, named as the construct names them; `undefined` if there are none. */
export function exceptionObjects(
  cluster: Cluster,
  opened: Opened,
  admitted: Admitted,
  names: TakenNames,
): ExceptionObjects | undefined {
  if (opened.kind === 'port') return forPort(cluster, opened, admitted, names);
  const { server } = opened;
  const { namespace } = server;
  const isRoute = opened.kind === 'route';
  const target = isRoute
    ? routeTarget(opened.route)
    : { group: POLICY_GROUP, kind: 'Server', name: server.name };
  const base = isRoute ? opened.route.object.metadata.name : server.name;
  const objects = authorization(namespace, target, base, admitted, names);
  if (isRoute) return { namespace, objects };
  const selector = valueAt(server.source.object, 'spec', 'podSelector');
  if (server.selects !== 'pods') return { namespace, objects };
  return {
    namespace,
    objects,
    code: {
      port: server.port,
      admitted,
      ...(isEverything(selector) ? {} : { selector: asFields(selector) as LabelSelector }),
    },
  };
}

function isEverything(selector: unknown): boolean {
  const { matchLabels, matchExpressions } = asFields(selector);
  return (
    Object.keys(asFields(matchLabels)).length === 0 &&
    (!Array.isArray(matchExpressions) || matchExpressions.length === 0)
  );
}

function routeTarget({ object }: SourceObject): Readonly<Record<string, string>> {
  return { group: groupOf(object.apiVersion), kind: object.kind, name: object.metadata.name };
}

const PROTOCOLS: Readonly<Record<ProtocolMode, ProxyProtocolName>> = {
  detect: 'unknown',
  http1: 'HTTP/1',
  http2: 'HTTP/2',
  grpc: 'gRPC',
  opaque: 'opaque',
  tls: 'TLS',
};

function forPort(
  cluster: Cluster,
  { workload, port, policy, protocol }: Extract<Opened, { kind: 'port' }>,
  admitted: Admitted,
  names: TakenNames,
): ExceptionObjects | undefined {
  const { namespace, pod, kind } = workload;
  if (kind === 'externalworkload') return undefined;
  const others = workloadsIn(cluster, namespace).filter(
    (other) => other !== workload && other.kind !== 'externalworkload',
  );
  const [selector] = distinguishingSelectors([[workload]], others, undefined) ?? [];
  // Without a label of its own no Server can be for this workload alone.
  if (selector === undefined) return undefined;
  const named = [...pod.portNames].find(
    ([name, numbers]) =>
      numbers.size === 1 &&
      numbers.has(port) &&
      cluster.policyOf(namespace).servers.every((one) => one.port !== name),
  )?.[0];
  const isAdmin = port === pod.proxyPorts.admin;
  const mode = isAdmin ? 'http1' : protocol;
  const word = named ?? port;
  const base = named === PROXY_PORT_NAMES.admin ? 'admin' : (named ?? `port-${port}`);
  const server = memoized(names.servers, `${namespace}/${kind}/${workload.name}:${port}`, (): KubeObject => ({
    apiVersion: `${POLICY_GROUP}/v1beta3`,
    kind: 'Server',
    metadata: { name: names.free('Server', namespace, slug(`${base}-${workload.name}`)), namespace },
    spec: { accessPolicy: policy, podSelector: selector, port: word, proxyProtocol: PROTOCOLS[mode] },
  }));
  const { name } = server.metadata;
  const target = { group: POLICY_GROUP, kind: 'Server', name };
  const objects = [server, ...authorization(namespace, target, name, admitted, names)];
  const code: ProposedCode = { port: word, selector, protocol: PROTOCOLS[mode], admitted };
  // A jail's own ports refuse whom nothing admits: where the default policy lets others in, only objects keep that.
  return policy === 'deny' || policy === 'audit' ? { namespace, objects, code } : { namespace, objects };
}

function authorization(
  namespace: string,
  targetRef: Readonly<Record<string, string>>,
  base: string,
  { who, network }: Admitted,
  names: TakenNames,
): readonly KubeObject[] {
  const objects: KubeObject[] = [];
  const requiredAuthenticationRefs: object[] = [];
  if (who.kind === 'serviceAccount')
    requiredAuthenticationRefs.push({ kind: 'ServiceAccount', name: who.name, namespace: who.namespace });
  if (who.kind === 'identity') {
    const name = names.free('MeshTLSAuthentication', namespace, slug(`id-${who.identity}`));
    objects.push(policyObject('MeshTLSAuthentication', namespace, name, { identities: [who.identity] }));
    requiredAuthenticationRefs.push({ group: POLICY_GROUP, kind: 'MeshTLSAuthentication', name });
  }
  if (network !== undefined) {
    const name = names.free('NetworkAuthentication', namespace, slug(`net-${network}`));
    objects.push(policyObject('NetworkAuthentication', namespace, name, { networks: [{ cidr: network }] }));
    requiredAuthenticationRefs.push({ group: POLICY_GROUP, kind: 'NetworkAuthentication', name });
  }
  const name = names.free(
    'AuthorizationPolicy',
    namespace,
    slug(`${base}-${clientName({ who, ...(network === undefined ? {} : { network }) })}`),
  );
  const terms = formatExceptionTerms([termOf({ who, ...(network === undefined ? {} : { network }) })]);
  const policy = policyObject(
    'AuthorizationPolicy',
    namespace,
    name,
    { targetRef, requiredAuthenticationRefs },
    {
      [EXCEPTION_ANNOTATION]: terms,
    },
  );
  return [policy, ...objects];
}

function policyObject(
  kind: string,
  namespace: string,
  name: string,
  spec: object,
  annotations?: Readonly<Record<string, string>>,
): KubeObject {
  const metadata = { ...(annotations === undefined ? {} : { annotations }), name, namespace };
  return { apiVersion: POLICY_V1, kind, metadata, spec };
}

/** The client as the annotation of an exception has it. */
function termOf({ who, network }: Admitted): ExceptionTerm {
  return network === undefined ? { who } : { who, from: { cidr: network } };
}

function clientName({ who, network }: Admitted): string {
  if (who.kind === 'serviceAccount') return `${who.name}.${who.namespace}`;
  if (who.kind === 'identity') return `id-${who.identity}`;
  return `net-${network ?? ''}`;
}

/** What Kubernetes takes as a name. */
function slug(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9.]+/g, '-')
    .replace(/[-.]*\.[-.]*/g, '.')
    .slice(0, 200)
    .replace(/^[-.]+|[-.]+$/g, '');
}
