import { CORE_SCHEMA, dump } from 'js-yaml';
import { workloadKey } from '../../cluster/workload';
import { DEFAULT_CONFIG, type LinkerdConfig } from '../../linkerd/config';
import { isSameValue } from '../../kubernetes/fields';
import type { DeniedCase, DeniedReport } from '../../questions/denied/denied';
import type { Replayed } from '../../questions/denied/replay';
import { caseTitle, fate, howOften } from './sentences';

/**
 * The cases of a report as one case of a policy suite, a query for each target: whom an exception is proposed for must get
 * in, whom it is advised against must not. What cannot be said is left out.
 */
export function suiteCase(
  { cases }: DeniedReport,
  id: string,
  manifests: readonly string[],
  config: LinkerdConfig,
): string | undefined {
  const ids = new Set<string>();
  const queries = cases.flatMap((one) => {
    const expect = expected(one);
    if (expect === undefined) return [];
    return one.replay.decisions.map((replayed) => query(one, replayed, expect, ids));
  });
  if (queries.length === 0) return undefined;
  const cluster = settings(config);
  const written = { id, ...(Object.keys(cluster).length === 0 ? {} : { cluster }), manifests, queries };
  return dump([written], { lineWidth: 120, noRefs: true, schema: CORE_SCHEMA });
}

function expected({ replay: { outcome }, advice, proposal }: DeniedCase): string | undefined {
  if (outcome === 'open') return undefined;
  if (outcome === 'no-longer' || outcome === 'never' || proposal !== undefined) return 'allow';
  return advice.kind === 'against' ? 'deny' : undefined;
}

function query(
  one: DeniedCase,
  { target, traffic, decision }: Replayed,
  expect: string,
  ids: Set<string>,
): object {
  const { client, party, signal } = one.party;
  const address = signal.ip === undefined ? {} : { ip: signal.ip };
  const who =
    party.who === 'pod' || party.who === 'machine'
      ? { workload: workloadKey(party.workload), ...address }
      : { tls: 'none', ...address };
  const base = `${caseTitle(one)}`
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
  let id = base;
  for (let n = 2; ids.has(id); n++) id = `${base}-${n}`;
  ids.add(id);
  // A request that no route takes is refused by 404, whoever sends it.
  const verdict = expect === 'deny' && decision.verdict === 'not-found' ? 'not-found' : expect;
  return {
    id,
    note: `${fate(one)}, ${howOften(one)}`,
    workload: workloadKey(target),
    port: target.port,
    client: client ?? who,
    ...(traffic.kind === 'request' ? { request: traffic.request } : { connection: true }),
    expect: verdict,
  };
}

/** A suite says all of this itself. */
function settings(config: LinkerdConfig): object {
  const rows = [
    ['networks', config.clusterNetworks, DEFAULT_CONFIG.clusterNetworks],
    ['identityDomain', config.trustDomain, DEFAULT_CONFIG.trustDomain],
    ['controlPlaneNamespace', config.linkerdNamespace, DEFAULT_CONFIG.linkerdNamespace],
    ['defaultPolicy', config.defaultInboundPolicy, DEFAULT_CONFIG.defaultInboundPolicy],
    ['probeNetworks', config.probeNetworks, DEFAULT_CONFIG.probeNetworks],
  ] as const;
  return Object.fromEntries(
    rows.flatMap(([key, value, usual]) => (isSameValue(value, usual) ? [] : [[key, value]])),
  );
}
