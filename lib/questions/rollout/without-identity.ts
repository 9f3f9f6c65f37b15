import type { Cluster } from '../../cluster/cluster';
import type { Workload } from '../../cluster/workload';
import { clientsWithoutTls, placeholderWords, possibleClients } from '../../verdict/authorized-clients';
import { ownAccess } from '../../verdict/access';
import { decideOwn } from '../../verdict/decide';
import type { Traffic } from '../../verdict/request';
import type { Fate } from './fate';

/** An address that stands for all where none is known. */
const ANYWHERE = '10.0.0.1';

/**
 * How somebody without an identity fares, such as a kubelet or the API server. From several addresses, all must get in; from
 * unknown ones, surely refused is only who is refused from everywhere.
 */
export function withoutIdentity(
  cluster: Cluster,
  workload: Workload,
  port: number,
  traffic: Traffic,
  addresses: readonly string[],
): Fate {
  if (!workload.injection.meshed) return { verdict: 'allow', because: workload.injection.reason };
  const fates = addresses.map((ip) => {
    const { verdict, because } = decideOwn(cluster, workload, port, { ip, tls: 'none' }, traffic);
    return { verdict, because };
  });
  const refused = fates.find(({ verdict }) => verdict === 'deny' || verdict === 'not-found');
  const [first] = fates;
  if (first !== undefined) return refused ?? fates.find(({ verdict }) => verdict === 'depends') ?? first;
  return fromAnywhere(cluster, workload, port, traffic);
}

function fromAnywhere(cluster: Cluster, workload: Workload, port: number, traffic: Traffic): Fate {
  const { allow, audit } = ownAccess(cluster, workload, port, traffic);
  const admitted = clientsWithoutTls(allow.or(audit));
  const { verdict, because } = decideOwn(cluster, workload, port, { ip: ANYWHERE, tls: 'none' }, traffic);
  if (possibleClients(admitted).isEmpty) {
    const placeholder = placeholderWords(admitted);
    return { verdict: 'deny', because: placeholder === '' ? because : placeholder };
  }
  const isSure = verdict !== 'deny' && verdict !== 'not-found';
  return isSure
    ? { verdict, because }
    : {
        verdict: 'depends',
        because: 'only some addresses get in, and the manifests do not say where it calls from',
      };
}
