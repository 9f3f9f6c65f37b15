import type { JailRollout } from '../../questions/rollout/rollout';
import type { Step, StepCommand } from './step';
import { visible } from '../../basics/visible';
import { CONTROL_PLANE_NS_LABEL } from '../../linkerd/annotations';
import { PROXY_CONTAINER } from '../../linkerd/ports';
import { commandLine } from '../wording/shell';

/** Where to see a jail's refusals: in viz and in the logs of all proxies, by the label that the injector gives them. */
export function watchCommands({ jail }: JailRollout): StepCommand[] {
  const { namespace, workloads } = jail;
  const viz = commandLine(['linkerd', 'viz', 'authz', '-n', namespace, 'deploy']);
  const commands = [{ line: viz, what: 'rows with default/audit are clients the jail would refuse' }];
  if (!workloads.some(({ injection }) => injection.meshed)) return commands;
  const words = ['kubectl', '-n', namespace, 'logs', '-l', CONTROL_PLANE_NS_LABEL, '-c', PROXY_CONTAINER];
  const logs = commandLine([...words, '--prefix', '--tail=-1', '--since=1h']);
  const filter = commandLine(['grep', '-iE', 'authz.name[=":]+audit|denied']);
  const none = commandLine(['echo', 'no such line in the last hour']);
  const what = 'the proxies of all pods log the client: client.tls and client.ip';
  return [...commands, { line: `${logs} | ${filter} || ${none}`, what }];
}

const BY = 'sum by (namespace, pod, srv_kind, srv_name, srv_port, tls, client_id)';
/** Without a name, a series tells by this label alone that its clients were let in. */
const BY_DECISION = BY.replace('client_id', 'client_id, authz_name');

/** The proxies' metrics for traffic that only audit lets in (linkerd-policy 8.6). */
export function auditQueries(namespace: string): Step['queries'] {
  const audited = (metric: string): string =>
    `${BY_DECISION} (increase(${metric}{namespace=${label(namespace)},authz_kind="default",authz_name="audit"}[1h])) > 0`;
  return [
    { query: audited('inbound_http_authz_allow_total'), what: 'requests that only audit lets in, by client' },
    {
      query: audited('inbound_tcp_authz_allow_total'),
      what: 'connections that only audit lets in, by client',
    },
    {
      query: `${BY} (increase(inbound_http_route_not_found_total{namespace=${label(namespace)}}[1h])) > 0`,
      what: 'requests that no route matches: audit does not let them in (404)',
    },
  ];
}

/** The proxies' metrics for refused traffic. */
export function denyQueries(namespace: string): Step['queries'] {
  const refused = (metric: string): string =>
    `${BY} (increase(${metric}{namespace=${label(namespace)}}[10m])) > 0`;
  return [
    { query: refused('inbound_http_authz_deny_total'), what: 'refused requests, by client' },
    { query: refused('inbound_tcp_authz_deny_total'), what: 'refused connections, by client' },
    {
      query: refused('inbound_tcp_authz_terminate_total'),
      what: 'connections cut when the policy changed',
    },
  ];
}

/** The value of a label; Prometheus reads the escapes of JSON. */
function label(value: string): string {
  return visible(JSON.stringify(value));
}
