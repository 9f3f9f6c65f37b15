import { asFields, asList, asText, isFields, valueAt, type Fields } from '../kubernetes/fields';
import type { Path } from '../kubernetes/path';
import { isPortNumber } from '../linkerd/ports';
import type { PlacedContainer } from './containers';
import { PROBE_FIELDS, resolveProbePort } from './probes';

export type ProbeKind = 'httpGet' | 'httpGet over HTTPS' | 'gRPC';

/** A request that a kubelet makes for one or more probes. */
export interface KubeletProbe {
  readonly kind: ProbeKind;
  /** `livenessProbe` and the like; they all make the same request. */
  readonly probes: readonly string[];
  readonly container: string;
  readonly port: number;
  /** For httpGet, as written. */
  readonly path?: string;
  /** For httpGet, by lower-case name. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The probe's path in the object. */
  readonly place: Path;
}

/** A probe whose named port its own container does not have: the kubelet looks nowhere else. */
export interface LostProbe {
  readonly probe: string;
  readonly container: string;
  readonly name: string;
  readonly place: Path;
}

/** The kubelets' requests to containers, without tcpSocket and exec: no policy stops those. */
export function kubeletProbes(containers: readonly PlacedContainer[]): KubeletProbe[] {
  return containers.flatMap((container) =>
    PROBE_FIELDS.flatMap((field) => {
      const probe = kubeletProbe(container, field);
      return probe === undefined ? [] : [probe];
    }),
  );
}

/** Merges probes that make the same request. */
export function mergeProbes(probes: readonly KubeletProbe[]): KubeletProbe[] {
  const merged = new Map<string, KubeletProbe>();
  for (const probe of probes) {
    const key = JSON.stringify([probe.kind, probe.port, probe.path, probe.headers]);
    const known = merged.get(key);
    merged.set(key, known === undefined ? probe : { ...known, probes: [...known.probes, ...probe.probes] });
  }
  return [...merged.values()];
}

function kubeletProbe({ container, name, path }: PlacedContainer, field: string): KubeletProbe | undefined {
  const httpGet = valueAt(container, field, 'httpGet');
  const grpc = valueAt(container, field, 'grpc');
  const common = { probes: [field], container: name };
  if (isFields(grpc) && isPortNumber(grpc.port)) {
    return { ...common, kind: 'gRPC', port: grpc.port, place: [...path, field, 'grpc'] };
  }
  // With a host, the kubelet asks somebody else.
  if (!isFields(httpGet) || (asText(httpGet.host) ?? '') !== '') return undefined;
  const [port] = resolveProbePort(container, httpGet.port);
  if (port === undefined) return undefined;
  const place = [...path, field, 'httpGet'];
  const written = asText(httpGet.path) ?? '/';
  if (asText(httpGet.scheme)?.toUpperCase() === 'HTTPS') {
    return { ...common, kind: 'httpGet over HTTPS', port, path: written, place };
  }
  return { ...common, kind: 'httpGet', port, path: written, headers: headersOf(httpGet), place };
}

function headersOf(httpGet: Fields): Record<string, string> {
  const headers = new Map<string, string>();
  for (const header of asList(httpGet.httpHeaders)) {
    headers.set(
      (asText(valueAt(header, 'name')) ?? '').toLowerCase(),
      asText(valueAt(header, 'value')) ?? '',
    );
  }
  return Object.fromEntries(headers);
}

export function lostProbes(containers: readonly PlacedContainer[]): LostProbe[] {
  return containers.flatMap(({ container, name, path }) =>
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
