import { stringLiteral } from '../../basics/typescript';
import { PROXY_PORT_NAMES } from '../../linkerd/ports';
import type { Traffic } from '../../verdict/request';
import type { Rule } from '../rule';
import { admitsOutsiders } from '../../traffic/scrapers';
import { exceptionRule } from '../fix-snippets';
import { workloadsIn } from '../../cluster/inventory';

const METRICS: Traffic = { kind: 'request', request: { path: '/metrics' } };

export const adminPortClosed: Rule = {
  id: 'admin-port-closed',
  severity: 'warning',
  title: "A namespace denies by default, so nobody can read its proxies' metrics.",
  check(cluster) {
    return cluster.namespaceNames().flatMap((namespace) => {
      const closed = workloadsIn(cluster, namespace).filter((workload) => {
        const { injection, pod, kind } = workload;
        if (injection.how !== 'injected' || kind === 'externalworkload') return false;
        const isDefault = !cluster.portOwnership(workload).owners.has(pod.proxyPorts.admin);
        return isDefault && !admitsOutsiders(cluster, workload, pod.proxyPorts.admin, METRICS);
      });
      const [first] = closed;
      if (first === undefined) return [];
      const { vizNamespace } = cluster.config;
      return [
        {
          object: cluster.namespaceObject(namespace) ?? first.source,
          text: `No Server covers port ${PROXY_PORT_NAMES.admin} (${first.pod.proxyPorts.admin}) of ${closed.length} workload${closed.length === 1 ? '' : 's'} in namespace ${namespace}, so the default policy refuses Prometheus: the namespace will be missing from Linkerd's dashboard and from all mesh metrics. Probes of the proxy still pass.`,
          remedy: "let in linkerd-viz's Prometheus, or whatever reads the proxies' metrics",
          snippets: [
            exceptionRule({
              namespace,
              port: PROXY_PORT_NAMES.admin,
              clients: [`Client.serviceAccount(${stringLiteral(vizNamespace)}, 'prometheus')`],
            }),
          ],
        },
      ];
    });
  },
};
