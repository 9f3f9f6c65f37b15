import { containersOf, type Workload } from '../cluster/workload';
import { PROXY_CONTAINER } from '../linkerd/ports';
import { kubeletProbes, mergeProbes, type KubeletProbe } from '../workloads/kubelet-probes';
import { RAW_CONNECTION, type Traffic } from '../verdict/request';

/** A request that a kubelet sends for one or more probes, as the proxy sees it. */
export interface ProbeCall extends KubeletProbe {
  readonly traffic: Traffic;
}

/** The probe requests that a workload's pods receive, including those to the proxy itself. */
export function probeCalls(workload: Workload): ProbeCall[] {
  const probes = [...kubeletProbes(containersOf(workload)), ...proxyProbes(workload)];
  return mergeProbes(probes).map((probe) => ({ ...probe, traffic: trafficOf(probe) }));
}

function trafficOf({ kind, path = '/', headers }: KubeletProbe): Traffic {
  switch (kind) {
    case 'gRPC':
      return {
        kind: 'request',
        request: { method: 'POST', path: '/grpc.health.v1.Health/Check', version: 'HTTP/2' },
      };
    case 'httpGet over HTTPS':
      return RAW_CONNECTION;
    case 'httpGet': {
      // The kubelet adds a missing slash; Linkerd's automatic route for the probe does not.
      const requested = path.startsWith('/') ? path : `/${path}`;
      const request = {
        path: requested,
        headers: { host: '10.1.2.3', ...headers },
        version: 'HTTP/1',
      } as const;
      return { kind: 'request', request };
    }
  }
}

/** Probes of the proxy itself, added by the injector. */
function proxyProbes({ injection, pod, kind }: Workload): KubeletProbe[] {
  if (injection.how !== 'injected' || kind === 'externalworkload') return [];
  const probes = [
    ['livenessProbe', '/live'],
    ['readinessProbe', '/ready'],
  ] as const;
  return probes.map(([field, path]) => ({
    kind: 'httpGet',
    probes: [field],
    container: PROXY_CONTAINER,
    port: pod.proxyPorts.admin,
    path,
    headers: {},
    place: [],
  }));
}
