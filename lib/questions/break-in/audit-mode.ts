import { DEFAULT_INBOUND_POLICY } from '../../linkerd/annotations';
import { shortName } from '../../kubernetes/object';
import { compareText, groupBy } from '../../basics/collections';
import { enumerate } from '../../basics/words';
import { distinctTraffic } from '../../verdict/traffic-ref';
import { workloadKey } from '../../cluster/workload';
import { ClientSet } from '../../sets/client-set';
import type { WorkloadPort } from '../workload-ports';
import type { WayIn } from './jail-surface';

/**
 * Ways in, with all that are open because of audit mode as one: that is one decision about the namespace, whatever number
 * of objects it took.
 *
 * @param ways the most dangerous first
 */
export function withAuditAsOne(ways: readonly WayIn[]): readonly WayIn[] {
  const audited = ways.filter(({ verdict }) => verdict === 'audit');
  const [widest, second] = audited;
  if (widest === undefined || second === undefined) return ways;
  return [...ways.filter(({ verdict }) => verdict !== 'audit'), together(widest, audited)];
}

function together(widest: WayIn, parts: readonly WayIn[]): WayIn {
  const objects = parts.flatMap(({ blame }) => (blame.source === undefined ? [] : [blame.source]));
  const source = objects.find(({ object }) => object.kind === 'Namespace') ?? objects[0];
  const names = [...new Set(objects.map(({ object }) => shortName(object)))].sort();
  const servers = names.filter((name) => name.startsWith('server/'));
  const others = names.filter((name) => !name.startsWith('server/'));
  const remedies = [
    ...others.map((name) => `${DEFAULT_INBOUND_POLICY}: deny on ${name}`),
    ...(servers.length === 0 ? [] : [`accessPolicy: deny on ${enumerate(servers, 12)}`]),
  ];
  const count = servers.length === 1 ? servers : [`${servers.length} Servers`];
  const by = enumerate([...others, ...(servers.length === 0 ? [] : count)]);
  return {
    ...widest,
    clients: ClientSet.union(parts.map(({ clients }) => clients)),
    ports: merged(parts.flatMap(({ ports }) => ports)),
    verified: parts.every(({ verified }) => verified),
    parts,
    blame: {
      kind: 'audit-mode',
      key: 'audit-mode',
      ...(source === undefined ? {} : { source }),
      via: [],
      because: `the jail is in audit mode, by ${by}: nobody is refused yet, and who would be is logged`,
      remedy: `once the log is quiet, set ${enumerate(remedies, 12)} (in a cdk8s app, remove mode: 'audit')${others.length === 0 ? '' : ', and restart the pods'}`,
    },
  };
}

/** Each port once, by workload and number, with the ports that nothing names last. */
function merged(ports: readonly WorkloadPort[]): readonly WorkloadPort[] {
  const keyOf = ({ workload, ports: own }: WorkloadPort): string =>
    `${workloadKey(workload)} ${own.origin === 'other' ? 1 : 0} ${String(own.port).padStart(5, '0')}`;
  const byPort = [...groupBy(ports, keyOf)].sort(([a], [b]) => compareText(a, b));
  return byPort.flatMap(([, same]): WorkloadPort[] => {
    const [first] = same;
    if (first === undefined) return [];
    const traffic = distinctTraffic(same.flatMap((one) => one.traffic));
    return [{ ...first, traffic, isAll: same.some(({ isAll }) => isAll) }];
  });
}
