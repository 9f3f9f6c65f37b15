import fc from 'fast-check';
import { Cluster } from '../../../lib/cluster/cluster';
import { backendsAt, backendsOf, findService, serviceOf, type Backend } from '../../../lib/cluster/services';
import type { Workload } from '../../../lib/cluster/workload';
import { workloadLabel } from '../../../lib/cluster/labels';
import { findings } from '../../../lib/findings/run-rules';
import type { KubeObject, SourceObject } from '../../../lib/kubernetes/object';
import { fromObjects } from '../../../lib/manifests/parse';
import { breakIn } from '../../../lib/questions/break-in/break-in';
import { waysIn } from '../../../lib/questions/break-in/outcome';
import { emitApp } from '../../../lib/questions/init/emit';
import { planInit } from '../../../lib/questions/init/plan-init';
import { configuredCalls } from '../../../lib/traffic/configured-calls';
import { readersOf, scrapers } from '../../../lib/traffic/scrapers';
import { scrapeTargets } from '../../../lib/traffic/scrape-targets';
import { decide } from '../../../lib/verdict/decide';
import type { ClientReference } from '../../../lib/verdict/client';
import { RAW_CONNECTION, type Traffic } from '../../../lib/verdict/request';
import { commandLawRuns, leastOf } from '../../helpers/laws';
import { randomApp } from './arbitrary-app';
import { enforced, jailed } from './init-app';

/**
 * From any application to a closed jail: `init`, synth, and then what the other questions say of it. The jails are those
 * that the written code declares, with the networks filled in and audit mode over.
 */
const numRuns = commandLawRuns(25);
/** What the random applications had, so that a law that met nothing is noticed. */
const met = { scrapes: 0, ingress: 0 };
/** A port that no application has. */
const UNKNOWN_PORT = 9010;
const API_SERVER = '10.250.0.1';
const OPTIONS = { inject: true, nodeNetworks: ['10.240.0.0/24'], apiServerNetworks: ['10.250.0.0/28'] };

const sourcesOf = (objects: readonly KubeObject[]): readonly SourceObject[] => fromObjects(objects).objects;

function closedJail(objects: readonly KubeObject[]): Cluster {
  return jailed(sourcesOf(objects), OPTIONS, enforced).cluster;
}

/** Errors, but that a pod which wants no proxy has none: no jail can help that, and init says so. */
function errorsOf(cluster: Cluster): string[] {
  const errors = findings(cluster).filter(
    ({ severity, rule }) => severity === 'error' && rule !== 'workload-unmeshed',
  );
  return errors.map(({ rule, text }) => `${rule}: ${text}`);
}

describe('of any application', () => {
  it('the same files are written, in whatever order its objects come', () => {
    const files = (objects: readonly KubeObject[]): unknown =>
      emitApp(planInit(Cluster.fromObjects(sourcesOf(objects)), OPTIONS), {
        packageSpec: '^0.1.0',
        input: 'x',
      });
    const shuffled = randomApp.chain(({ objects }) =>
      fc.tuple(fc.constant(objects), fc.shuffledSubarray([...objects], { minLength: objects.length })),
    );
    fc.assert(
      fc.property(shuffled, ([objects, others]) => {
        expect(files(others)).toEqual(files(objects));
      }),
      { numRuns: numRuns * 4 },
    );
  });

  it('the closed jail has no error, no undeclared way in, and lets in whom it should and nobody else', () => {
    fc.assert(
      fc.property(randomApp, ({ objects }) => {
        const before = new Set(errorsOf(Cluster.fromObjects(sourcesOf(objects))));
        const cluster = closedJail(objects);
        expect(cluster.refused.map(({ source }) => source.object)).toEqual([]);
        expect(errorsOf(cluster).filter((error) => !before.has(error))).toEqual([]);
        expect(undeclaredWaysIn(cluster)).toEqual([]);
        expect(refusedCallers(cluster)).toEqual([]);
        expect(refusedWebhooks(cluster)).toEqual([]);
        expect(refusedScrapes(cluster)).toEqual([]);
        expect(refusedIngress(cluster)).toEqual([]);
        expect(admittedStrangers(cluster)).toEqual([]);
      }),
      { numRuns },
    );
    expect(Math.min(met.scrapes, met.ingress)).toBeGreaterThan(leastOf(numRuns, 0));
  });
});

function undeclaredWaysIn(cluster: Cluster): string[] {
  return waysIn(breakIn(cluster)).flatMap(({ ports, verdict }) =>
    ports
      .filter(({ workload }) => workload.injection.meshed)
      .map(
        (port) => `${verdict} ${port.workload.namespace}/${workloadLabel(port.workload)}:${port.ports.port}`,
      ),
  );
}

/** Calls that the environment of a meshed workload names, port and all, and that do not get in. */
function refusedCallers(cluster: Cluster): string[] {
  // A port of which nothing but a webhook tells speaks TLS with its callers too
  const isHook = webhookKeys(cluster);
  return configuredCalls(cluster, cluster.workloads).calls.flatMap(
    ({ caller, backends, isPortKnown, because }) =>
      backends
        .filter(({ workload }) => isPortKnown && caller.injection.meshed && workload.injection.meshed)
        .filter(({ workload, number }) => !isPastProxy(workload, number))
        .flatMap(({ workload, number, servicePort }) => {
          const word = servicePort.appProtocol ?? servicePort.name ?? '';
          const traffic = spoken(word, workload, number, isHook.has(key('', workload, number)));
          const { verdict } = decide(cluster, { ...workload, port: number }, { workload: caller }, traffic);
          return verdict === 'allow'
            ? []
            : [`${because} -> ${workloadLabel(workload)}:${number}: ${verdict}`];
        }),
  );
}

function isPastProxy({ pod }: Workload, number: number): boolean {
  return (Object.values(pod.proxyPorts) as number[]).includes(number);
}

/** What a caller sends: by the word of the Service port, else by the name of the container's port. */
function spoken(word: string, { pod }: Workload, number: number, isHook: boolean): Traffic {
  const names = [...pod.portNames].flatMap(([name, numbers]) => (numbers.has(number) ? [name] : []));
  const said =
    [word, ...names].find((one) => /^(http|grpc|https|tcp|metrics|kubernetes.io.h2c)(-|$)/.test(one)) ?? '';
  if (/^(https|tcp)/.test(said) || (said === '' && (number === 5432 || isHook))) return RAW_CONNECTION;
  const version = /grpc|h2c/.test(said) ? 'HTTP/2' : 'HTTP/1';
  return { kind: 'request', request: { method: 'POST', path: '/shop.Ledger/Book', version } };
}

/** The ports that webhooks lead to. */
function webhookPorts(cluster: Cluster): Backend[] {
  return cluster.objects
    .filter(({ object }) => object.kind === 'ValidatingWebhookConfiguration')
    .flatMap(({ object }) => object.webhooks as { clientConfig: { service: Record<string, never> } }[])
    .flatMap(({ clientConfig: { service } }) => {
      const found = findService(cluster, String(service.namespace), String(service.name));
      if (found === undefined) return [];
      return backendsOf(cluster, found).filter(
        ({ servicePort }) => servicePort.number === Number(service.port),
      );
    });
}

function webhookKeys(cluster: Cluster): ReadonlySet<string> {
  return new Set(webhookPorts(cluster).map(({ workload, number }) => key('', workload, number)));
}

/** Webhooks that the API server cannot call. */
function refusedWebhooks(cluster: Cluster): string[] {
  const client: ClientReference = { ip: API_SERVER, tls: 'none' };
  return webhookPorts(cluster)
    .filter(({ workload, number }) => workload.injection.meshed && !isPastProxy(workload, number))
    .flatMap(({ workload, number }) => {
      const { verdict } = decide(cluster, { ...workload, port: number }, client, RAW_CONNECTION);
      return verdict === 'allow' ? [] : [`webhook -> ${workloadLabel(workload)}:${number}: ${verdict}`];
    });
}

/** Scrapes that the configuration of a meshed Prometheus asks for, and that are refused. */
function refusedScrapes(cluster: Cluster): string[] {
  const known = scrapers(cluster).filter(({ client }) => isMeshed(cluster, client));
  return scrapeTargets(cluster).flatMap((target) => {
    const { workload, port, isHttps, by } = target;
    if (!workload.injection.meshed || isPastProxy(workload, port)) return [];
    const traffic: Traffic = isHttps ? RAW_CONNECTION : METRICS;
    return readersOf(known, target).flatMap(({ client, label }) => {
      met.scrapes += 1;
      const { verdict } = decide(cluster, { ...workload, port }, client, traffic);
      return verdict === 'allow'
        ? []
        : [`${label} -> ${workloadLabel(workload)}:${port} (${by}): ${verdict}`];
    });
  });
}

const METRICS: Traffic = {
  kind: 'request',
  request: { method: 'GET', path: '/metrics', version: 'HTTP/1' },
};

function isMeshed(cluster: Cluster, client: ClientReference): boolean {
  if ('tls' in client) return client.tls === 'mesh';
  return 'workload' in client && cluster.workload(client.workload)?.injection.meshed === true;
}

/** Backends of the Ingress that its controller does not reach. */
function refusedIngress(cluster: Cluster): string[] {
  const controller = cluster.workloads.find(({ namespace }) => namespace === 'ingress-nginx');
  if (controller === undefined) return [];
  return cluster.objects
    .filter(({ object }) => object.kind === 'Ingress')
    .flatMap(({ object }) => {
      const { defaultBackend } = object.spec as {
        defaultBackend: { service: { name: string; port: { number: number } } };
      };
      const { name, port } = defaultBackend.service;
      const service = findService(cluster, String(object.metadata.namespace), name);
      return service === undefined ? [] : backendsAt(cluster, service, port.number);
    })
    .filter(({ workload, number }) => workload.injection.meshed && !isPastProxy(workload, number))
    .flatMap(({ workload, number, servicePort }) => {
      const word = servicePort.appProtocol ?? servicePort.name ?? '';
      met.ingress += 1;
      const traffic = spoken(word, workload, number, false);
      const { verdict } = decide(cluster, { ...workload, port: number }, { workload: controller }, traffic);
      return verdict === 'allow' ? [] : [`ingress -> ${workloadLabel(workload)}:${number}: ${verdict}`];
    });
}

/**
 * Meshed workloads of other namespaces that get into a port though nothing of theirs names a Service in front of it, and
 * strangers that get into any.
 */
function admittedStrangers(cluster: Cluster): string[] {
  const { calls } = configuredCalls(cluster, cluster.workloads);
  const known = new Set(
    calls.flatMap(({ caller, backends }) =>
      backends.map(({ workload, number }) => key(accountOf(caller), workload, number)),
    ),
  );
  const strangers: readonly [string, ClientReference][] = [
    ['an unmeshed pod', { ip: '10.9.9.9', tls: 'none' }],
    [
      'a stranger',
      { ip: '10.9.9.9', tls: 'mesh', identity: 'x.strange.serviceaccount.identity.linkerd.cluster.local' },
    ],
  ];
  const clients = cluster.workloads
    .filter(
      ({ injection, namespace, pod }) =>
        injection.meshed && !/^(monitoring|ingress-nginx)$/.test(namespace) && pod.serviceAccount !== '',
    )
    .map((workload): [string, ClientReference, Workload] => [accountOf(workload), { workload }, workload]);
  return cluster.workloads
    .filter(({ injection }) => injection.meshed)
    .flatMap((target) =>
      portsOf(cluster, target).flatMap((number) =>
        [
          ...strangers,
          ...clients.filter(
            ([account, , { namespace }]) =>
              namespace !== target.namespace && !known.has(key(account, target, number)),
          ),
        ].flatMap(([who, client]) =>
          TRAFFIC.flatMap((traffic) => {
            const { verdict } = decide(cluster, { ...target, port: number }, client, traffic);
            return verdict === 'allow' || verdict === 'audit'
              ? [`${who} -> ${target.namespace}/${workloadLabel(target)}:${number}: ${verdict}`]
              : [];
          }),
        ),
      ),
    );
}

const TRAFFIC: readonly Traffic[] = [
  RAW_CONNECTION,
  { kind: 'request', request: { method: 'POST', path: '/shop.Ledger/Book', version: 'HTTP/1' } },
  { kind: 'request', request: { method: 'POST', path: '/shop.Ledger/Book', version: 'HTTP/2' } },
];

function portsOf(cluster: Cluster, workload: Workload): number[] {
  const served = cluster
    .servicesIn(workload.namespace)
    .flatMap((service) => (serviceOf(service).selector === undefined ? [] : backendsOf(cluster, service)))
    .filter((backend) => backend.workload === workload)
    .map(({ number }) => number);
  const all = new Set([...workload.pod.ports.map(({ number }) => number), ...served, UNKNOWN_PORT]);
  return [...all].filter((number) => !isPastProxy(workload, number));
}

const accountOf = ({ namespace, pod }: Workload): string => `${namespace}/${pod.serviceAccount}`;
const key = (account: string, { namespace, kind, name }: Workload, number: number): string =>
  [account, namespace, kind, name, number].join(' ');
