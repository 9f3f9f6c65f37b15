import type { Cluster } from '../cluster/cluster';
import { objectsOf } from '../cluster/inventory';
import type { Workload } from '../cluster/workload';
import { asList, valueAt } from '../kubernetes/fields';
import type { SourceObject } from '../kubernetes/object';
import { parseAddress } from '../linkerd/network';

/** A host and port as they stand in a configuration or a log: `http://orders.shop.svc:80/api`, `10.42.0.5:8080`. */
export interface SpokenTarget {
  readonly host: string;
  /** Empty if there is none, and the scheme has none of its own. */
  readonly port: string;
  /** With query, of a URL that says more than `/`. */
  readonly path?: string;
}

const DEFAULT_PORTS = new Map([
  ['http', '80'],
  ['https', '443'],
  ['ws', '80'],
  ['wss', '443'],
]);

/** Reads a URL or `host:port`; `undefined` for the names of objects, which have slashes. */
export function spokenTarget(text: string): SpokenTarget | undefined {
  const url = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)([^#]*)/i.exec(text);
  const [scheme = '', authority = text, rest = ''] = url === null ? [] : url.slice(1);
  if (url === null && text.includes('/')) return undefined;
  // What stands before an @ may be a password, which no message repeats.
  const place = authority.slice(authority.lastIndexOf('@') + 1);
  const [, bracketed, bare, port = ''] = /^(?:\[([^\]]*)\]|([^:]*))(?::(.*))?$/.exec(place) ?? [];
  const host = (bracketed ?? bare)?.replace(/\.$/, '').toLowerCase();
  if (host === undefined || host === '') return undefined;
  const known = DEFAULT_PORTS.get(scheme.toLowerCase());
  const path = known === undefined || rest === '' || rest === '/' ? undefined : rest.replace(/^\?/, '/?');
  return { host, port: port === '' ? (known ?? '') : port, ...(path === undefined ? {} : { path }) };
}

/** What a host name of the cluster's DNS means. */
export interface ClusterHost {
  readonly namespace: string;
  readonly service?: string;
  /** Of a pod behind a headless Service. */
  readonly pod?: string;
  /** Of a pod, as its DNS name spells it. */
  readonly ip?: string;
}

/** `orders`, `orders.shop`, `orders.shop.svc…`, `db-0.db.shop.svc…`, `10-42-0-5.shop.pod…`, whatever the cluster's domain is. */
export function clusterHost(host: string, namespace: string | undefined): ClusterHost | undefined {
  const parts = host.split('.');
  if (parts.some((part) => part === '')) return undefined;
  const [first = '', second, third] = parts;
  if (third === 'svc' && second !== undefined) return { service: first, namespace: second };
  if (third === 'pod' && second !== undefined) return { ip: spelledAddress(first), namespace: second };
  if (parts[3] === 'svc' && second !== undefined && third !== undefined)
    return { pod: first, service: second, namespace: third };
  if (parts.length === 2 && second !== undefined) return { service: first, namespace: second };
  return parts.length === 1 && namespace !== undefined ? { service: first, namespace } : undefined;
}

function spelledAddress(label: string): string {
  const v4 = label.replaceAll('-', '.');
  return parseAddress(v4) === undefined ? label.replaceAll('-', ':') : v4;
}

/** The pods that have an address; those on the host's network only if no other has it. */
export function podsAt(cluster: Cluster, ip: string): readonly Workload[] {
  const pods = cluster.workloads.filter(
    ({ kind, source: { object } }) =>
      kind === 'pod' &&
      [valueAt(object, 'status', 'podIP'), ...asList(valueAt(object, 'status', 'podIPs')).map(ipOf)].includes(
        ip,
      ),
  );
  const own = pods.filter(({ source }) => valueAt(source.object, 'spec', 'hostNetwork') !== true);
  return own.length > 0 ? own : pods;
}

/** The Service that has an address. */
export function serviceAt(cluster: Cluster, ip: string): SourceObject | undefined {
  return objectsOf(cluster, '', 'Service').find(({ object }) =>
    [valueAt(object, 'spec', 'clusterIP'), ...asList(valueAt(object, 'spec', 'clusterIPs'))].includes(ip),
  );
}

function ipOf(entry: unknown): unknown {
  return valueAt(entry, 'ip');
}

/**
 * The workload that a pod belongs to, by its name alone: `api-6d9c-abcde` is of Deployment `api`, `db-0` of StatefulSet
 * `db`. The longest name counts, since `api-v2-6d9c-abcde` is not of `api`.
 */
export function makerByName(cluster: Cluster, namespace: string, pod: string): readonly Workload[] {
  const fitting = cluster.everyWorkloadIn(namespace).filter(({ kind, name }) => {
    const suffix = SUFFIXES[kind];
    return suffix !== undefined && pod.startsWith(`${name}-`) && suffix.test(pod.slice(name.length + 1));
  });
  const longest = Math.max(...fitting.map(({ name }) => name.length));
  return fitting.filter(({ name }) => name.length === longest);
}

/** What controllers put behind their own name. */
const SUFFIXES: Readonly<Record<string, RegExp>> = {
  deployment: /^[a-z0-9]{1,10}-[a-z0-9]{5}$/,
  'rollout.argoproj.io': /^[a-z0-9]{1,10}-[a-z0-9]{5}$/,
  replicaset: /^[a-z0-9]{5}$/,
  replicationcontroller: /^[a-z0-9]{5}$/,
  daemonset: /^[a-z0-9]{5}$/,
  statefulset: /^\d+$/,
  job: /^(?:\d+-)?[a-z0-9]{5}$/,
  cronjob: /^\d+-(?:\d+-)?[a-z0-9]{5}$/,
};
