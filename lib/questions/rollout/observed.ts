import type { Cluster } from '../../cluster/cluster';
import { workloadKey } from '../../cluster/workload';
import { EXCEPTION_ANNOTATION } from '../../linkerd/annotations';
import { parseExceptionTerms } from '../../linkerd/exception-terms';
import { workloadIdentity } from '../../linkerd/identity';
import { ownValue } from '../../kubernetes/fields';
import { shortName, type SourceObject } from '../../kubernetes/object';
import type { Reading } from '../../signals/signal';
import { groupBy } from '../../basics/collections';
import { closing } from '../denied/closing';
import { denied } from '../denied/denied';
import { seenTarget, targetKey } from '../denied/seen-target';
import { findJails } from '../jail';
import { appliedCluster } from './applied-cluster';
import { editedCluster, enforceEdits } from './audit-edits';
import type { Observed, UnseenCaller } from './observation';
import type { Flow, Rollout } from './rollout';

/** Compares what was seen with what the closed jails would do, and with the callers that the manifests declare. */
export function observed(
  old: Cluster | undefined,
  fresh: Cluster,
  plan: Rollout,
  reading: Reading,
): Observed {
  const now = old === undefined ? fresh : appliedCluster(old, fresh);
  const enforced = editedCluster(now, enforceEdits(now, findJails(now)));
  const planned = new Set(plan.jails.map(({ jail }) => jail.namespace));
  const cases = denied(enforced, reading).cases.filter(
    ({ namespace, kind }) => namespace !== undefined && planned.has(namespace) && kind === 'audited',
  );
  return {
    lost: cases.filter(({ replay: { outcome } }) => outcome === 'lost' || outcome === 'open'),
    closing: closing(cases),
    unseen: unseen(enforced, plan, reading),
    showsAllowed: reading.groups.some(({ seen }) => seen.kind === 'allowed'),
    reading,
  };
}

function unseen(cluster: Cluster, { jails }: Rollout, reading: Reading): readonly UnseenCaller[] {
  const seen = new Set<string>();
  for (const group of reading.groups) {
    const { identity } = group.seen.client;
    if (identity === undefined) continue;
    for (const target of seenTarget(cluster, group.seen).targets) {
      seen.add(`${identity} ${targetKey(target)}`);
      seen.add(`${identity} ${target.namespace}`);
    }
  }
  const exceptions = groupBy(cluster.objects.flatMap(declared), ({ source }) => cluster.namespaceOf(source));
  return jails.flatMap(({ jail: { namespace }, flows }) => [
    ...flows.filter((flow) => !isSeen(flow, seen)).map((flow) => unseenFlow(namespace, flow)),
    ...(exceptions.get(namespace) ?? []).flatMap(({ source, account }) => {
      const identity = workloadIdentity(account.name, account.namespace, cluster.config);
      if (seen.has(`${identity} ${namespace}`)) return [];
      const caller = `${account.namespace}/serviceaccount/${account.name}`;
      return [{ namespace, caller, declared: shortName(source.object) }];
    }),
  ]);
}

/** A caller without an identity looks like any other, so nothing says that it was not seen. */
function isSeen({ caller, target, port }: Flow, seen: ReadonlySet<string>): boolean {
  const { namespace, kind, name } = target;
  if (caller?.identity === undefined) return true;
  return seen.has(`${caller.identity} ${targetKey({ namespace, kind, name, port })}`);
}

function unseenFlow(namespace: string, { from, why, target, port }: Flow): UnseenCaller {
  return { namespace, caller: `${from} -> ${workloadKey(target)}:${port}`, declared: why };
}

interface Declared {
  readonly source: SourceObject;
  readonly account: { readonly namespace: string; readonly name: string };
}

/** The ServiceAccounts that an exception declares; wider clients are nobody in particular. */
function declared(source: SourceObject): readonly Declared[] {
  const text = ownValue(source.object.metadata.annotations ?? {}, EXCEPTION_ANNOTATION);
  if (text === undefined) return [];
  const parsed = parseExceptionTerms(text);
  return ('terms' in parsed ? parsed.terms : []).flatMap(({ who }) =>
    who.kind === 'serviceAccount' ? [{ source, account: who }] : [],
  );
}
