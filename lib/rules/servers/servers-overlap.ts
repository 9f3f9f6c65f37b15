import { ClientSet } from '../../sets/client-set';
import type { Cluster } from '../../cluster/cluster';
import type { ShadowedServer } from '../../cluster/server';
import type { Workload } from '../../cluster/workload';
import type { Observation, Rule } from '../rule';
import { policyOfServer } from '../policy-of-server';
import { allWorkloads } from '../../cluster/inventory';
import { clientsOf, deliberate } from '../../verdict/authorized-clients';
import { groupBy } from '../../basics/collections';
import { AS_POLICY_SPELLS, clientWords } from '../../sets/client-words';
import { counted, enumerate } from '../../basics/words';
import { label, workloadLabel } from '../../cluster/labels';

interface Clash extends ShadowedServer {
  readonly workload: Workload;
}

export const serversOverlap: Rule = {
  id: 'servers-overlap',
  severity: 'error',
  title: 'Two Servers claim the same port of a workload.',
  check(cluster) {
    const clashes = allWorkloads(cluster).flatMap((workload) =>
      cluster.portOwnership(workload).shadowed.map((shadowed): Clash => ({ ...shadowed, workload })),
    );
    const pairs = groupBy(clashes, ({ owner, server }) => `${owner.namespace}/${owner.name}/${server.name}`);
    return [...pairs.values()].map((pair) => observe(cluster, pair as [Clash, ...Clash[]]));
  },
};

function observe(cluster: Cluster, pair: readonly [Clash, ...Clash[]]): Observation {
  const [{ owner, server, ambiguous }] = pair;
  const ports = counted(
    pair.map((clash) => clash.port),
    'port',
  );
  const where = `${ports} of ${enumerate(pair.map((clash) => workloadLabel(clash.workload)))}`;
  const admits = (of: typeof owner): string =>
    clientWords(
      ClientSet.union(deliberate(policyOfServer(cluster, of).authorizations).map(clientsOf)),
      AS_POLICY_SPELLS,
    );
  const winner = ambiguous
    ? `The older one wins, but the files do not say which is older: if ${owner.name} was created first (or in the same second, by its name), the port admits ${admits(owner)}; if ${server.name} was, it admits ${admits(server)}.`
    : `${owner.name} is older, so it wins and admits ${admits(owner)}; ${server.name}, which would admit ${admits(server)}, has no effect there.`;
  return {
    object: server.source,
    path: ['spec'],
    severity: ambiguous ? 'error' : 'warning',
    text: `${label(cluster, server.source)} and Server ${owner.name} both claim ${where}. ${winner}`,
    remedy:
      'keep one Server for the port, and admit both sets of clients to it, with an AuthorizationPolicy each',
  };
}
