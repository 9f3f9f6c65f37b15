import { valueAt, asFields, isFields, asList, asText, type Fields } from '../kubernetes/fields';
import { isPortNumber } from '../linkerd/ports';
import { isTcp } from './ports';
import { uriPath } from './uri-path';

/** The three probes a container may have. */
export const PROBE_FIELDS = ['livenessProbe', 'readinessProbe', 'startupProbe'] as const;

const HANDLERS = ['httpGet', 'tcpSocket', 'grpc'] as const;

/** The port of each probe of a container, as written. */
export function writtenProbePorts(container: unknown): readonly unknown[] {
  const ports: unknown[] = [];
  for (const field of PROBE_FIELDS) {
    const probe = valueAt(container, field);
    if (probe === undefined) continue;
    for (const handler of HANDLERS) {
      const port = valueAt(probe, handler, 'port');
      if (port !== undefined) ports.push(port);
    }
  }
  return ports;
}

/** Ports that a container's probes ask: a number is what it is; a name is looked up among the container's ports. */
export function probedPorts(container: unknown): readonly number[] {
  return writtenProbePorts(container).flatMap((port) =>
    typeof port === 'number' ? [port] : resolveProbePort(asFields(container), port),
  );
}

export interface ProbePath {
  readonly port: number;
  /** Path without query, which the implicit `probe` route matches exactly. */
  readonly path: string;
}

/** Paths that the policy controller opens for a pod's probes, by port. */
export function probePaths(containers: readonly unknown[]): Map<number, Set<string>> {
  const probes = new Map<number, Set<string>>();
  for (const container of containers) {
    for (const { port, path } of containerProbePaths(asFields(container))) {
      const paths = probes.get(port);
      if (paths === undefined) probes.set(port, new Set([path]));
      else paths.add(path);
    }
  }
  return probes;
}

/**
 * The probe requests that the policy controller lets through by itself (linkerd-policy 3.3): httpGet only, whatever
 * the scheme; a port name counts only in the container that declares it.
 */
export function containerProbePaths(container: Fields): ProbePath[] {
  const found: ProbePath[] = [];
  for (const field of PROBE_FIELDS) {
    const httpGet = valueAt(container, field, 'httpGet');
    if (!isFields(httpGet)) continue;
    const path = probePath(httpGet);
    if (path === undefined) continue;
    for (const port of resolveProbePort(container, httpGet.port)) found.push({ port, path });
  }
  return found;
}

/** A probe's port among its own container's ports; only here do names compare without case. */
export function resolveProbePort(container: Fields, port: unknown): number[] {
  if (isPortNumber(port)) return [port];
  const name = asText(port)?.toLowerCase();
  if (name === undefined) return [];
  for (const entry of asList(container.ports)) {
    const number = valueAt(entry, 'containerPort');
    if (asText(valueAt(entry, 'name'))?.toLowerCase() !== name || !isTcp(entry)) continue;
    if (isPortNumber(number)) return [number];
  }
  return [];
}

/** The controller parses it as a URI; `undefined` for one that does not parse or lacks the leading slash (5.1). */
function probePath(httpGet: Fields): string | undefined {
  const path = asText(httpGet.path) ?? '/';
  return path === '' ? '/' : uriPath(path);
}
