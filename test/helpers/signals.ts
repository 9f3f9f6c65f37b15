import type { ProxyClient } from '../../lib/linkerd/client';
import type { ResourceName } from '../../lib/signals/signal';
import { SignalReader } from '../../lib/signals/signal-reader';
import type { Reading } from '../../lib/signals/signal';

/** One decision of a proxy, to be written as the proxy writes it. */
export interface Denial {
  readonly namespace: string;
  readonly pod: string;
  readonly podIp?: string;
  readonly port: number;
  readonly server: ResourceName;
  /** Absent for a connection. */
  readonly route?: ResourceName;
  readonly client: ProxyClient & { readonly ip: string };
  readonly path?: string;
  /** Let in by audit. */
  readonly isAudit?: boolean;
}

const AUDIT = { group: '', kind: 'default', name: 'audit' };
const TIME = '2026-11-25T22:48:48.572688Z';

function tlsDebug({ tls, identity = '' }: ProxyClient): string {
  if (tls === 'none') return 'None(NoClientHello)';
  if (tls === 'unauthenticated-tls')
    return 'Some(Established { client_id: None, negotiated_protocol: None })';
  const [, host, path = ''] = /^spiffe:\/\/([^/]+)(.*)$/.exec(identity) ?? [];
  const id =
    host === undefined
      ? `Dns(Name("${identity}"))`
      : `Uri(Url { scheme: "spiffe", cannot_be_a_base: false, username: "", password: None, host: Some(Domain("${host}")), port: None, path: "${path}", query: None, fragment: None })`;
  return `Some(Established { client_id: Some(ClientId(${id})), negotiated_protocol: None })`;
}

function resourceFields(what: string, { group, kind, name }: ResourceName): [string, string][] {
  return [
    [`${what}.group`, group],
    [`${what}.kind`, kind],
    [`${what}.name`, name],
  ];
}

interface Event {
  readonly target: string;
  readonly message: string;
  readonly fields: readonly (readonly [string, string])[];
  readonly isRescue?: boolean;
}

function eventsOf({ server, route, client, path, isAudit = false }: Denial): Event[] {
  const target = `linkerd_app_inbound::policy::${route === undefined ? 'tcp' : 'http'}`;
  const who: [string, string][] =
    route === undefined && !isAudit
      ? [
          ['tls', tlsDebug(client)],
          ['client', addressed(client.ip)],
        ]
      : [
          ['client.tls', tlsDebug(client)],
          ['client.ip', client.ip],
        ];
  const message = isAudit ? 'Request allowed' : route === undefined ? 'Connection denied' : 'Request denied';
  const decision = {
    target,
    message,
    fields: [
      ...resourceFields('server', server),
      ...(route === undefined ? [] : resourceFields('route', route)),
      ...who,
      ...(isAudit ? resourceFields('authz', AUDIT) : []),
    ],
  };
  if (isAudit || route === undefined) return [decision];
  return [
    decision,
    {
      target: 'linkerd_app_core::errors::respond',
      message: 'HTTP/1.1 request failed',
      fields: [
        ['error', 'unauthorized request on route'],
        ...(path === undefined ? [] : [['path', path] as const]),
      ],
      isRescue: true,
    },
  ];
}

function addressed(ip: string): string {
  return ip.includes(':') ? `[${ip}]:52222` : `${ip}:52222`;
}

/** The lines of the proxy's plain log, without a prefix. */
export function plainLines(denial: Denial): string[] {
  return eventsOf(denial).map(({ target, message, fields, isRescue }) => {
    const rescue = isRescue === true ? `rescue{client.addr=${addressed(denial.client.ip)}}:` : '';
    const texts = fields.map(([name, value]) => `${name}=${name === 'path' ? JSON.stringify(value) : value}`);
    // A span without a further one ends with one colon, as one with it does.
    return `[  1289.245238s]  INFO ThreadId(02) inbound:server{port=${denial.port}}:${rescue} ${target}: ${message} ${texts.join(' ')}`;
  });
}

/** The lines of the proxy's JSON log. */
export function jsonLines(denial: Denial): string[] {
  return eventsOf(denial).map(({ target, message, fields, isRescue }) =>
    JSON.stringify({
      timestamp: TIME,
      level: 'INFO',
      fields: { message, ...Object.fromEntries(fields) },
      target,
      spans: [
        { name: 'inbound' },
        { port: denial.port, name: 'server' },
        ...(isRescue === true ? [{ 'client.addr': addressed(denial.client.ip), name: 'rescue' }] : []),
      ],
      threadId: 'ThreadId(1)',
    }),
  );
}

/** The series of the decision. */
export function metricLine(denial: Denial, count = 1, extra: Readonly<Record<string, string>> = {}): string {
  return `${metricName(denial)}{${Object.entries({ ...metricLabels(denial), ...extra })
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    .join(',')}} ${count}`;
}

function metricName({ route, isAudit }: Denial): string {
  return `inbound_${route === undefined ? 'tcp' : 'http'}_authz_${isAudit === true ? 'allow' : 'deny'}_total`;
}

function metricLabels(denial: Denial): Record<string, string> {
  const { podIp = '10.42.0.5', port, server, route, client, isAudit } = denial;
  const labelled = (what: string, { group, kind, name }: ResourceName): Record<string, string> => ({
    [`${what}_group`]: group,
    [`${what}_kind`]: kind,
    [`${what}_name`]: name,
  });
  const tls: Record<string, string> =
    client.tls === 'none'
      ? { tls: 'no_identity', no_tls_reason: 'no_tls_from_remote' }
      : { tls: 'true', client_id: client.identity ?? '' };
  return {
    target_addr: `${podIp}:${port}`,
    target_ip: podIp,
    target_port: String(port),
    ...labelled('srv', server),
    srv_port: String(port),
    ...(route === undefined ? {} : labelled('route', route)),
    ...(isAudit === true ? labelled('authz', AUDIT) : {}),
    ...tls,
  };
}

/** Every format that carries a decision of a proxy, and whether it has the client's address. */
export const FORMATS: Readonly<
  Record<string, { readonly write: (denial: Denial) => string[]; readonly hasAddress: boolean }>
> = {
  'kubectl logs --prefix': {
    hasAddress: true,
    write: (denial) => plainLines(denial).map((line) => `[pod/${denial.pod}/linkerd-proxy] ${line}`),
  },
  'kubectl logs --prefix --timestamps': {
    hasAddress: true,
    write: (denial) => plainLines(denial).map((line) => `[pod/${denial.pod}/linkerd-proxy] ${TIME} ${line}`),
  },
  'kubectl logs --prefix, JSON': {
    hasAddress: true,
    write: (denial) => jsonLines(denial).map((line) => `[pod/${denial.pod}/linkerd-proxy] ${line}`),
  },
  stern: {
    hasAddress: true,
    write: (denial) => plainLines(denial).map((line) => `${denial.pod} linkerd-proxy ${line}`),
  },
  'stern -A -t, in colours': {
    hasAddress: true,
    write: (denial) =>
      plainLines(denial).map(
        (line) =>
          `\u001b[32m${denial.namespace}\u001b[0m \u001b[32m${denial.pod}\u001b[0m linkerd-proxy ${TIME} ${line}`,
      ),
  },
  'stern -o json': {
    hasAddress: true,
    write: (denial) =>
      jsonLines(denial).map((message) =>
        JSON.stringify({
          message,
          nodeName: 'node-1',
          namespace: denial.namespace,
          podName: denial.pod,
          containerName: 'linkerd-proxy',
        }),
      ),
  },
  'logcli -o jsonl': {
    hasAddress: true,
    write: (denial) =>
      plainLines(denial).map((line) =>
        JSON.stringify({
          labels: { namespace: denial.namespace, pod: denial.pod, container: 'linkerd-proxy' },
          line,
          timestamp: TIME,
        }),
      ),
  },
  logcli: {
    hasAddress: true,
    write: (denial) =>
      plainLines(denial).map(
        (line) =>
          `2026-11-25T22:48:48Z {container="linkerd-proxy", namespace="${denial.namespace}", pod="${denial.pod}"} ${line}`,
      ),
  },
  "Loki's API": {
    hasAddress: true,
    write: (denial) => [
      JSON.stringify({
        status: 'success',
        data: {
          resultType: 'streams',
          result: [
            {
              stream: { namespace: denial.namespace, pod: denial.pod },
              values: jsonLines(denial).map((line) => ['1764110928572688000', line]),
            },
          ],
        },
      }),
    ],
  },
  'the log on a node': {
    hasAddress: true,
    write: (denial) =>
      plainLines(denial).map((line) =>
        JSON.stringify({
          log: `${line}\n`,
          stream: 'stdout',
          time: TIME,
          kubernetes: { pod_name: denial.pod, namespace_name: denial.namespace },
        }),
      ),
  },
  'linkerd diagnostics proxy-metrics': {
    hasAddress: false,
    write: (denial) => [
      '#',
      `# POD ${denial.pod} (1 of 1)`,
      '# CONTAINER linkerd-proxy ',
      '#',
      '# HELP inbound_http_authz_deny_total The total number of inbound HTTP requests that were denied',
      '# TYPE inbound_http_authz_deny_total counter',
      metricLine(denial),
    ],
  },
  'metrics by federation': {
    hasAddress: false,
    write: (denial) => [
      `${metricLine(denial, 1, { namespace: denial.namespace, pod: denial.pod })} 1764110928572`,
    ],
  },
  "Prometheus' API": {
    hasAddress: false,
    write: (denial) =>
      JSON.stringify(
        {
          status: 'success',
          data: {
            resultType: 'vector',
            result: [
              {
                metric: {
                  __name__: metricName(denial),
                  ...metricLabels(denial),
                  namespace: denial.namespace,
                  pod: denial.pod,
                },
                value: [1764110928.572, '1'],
              },
            ],
          },
        },
        undefined,
        2,
      ).split('\n'),
  },
};

/** What a reader makes of these lines. */
export function readSignals(lines: readonly string[], file = '-'): Reading {
  const reader = new SignalReader();
  reader.open(file);
  for (const line of lines) reader.line(line);
  return reader.reading();
}
