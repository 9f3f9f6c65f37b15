import { visible } from '../../basics/visible';
import { DOCS } from '../wording/docs-pages';

/** Which namespaces the alerts are about. */
export interface AlertScope {
  /** Empty for all. */
  readonly namespaces: readonly string[];
}

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** A kind of traffic that alerts tell apart: a counter of the proxy, and what it counts. */
interface Counter {
  readonly metric: string;
  readonly traffic: string;
  readonly audit?: boolean;
}

const DENIED: readonly Counter[] = [
  { metric: 'inbound_http_authz_deny_total', traffic: 'requests' },
  { metric: 'inbound_tcp_authz_deny_total', traffic: 'connections' },
  { metric: 'inbound_tcp_authz_terminate_total', traffic: 'connections-cut' },
];
const AUDITED: readonly Counter[] = [
  { metric: 'inbound_http_authz_allow_total', traffic: 'requests', audit: true },
  { metric: 'inbound_tcp_authz_allow_total', traffic: 'connections', audit: true },
];

/** The proxies' counters, in the order of panels: denials, then what audit lets in. */
export const COUNTERS: readonly Counter[] = [...DENIED, ...AUDITED];

/** Who and where, as the proxy labels its counters (linkerd-policy 8.6) and Prometheus its targets. */
const BY = 'namespace, srv_kind, srv_name, srv_port, tls, client_id';
const WINDOW = '5m';

/** Alerts on every denial, and on whatever the policy `audit` alone lets in. */
export function ruleGroup(scope: AlertScope): { readonly name: string; readonly rules: readonly Rule[] } {
  return {
    name: 'namespace-jail',
    rules: [
      ...DENIED.map((counter) => rule('NamespaceJailDenied', counter, scope, 'was denied at')),
      ...AUDITED.map((counter) =>
        rule('NamespaceJailAudited', counter, scope, 'was let in by audit alone at'),
      ),
    ],
  };
}

function rule(alert: string, counter: Counter, scope: AlertScope, did: string): Rule {
  const severity = counter.audit === true ? 'info' : 'warning';
  const who =
    '{{ if $labels.client_id }}{{ $labels.client_id }}{{ else }}A client without an identity{{ end }}';
  const where = '{{ $labels.srv_name }}:{{ $labels.srv_port }} in {{ $labels.namespace }}';
  return {
    alert,
    expr: `sum by (${BY}) (${counted(counter, scope)}) > 0`,
    labels: { severity, traffic: counter.traffic },
    annotations: {
      summary: `${who} ${did} ${where}`,
      description: `{{ $value | humanize }} times in ${WINDOW}. The log of the proxy says from where; namespace-jail denied says what would let it in.`,
      runbook_url: `${DOCS}/denied.md`,
    },
  };
}

/**
 * What a counter grew by. A series that was not there before starts with its first denial, which `increase()` does not
 * see: it counts whole.
 */
function counted(counter: Counter, scope: AlertScope): string {
  const series = seriesOf(counter, scope);
  return `(increase(${series}[${WINDOW}]) > 0) or (${series} unless ${series} offset ${WINDOW})`;
}

/** The series of a counter. */
export function seriesOf(
  { metric, audit = false }: Counter,
  { namespaces }: AlertScope,
  more: readonly string[] = [],
): string {
  const matchers = [
    ...(audit ? ['authz_kind="default"', 'authz_name="audit"'] : []),
    ...(namespaces.length === 0 ? [] : [`namespace=~${quoted(namespaces.map(escaped).join('|'))}`]),
    ...more,
  ];
  return matchers.length === 0 ? metric : `${metric}{${matchers.join(',')}}`;
}

/** Prometheus reads the escapes of JSON. */
function quoted(text: string): string {
  return visible(JSON.stringify(text));
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
