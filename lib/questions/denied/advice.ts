import type { Cluster } from '../../cluster/cluster';
import { workloadKey } from '../../cluster/workload';
import { parseAddress } from '../../linkerd/network';
import type { Seen } from '../../signals/signal';
import { probeCalls } from '../../traffic/probe-calls';
import { enumerate } from '../../basics/words';
import { meshEligibility } from '../init/mesh-eligibility';
import type { Admitted, Opened } from './exception-objects';
import type { Replay, Replayed } from './replay';
import type { SeenParty } from './seen-client';

/** What to do about a signal. */
export type Advice =
  /** Nothing keeps the client out, or will. */
  | { readonly kind: 'none'; readonly because: string }
  /** An exception is not the answer; `instead` is, if there is one. */
  | { readonly kind: 'against'; readonly because: string; readonly instead?: string }
  /** It may be let in, and no exception could be written that does just that. */
  | { readonly kind: 'unwritten'; readonly because: string }
  /** It may be let in. */
  | {
      readonly kind: 'exception';
      readonly admitted: Admitted;
      readonly opened: Opened;
      readonly cautions: readonly string[];
    };

/** Whether a client tried so many ports of one workload that it looks for what is open. */
export type IsScan = (party: SeenParty) => number | undefined;

/** Whether a client that is kept out should be let in, and where exactly. Total: what it does not know it advises against. */
export function advise(
  cluster: Cluster,
  seen: Seen,
  party: SeenParty,
  replayed: Replay,
  isScan: IsScan,
): Advice {
  const { outcome } = replayed;
  if (outcome !== 'still' && outcome !== 'lost') return { kind: 'none', because: NOTHING[outcome] };
  if (seen.kind === 'not-found')
    return against(
      'no route takes these requests, so they get 404: that is not about who the client is',
      'add a rule to a route of this port, or remove its routes',
    );
  const ports = isScan(party);
  if (ports !== undefined)
    return against(
      `this client tried ${ports} ports of one workload: that looks like a scan`,
      'find out what it is; an exception for each port would be what it is after',
    );
  const opened = openedBy(cluster, replayed.decisions);
  if (typeof opened === 'string') return against(opened);
  return forParty(cluster, party, opened, replayed.decisions);
}

const NOTHING = {
  'no-longer': 'the manifests let it in',
  never: 'the manifests let it in: find out what runs before you change them',
  open: 'it cannot be said whether the manifests let it in',
};

function against(because: string, instead?: string): Advice {
  return { kind: 'against', because, ...(instead === undefined ? {} : { instead }) };
}

/** What has to be opened, or why nothing can be. */
function openedBy(cluster: Cluster, decisions: readonly Replayed[]): Opened | string {
  const [first, ...others] = decisions;
  if (first === undefined) return 'nothing was replayed';
  const { decision, target } = first;
  if (decision.reason === 'proxy-port') return `${decision.because}: no policy opens it`;
  if (decision.reason === 'tap') return `${decision.because}: no policy opens it`;
  if (decision.reason === 'protocol-mismatch')
    return `${decision.because}: the client speaks another protocol than the port, whoever it is`;
  if (decision.reason === 'broken-policy') return `${decision.because}: repair the policy`;
  const workload = cluster.workload(target);
  if (workload === undefined) return decision.because;
  const policy = cluster.inboundPolicy(workload, target.port);
  const { governedBy } = policy;
  if (governedBy.kind === 'object') {
    const isOne = others.every(({ decision: other }) => other.server === decision.server);
    if (!isOne) return 'it could be any of several workloads with Servers of their own';
    const server = governedBy.object;
    const route = decision.routeSource;
    return route === undefined ? { kind: 'server', server } : { kind: 'route', server, route };
  }
  if (others.length > 0)
    return `it could be any of ${enumerate(
      decisions.map(({ target: one }) => workloadKey(one)),
      3,
    )}; pass logs that name the pod`;
  return { kind: 'port', workload, port: target.port, policy: governedBy.policy, protocol: policy.protocol };
}

function forParty(
  cluster: Cluster,
  { party, client }: SeenParty,
  opened: Opened,
  decisions: readonly Replayed[],
): Advice {
  const ip = client?.ip;
  const exception = (admitted: Admitted, cautions: readonly string[] = []): Advice => ({
    kind: 'exception',
    admitted,
    opened,
    cautions: [...cautions, ...undeclared(cluster, decisions)],
  });
  switch (party.who) {
    case 'account': {
      const { namespace, account, workloads } = party;
      const cautions: string[] = [];
      if (account === 'default')
        cautions.push(
          `every pod of namespace ${namespace} that names no ServiceAccount is this client; give the caller its own`,
        );
      if (workloads.length > 1)
        cautions.push(
          `${enumerate(workloads.map(workloadKey), 4)} share this ServiceAccount: all of them get in`,
        );
      if (workloads.length === 0)
        cautions.push('no workload of the manifests uses this ServiceAccount: nothing here says what it is');
      return exception({ who: { kind: 'serviceAccount', namespace, name: account } }, cautions);
    }
    case 'identity': {
      const identity = client?.identity ?? '';
      if (party.workloads.length === 0)
        return against(
          `nothing in the manifests has the identity ${identity}`,
          'add the ExternalWorkload that has it to the manifests, and ask again',
        );
      return exception({ who: { kind: 'identity', identity } });
    }
    case 'foreign':
      return against(
        `the client is of another mesh, ${party.mesh}: who may be ${party.account} of namespace ${party.namespace} there is decided elsewhere`,
        'if that cluster is yours, declare the identity by hand: Client.identity(…)',
      );
    case 'pod': {
      const { workload } = party;
      const name = workloadKey(workload);
      const { kind, reason } = meshEligibility(cluster, workload);
      if (kind === 'meshed')
        return against(
          `${name} has a proxy, and came past it: its address would admit whoever has it next`,
          'look for skip-outbound-ports on the caller, and for a proxy that started after its container',
        );
      return against(
        `${name} is not meshed (${reason}): its address changes with its pods, and would admit whoever has it next`,
        kind === 'injectable'
          ? `mesh it (linkerd.io/inject: enabled), and admit ServiceAccount ${workload.pod.serviceAccount} of ${workload.namespace}`
          : 'let it call through something that is meshed',
      );
    }
    case 'machine':
      return against(`${workloadKey(party.workload)} came without its mesh identity`, 'repair its proxy');
    case 'node':
      return isProbed(cluster, decisions) && ip !== undefined
        ? exception({ who: { kind: 'anyone' }, network: hostNetwork(ip) }, [
            'this is a node, and the port has a probe: most likely its kubelet; on other nodes kubelets have other addresses',
          ])
        : against(
            `the client is on node ${party.node}, and nothing probes this port: any process there has this address`,
            'find out which; give it a pod of its own that is meshed',
          );
    case 'cluster':
      return against(
        'the client has no identity, and no pod of the manifests has its address',
        'add the output of kubectl get pods to the input, or mesh the client',
      );
    case 'outside':
      return against(
        'the client is unknown, not meshed, and from outside the cluster',
        'let it come in through an ingress that is meshed',
      );
    case 'itself':
      return against('it is the pod itself, through its own proxy', 'let it call 127.0.0.1');
    case 'unmeshed':
      return against(
        'the client has no identity, and metrics do not have addresses',
        "read the log of this pod's proxy: it has the address",
      );
    case 'unknown':
      return against('the signal does not say who the client was', "read the log of this pod's proxy");
  }
}

function undeclared(cluster: Cluster, decisions: readonly Replayed[]): readonly string[] {
  const some = decisions.filter(({ target }) => {
    const pod = cluster.workload(target)?.pod;
    return pod?.ports.every(({ number }) => number !== target.port) === true;
  });
  return some.map(
    ({ target }) => `no container of ${workloadKey(target)} declares port ${target.port}: is anything there?`,
  );
}

function isProbed(cluster: Cluster, decisions: readonly Replayed[]): boolean {
  return decisions.some(({ target }) => {
    const workload = cluster.workload(target);
    return workload !== undefined && probeCalls(workload).some(({ port }) => port === target.port);
  });
}

/** A network of one address. */
function hostNetwork(ip: string): string {
  return `${ip}/${parseAddress(ip)?.family === 6 ? 128 : 32}`;
}
