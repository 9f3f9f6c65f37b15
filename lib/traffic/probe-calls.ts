import { PROBE_FIELDS, resolveProbePort } from '../cluster/probes';
import type { Workload } from '../cluster/workload';
import { isPortNumber } from '../linkerd/ports';
import { valueAt, asFields, isFields, asList, asText, type Fields } from '../kubernetes/fields';
import { RAW_CONNECTION, type Traffic } from '../verdict/request';
import { containersOf, type PlacedContainer } from './placed-containers';
import type { Path } from '../kubernetes/path';

export type ProbeKind = 'httpGet' | 'httpGet over HTTPS' | 'gRPC';

/** A request that a kubelet makes for one or several probes. */
export interface ProbeCall {
  readonly kind: ProbeKind;
  /** `livenessProbe` and the like; all of them make the same request. */
  readonly probes: readonly string[];
  readonly container: string;
  readonly port: number;
  /** Of httpGet, as it is written. */
  readonly path?: string;
  readonly traffic: Traffic;
  /** Where the probe stands. */
  readonly place: Path;
}

/** A probe whose port is a name that its own container does not have: the kubelet looks nowhere else. */
export interface LostProbe {
  readonly probe: string;
  readonly container: string;
  readonly name: string;
  readonly place: Path;
}

/** What kubelets will ask of the pods of a workload. tcpSocket and exec are not among them: no policy stops those. */
export function probeCalls(workload: Workload): ProbeCall[] {
  const calls = new Map<string, ProbeCall>();
  const add = (call: ProbeCall): void => {
    const key = JSON.stringify([call.kind, call.port, call.path, call.traffic]);
    const known = calls.get(key);
    calls.set(key, known === undefined ? call : { ...known, probes: [...known.probes, ...call.probes] });
  };
  for (const container of containersOf(workload)) {
    for (const field of PROBE_FIELDS) {
      const call = probeCall(container, field);
      if (call !== undefined) add(call);
    }
  }
  for (const call of proxyProbes(workload)) add(call);
  return [...calls.values()];
}

function probeCall({ container, name, path }: PlacedContainer, field: string): ProbeCall | undefined {
  const httpGet = valueAt(container, field, 'httpGet');
  const grpc = valueAt(container, field, 'grpc');
  const common = { probes: [field], container: name };
  if (isFields(grpc) && isPortNumber(grpc.port)) {
    const request = { method: 'POST', path: '/grpc.health.v1.Health/Check', version: 'HTTP/2' } as const;
    const place = [...path, field, 'grpc'];
    return { ...common, kind: 'gRPC', port: grpc.port, traffic: { kind: 'request', request }, place };
  }
  // With a host the kubelet asks somebody else.
  if (!isFields(httpGet) || (asText(httpGet.host) ?? '') !== '') return undefined;
  const [port] = resolveProbePort(container, httpGet.port);
  if (port === undefined) return undefined;
  const place = [...path, field, 'httpGet'];
  const written = asText(httpGet.path) ?? '/';
  if (asText(httpGet.scheme)?.toUpperCase() === 'HTTPS') {
    return { ...common, kind: 'httpGet over HTTPS', port, path: written, traffic: RAW_CONNECTION, place };
  }
  // The kubelet adds a missing slash; Linkerd's own opening for the probe does not.
  const requested = written.startsWith('/') ? written : `/${written}`;
  const request = { path: requested, headers: headersOf(httpGet), version: 'HTTP/1' } as const;
  return { ...common, kind: 'httpGet', port, path: written, traffic: { kind: 'request', request }, place };
}

function headersOf(httpGet: Fields): Record<string, string> {
  const headers = new Map([['host', '10.1.2.3']]);
  for (const header of asList(httpGet.httpHeaders)) {
    headers.set(
      (asText(valueAt(header, 'name')) ?? '').toLowerCase(),
      asText(valueAt(header, 'value')) ?? '',
    );
  }
  return Object.fromEntries(headers);
}

/** The probes of the proxy itself, which the injector adds. */
function proxyProbes({ injection, pod, kind }: Workload): ProbeCall[] {
  if (injection.how !== 'injected' || kind === 'externalworkload') return [];
  const probes = [
    ['livenessProbe', '/live'],
    ['readinessProbe', '/ready'],
  ] as const;
  return probes.map(([field, path]) => ({
    kind: 'httpGet',
    probes: [field],
    container: 'linkerd-proxy',
    port: pod.proxyPorts.admin,
    path,
    traffic: { kind: 'request', request: { path, headers: { host: '10.1.2.3' }, version: 'HTTP/1' } },
    place: [],
  }));
}

export function lostProbes(workload: Workload): LostProbe[] {
  return containersOf(workload).flatMap(({ container, name, path }) =>
    PROBE_FIELDS.flatMap((field) =>
      ['httpGet', 'tcpSocket'].flatMap((kind): LostProbe[] => {
        const port = valueAt(container, field, kind, 'port');
        if (typeof port !== 'string' || /^\d+$/.test(port)) return [];
        if (resolveProbePort(asFields(container), port).length > 0) return [];
        return [{ probe: field, container: name, name: port, place: [...path, field, kind, 'port'] }];
      }),
    ),
  );
}
