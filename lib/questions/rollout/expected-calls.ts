import type { Cluster } from '../../cluster/cluster';
import { backendsOf, serviceOf } from '../../cluster/services';
import { groupBy } from '../../basics/collections';
import { objectsOf } from '../../cluster/inventory';
import { workloadKey, type Workload, type WorkloadId } from '../../cluster/workload';
import { apiServerCalls } from '../../traffic/api-server-calls';
import { configuredCalls, type ConfiguredCall } from '../../traffic/configured-calls';
import { ingressCalls } from '../../traffic/ingress-calls';
import { nodeAddresses } from '../../traffic/node-networks';
import { probeCalls } from '../../traffic/probe-calls';
import { scrapeTargets } from '../../traffic/scrape-targets';
import { admitsOutsiders, scrapers, type Scraper } from '../../traffic/scrapers';
import { RAW_CONNECTION, type Traffic } from '../../verdict/request';
import { decide } from '../../verdict/decide';
import { canReach, type ReachVerdict } from '../can/can';
import type { Fate } from './fate';
import { withoutIdentity } from './without-identity';

/** Why somebody is expected to call: each is found elsewhere in the manifests. */
export type CallKind = 'configured' | 'probe' | 'scrape' | 'api-server' | 'ingress' | 'outside';

/** A call that the manifests name. */
export interface ExpectedCall {
  readonly kind: CallKind;
  /** Who calls, in words. */
  readonly from: string;
  /** Who calls, if it is a workload. */
  readonly caller?: Workload;
  readonly target: WorkloadId;
  readonly port: number;
  /** The evidence, in words. */
  readonly why: string;
  /** What happens to it; `undefined` if its target is not there. */
  readonly fateIn: (cluster: Cluster) => Fate | undefined;
}

/** Everybody who calls by these manifests: other workloads, kubelets, Prometheus, the API server, ingress, the outside. */
export function expectedCalls(cluster: Cluster): readonly ExpectedCall[] {
  const own = cluster.workloads.filter(({ isMadeByInput }) => !isMadeByInput);
  const calls = [
    ...configured(configuredCalls(cluster, own).calls),
    ...own.flatMap((workload) => probes(workload)),
    ...scrapes(cluster),
    ...apiServer(cluster),
    ...ingress(cluster, own),
    ...outside(cluster),
  ];
  const known = new Map<string, ExpectedCall>();
  for (const call of calls) {
    const key = [
      call.kind,
      call.from,
      workloadKey(call.target),
      call.port,
      call.kind === 'probe' ? call.why : '',
    ];
    if (!known.has(key.join('\n'))) known.set(key.join('\n'), call);
  }
  return [...known.values()];
}

function idOf({ namespace, kind, name }: WorkloadId): WorkloadId {
  return { namespace, kind, name };
}

/**
 * Calls by configuration. A name without a port is no call to each port of the Service: another text of the same caller may
 * name the port, a workload knows its own name, and where one port lets the caller in, that is the one that is meant.
 */
function configured(calls: readonly ConfiguredCall[]): ExpectedCall[] {
  const pair = ({ caller, service: { object } }: ConfiguredCall): string =>
    `${workloadKey(caller)} ${object.metadata.namespace ?? ''}/${object.metadata.name}`;
  const named = new Set(calls.filter(({ isPortKnown }) => isPortKnown).map(pair));
  return calls.flatMap((call) => {
    const each = call.backends.map(({ workload, number, servicePort }) =>
      byWorkload(
        'configured',
        call.caller,
        workload,
        number,
        servicePort.number,
        `the call is configured by ${call.because}`,
      ),
    );
    if (call.isPortKnown) return each;
    if (named.has(pair(call))) return [];
    const others = each.filter(({ target }) => workloadKey(target) !== workloadKey(call.caller));
    return [...groupBy(others, ({ target }) => workloadKey(target)).values()].flatMap(oneOf);
  });
}

/** Of several ports, whichever lets the caller in furthest. */
function oneOf(calls: readonly ExpectedCall[]): ExpectedCall[] {
  const [first] = calls;
  if (first === undefined) return [];
  return [{ ...first, fateIn: (cluster) => best(calls.flatMap(({ fateIn }) => fateIn(cluster) ?? [])) }];
}

function byWorkload(
  kind: CallKind,
  caller: Workload,
  workload: Workload,
  port: number,
  dialledPort: number,
  why: string,
): ExpectedCall {
  const target = idOf(workload);
  return {
    kind,
    from: workloadKey(caller),
    caller,
    target,
    port,
    why,
    fateIn(cluster) {
      if (cluster.workload(target) === undefined) return undefined;
      const now = cluster.workload(caller);
      const { identity } = caller;
      // A caller that is gone from the new manifests keeps calling until it is deleted.
      const gone = identity === undefined ? ({ tls: 'none' } as const) : ({ tls: 'mesh', identity } as const);
      const client = now === undefined ? gone : { workload: now };
      const { verdict, classes } = canReach(cluster, { ...target, port, dialledPort }, client);
      const decisive = classes.find(({ decisive: counts }) => counts) ?? classes[0];
      return { verdict, because: decisive?.decision.because ?? '' };
    },
  };
}

function probes(workload: Workload): ExpectedCall[] {
  if (workload.kind === 'externalworkload') return [];
  const target = idOf(workload);
  return probeCalls(workload).map(({ kind, port, path, probes: fields, container, traffic }) => ({
    kind: 'probe',
    from: 'the kubelet',
    target,
    port,
    why: `${kind}${path === undefined ? '' : ` ${path}`} is the ${fields.join(' and ')} of container ${container}`,
    fateIn: unidentified(target, port, traffic, nodeAddresses),
  }));
}

/** A caller without an identity, from one of some addresses, or from anywhere. */
function unidentified(
  target: WorkloadId,
  port: number,
  traffic: Traffic,
  addresses: (cluster: Cluster) => readonly string[] = () => [],
): ExpectedCall['fateIn'] {
  return (cluster) => {
    const workload = cluster.workload(target);
    return workload === undefined
      ? undefined
      : withoutIdentity(cluster, workload, port, traffic, addresses(cluster));
  };
}

/** It is enough that one of several Prometheus gets in, if the input does not say which of them reads what. */
function scrapes(cluster: Cluster): ExpectedCall[] {
  const known = scrapers(cluster);
  return scrapeTargets(cluster).map(({ workload, port, path, isHttps, by }): ExpectedCall => {
    const target = idOf(workload);
    const traffic: Traffic = isHttps ? RAW_CONNECTION : { kind: 'request', request: { path } };
    const [only] = known;
    const from =
      only === undefined
        ? 'a Prometheus that is not in the manifests'
        : known.map(({ label }) => label).join(' or ');
    return {
      kind: 'scrape',
      from,
      target,
      port,
      why: `metrics are read from ${path} by ${by}`,
      fateIn: (state) => scrapeFate(state, known, target, port, traffic),
    };
  });
}

function scrapeFate(
  cluster: Cluster,
  known: readonly Scraper[],
  target: WorkloadId,
  port: number,
  traffic: Traffic,
): Fate | undefined {
  const workload = cluster.workload(target);
  if (workload === undefined) return undefined;
  if (known.length === 0) {
    if (admitsOutsiders(cluster, workload, port, traffic))
      return { verdict: 'allow', because: 'somebody gets in' };
    return { verdict: 'deny', because: 'nobody from outside its namespace gets in' };
  }
  // A Prometheus of the same kind and name, as it is in that state of the cluster
  const now = scrapers(cluster);
  const fates = (now.length === 0 ? known : now).map(({ client }) =>
    decide(cluster, { ...target, port }, client, traffic),
  );
  return best(fates);
}

function best(fates: readonly Fate[]): Fate | undefined {
  const order: readonly ReachVerdict[] = ['allow', 'audit', 'depends', 'partly', 'not-found', 'deny'];
  const [first] = [...fates].sort((a, b) => order.indexOf(a.verdict) - order.indexOf(b.verdict));
  return first === undefined ? undefined : { verdict: first.verdict, because: first.because };
}

function apiServer(cluster: Cluster): ExpectedCall[] {
  return apiServerCalls(cluster).map(({ workload, number, because }) => ({
    kind: 'api-server',
    from: 'the API server',
    target: idOf(workload),
    port: number,
    why: `it is called by ${because}`,
    fateIn: unidentified(idOf(workload), number, RAW_CONNECTION),
  }));
}

function ingress(cluster: Cluster, workloads: readonly Workload[]): ExpectedCall[] {
  return ingressCalls(cluster, workloads).flatMap(({ backends, because, running }) =>
    backends.flatMap(({ workload, number, servicePort }): ExpectedCall[] => {
      if (running.length > 0)
        return running.map((caller) =>
          byWorkload('ingress', caller, workload, number, servicePort.number, `${because} routes there`),
        );
      const target = idOf(workload);
      const traffic: Traffic = { kind: 'request', request: { path: '/' } };
      return [
        {
          kind: 'ingress',
          from: 'an ingress controller that is not in the manifests',
          target,
          port: number,
          why: `${because} routes there`,
          fateIn: (state) => scrapeFate(state, [], target, number, traffic),
        },
      ];
    }),
  );
}

/** Whoever comes by a Service of type LoadBalancer or NodePort. */
function outside(cluster: Cluster): ExpectedCall[] {
  return objectsOf(cluster, '', 'Service').flatMap((service) => {
    const { outsideType: type } = serviceOf(service);
    if (type === undefined) return [];
    const why = `Service ${service.object.metadata.name} is of type ${type}`;
    return backendsOf(cluster, service).map(({ workload, number }): ExpectedCall => {
      const target = idOf(workload);
      return {
        kind: 'outside',
        from: 'clients from outside the cluster',
        target,
        port: number,
        why,
        fateIn: (state) => {
          if (state.workload(target) === undefined) return undefined;
          const { verdict, classes } = canReach(state, { ...target, port: number }, { tls: 'none' });
          const decisive = classes.find(({ decisive: counts }) => counts) ?? classes[0];
          return { verdict, because: decisive?.decision.because ?? '' };
        },
      };
    });
  });
}
