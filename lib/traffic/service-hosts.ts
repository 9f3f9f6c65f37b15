/** A host found in a text, read as the name of a Service. */
export interface HostName {
  readonly service: string;
  /** Absent for a bare name, which means the caller's own namespace. */
  readonly namespace?: string;
  /** Whether the text says `.svc`: then it means a Service, whether or not the manifests have one. */
  readonly isExplicit: boolean;
  readonly port?: number;
  /** Whether the text names the port; the default port of `http` or `https` is a guess. */
  readonly isPortWritten: boolean;
}

/** Characters of hosts, ports, schemes and credentials; anything else ends a word. */
const WORD = /[A-Za-z0-9._:/@-]+/g;
const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const SCHEME_PORTS = new Map([
  ['http', 80],
  ['ws', 80],
  ['https', 443],
  ['wss', 443],
]);

/**
 * Hosts in a text that may be Services: in URLs, as `host:port`, or bare. The caller checks whether they exist:
 * "redis.conf" reads as Service `redis` in namespace `conf`.
 */
export function hostsIn(text: string): HostName[] {
  return (text.match(WORD) ?? []).flatMap((word) => hostOf(word) ?? []);
}

function hostOf(word: string): HostName | undefined {
  const scheme = word.indexOf('://');
  const afterScheme = scheme < 0 ? word : word.slice(scheme + 3);
  const [authority = ''] = afterScheme.split('/', 1);
  const address = authority.slice(authority.lastIndexOf('@') + 1);
  const [host = '', written, ...more] = address.split(':');
  if (more.length > 0) return undefined;
  const labels = host.toLowerCase().replace(/\.$/, '').split('.');
  if (!labels.every((label) => label.length <= 63 && LABEL.test(label))) return undefined;
  const name = serviceName(labels);
  return name === undefined ? undefined : { ...name, ...portOf(written, word.slice(0, Math.max(scheme, 0))) };
}

/** `svc`, `svc.ns`, `pod.svc.ns`, and anything ending in `svc.ns.svc[.cluster.local]`. */
function serviceName(labels: readonly string[]): Omit<HostName, 'isPortWritten'> | undefined {
  const marker = labels.indexOf('svc', 2);
  const end = marker < 0 ? labels.length : marker;
  const service = end === 1 ? labels[0] : labels[end - 2];
  if (service === undefined) return undefined;
  const namespace = end === 1 ? undefined : labels[end - 1];
  return { service, isExplicit: marker >= 0, ...(namespace === undefined ? {} : { namespace }) };
}

function portOf(written: string | undefined, scheme: string): Pick<HostName, 'port' | 'isPortWritten'> {
  const number = Number(written);
  if (written !== undefined && /^\d{1,5}$/.test(written) && number >= 1 && number <= 65535) {
    return { port: number, isPortWritten: true };
  }
  const usual = SCHEME_PORTS.get(scheme.toLowerCase());
  return usual === undefined ? { isPortWritten: false } : { port: usual, isPortWritten: false };
}
