import { Cluster } from '../../cluster/cluster';
import type { KubeObject, SourceObject } from '../../kubernetes/object';
import { letsIn } from '../../verdict/decision';
import { decide } from '../../verdict/decide';
import { parseIdentity, workloadIdentity } from '../../linkerd/identity';
import { networksOf } from '../../linkerd/network-match';
import { ClientIdentities, ClientSet } from '../../sets/client-set';
import { IdentitySet } from '../../sets/identity-set';
import { NetworkSet } from '../../sets/network-set';
import { diff, type AccessChange } from '../diff/diff';
import type { Advice } from './advice';
import {
  exceptionObjects,
  TakenNames,
  type Admitted,
  type ExceptionObjects,
  type Opened,
} from './exception-objects';
import type { Replay, Replayed } from './replay';
import type { SeenParty } from './seen-client';

/** An exception that would let clients in, and all that it opens. */
export interface ExceptionProposal extends ExceptionObjects {
  readonly admitted: Admitted;
  readonly opened: Opened;
  /** Everything that it opens to its client, by comparing the manifests with and without it. */
  readonly opens: readonly Opening[];
}

/** A change of access, without the witness: that may be another client's. */
export type Opening = Omit<AccessChange, 'witness' | 'causes'>;

interface Advised {
  readonly party: SeenParty;
  readonly replay: Replay;
  readonly advice: Advice;
}

export interface Planned {
  readonly all: readonly ExceptionProposal[];
  /** For each case, in their order: its exception, or why there is none though one was advised. */
  readonly of: readonly { readonly proposal?: ExceptionProposal; readonly refused?: string }[];
}

/** The file that a proposed object is in. */
const PROPOSED = '<proposal>';

const OPENS_MORE =
  'the port has no Server yet, and one would come under authorizations that are for every Server of the namespace, so it would let in others as well; declare the port in the jail first';
/** More are no longer reviewed one by one, and each is compared with all others. */
const MOST_EXCEPTIONS = 200;
const TOO_MANY =
  'there are 200 exceptions for other clients already: that many are not reviewed one by one; read the signals of one workload at a time';
const CLOSES = 'the port has no Server yet, and one would keep out clients that the default policy lets in';
const NOT_EXPRESSIBLE =
  'the pods of this workload have no label of their own, so no Server can be for them alone; give them one';

/** The exceptions that are advised, each once, each tried: one that would not let its clients in is none. */
export function proposals(cluster: Cluster, cases: readonly Advised[]): Planned {
  const names = new TakenNames(cluster);
  const drafts = new Map<
    string,
    | { readonly draft: ExceptionObjects; readonly advice: Advised['advice'] & { kind: 'exception' } }
    | undefined
  >();
  const keys = cases.map(({ advice }) => {
    if (advice.kind !== 'exception') return undefined;
    const key = keyOf(advice.opened, advice.admitted);
    if (drafts.size >= MOST_EXCEPTIONS && !drafts.has(key)) return TOO_MANY;
    if (!drafts.has(key)) {
      const draft = exceptionObjects(cluster, advice.opened, advice.admitted, names);
      drafts.set(key, draft === undefined ? undefined : { draft, advice });
    }
    return key;
  });
  const written = [...drafts.values()].flatMap((one) => (one === undefined ? [] : one.draft.objects));
  const all = [...new Map(written.map((object) => [nameOf(object), object])).values()];
  if (all.length === 0)
    return { all: [], of: keys.map((key) => (key === undefined ? {} : { refused: NOT_EXPRESSIBLE })) };
  const after = withObjects(cluster, all);
  // One comparison for all of them: work grows with the objects, not with the exceptions.
  const changes = diff(cluster, after);
  const made = new Map<string, ExceptionProposal>();
  const spilling = new Map<string, string>();
  const invited = ClientSet.union(
    [...drafts.values()].map((one) =>
      one === undefined ? ClientSet.NONE : clientsOf(cluster, one.advice.admitted),
    ),
  );
  for (const [key, one] of drafts) {
    if (one === undefined) continue;
    const { admitted, opened } = one.advice;
    const own = new Set(one.draft.objects.map(nameOf));
    const isOurs = ({ causes }: AccessChange): boolean =>
      causes.some(({ after: cause }) => cause !== undefined && own.has(nameOf(cause.object)));
    const clients = clientsOf(cluster, admitted);
    const opens = [...changes.opened, ...changes.audited].filter(isOurs).flatMap((change) => {
      const some = change.clients.and(clients);
      return some.isEmpty ? [] : [plain({ ...change, clients: some })];
    });
    // Only a Server of its own can do more than admit its client: what is for all Servers is for this one, too.
    const brings = opened.kind === 'port' ? [...changes.opened, ...changes.audited].filter(isOurs) : [];
    if (brings.some((change) => !change.clients.minus(invited).isEmpty)) spilling.set(key, OPENS_MORE);
    if (changes.closed.some(isOurs)) spilling.set(key, CLOSES);
    made.set(key, { ...one.draft, admitted, opened, opens });
  }
  const of = cases.map(({ replay: { decisions }, party }, index) => {
    const key = keys[index];
    if (key === undefined) return {};
    if (key === TOO_MANY) return { refused: TOO_MANY };
    const proposal = made.get(key);
    if (proposal === undefined) return { refused: NOT_EXPRESSIBLE };
    const spilt = spilling.get(key);
    if (spilt !== undefined) return { refused: spilt };
    const refused = decisions.flatMap((one) => whyStillOut(after, one, party));
    return refused[0] === undefined
      ? { proposal }
      : { refused: `an exception would not let it in: ${refused[0]}` };
  });
  const used = new Set(of.flatMap(({ proposal }) => proposal ?? []));
  return { all: [...made.values()].filter((proposal) => used.has(proposal)), of };
}

function plain({ witness: _, causes: __, ...change }: AccessChange): Opening {
  return change;
}

/** Everybody whom an exception admits. */
function clientsOf({ config }: Cluster, { who, network }: Admitted): ClientSet {
  const networks = network === undefined ? NetworkSet.ALL : NetworkSet.fromItems(networksOf([network]));
  const identity =
    who.kind === 'identity'
      ? who.identity
      : who.kind === 'serviceAccount'
        ? workloadIdentity(who.name, who.namespace, config)
        : undefined;
  if (identity === undefined) return ClientSet.of(ClientIdentities.ALL, networks);
  const identities = IdentitySet.of(parseIdentity(identity));
  return ClientSet.of(new ClientIdentities(false, false, identities), networks);
}

function keyOf(opened: Opened, { who, network }: Admitted): string {
  const where =
    opened.kind === 'port'
      ? [opened.workload.namespace, opened.workload.kind, opened.workload.name, opened.port]
      : [
          opened.server.namespace,
          opened.server.name,
          opened.kind === 'route' ? opened.route.object.kind : '',
          opened.kind === 'route' ? opened.route.object.metadata.name : '',
        ];
  return JSON.stringify([where, who, network]);
}

function whyStillOut(after: Cluster, { target, traffic }: Replayed, { client }: SeenParty): string[] {
  if (client === undefined) return [];
  const decision = decide(after, target, client, traffic);
  return letsIn(decision) && decision.verdict === 'allow' ? [] : [decision.because];
}

/** The cluster with more objects, which nobody refuses. */
export function withObjects(cluster: Cluster, objects: readonly KubeObject[]): Cluster {
  const added = objects.map((object): SourceObject => ({ object, origin: { file: PROPOSED, line: 1 } }));
  return Cluster.fromObjects([...cluster.objects, ...added], {
    ...cluster.settled,
    ...cluster.config,
    namespace: cluster.defaultNamespace,
    assumeAdmitted: true,
  });
}

function nameOf({ kind, metadata }: KubeObject): string {
  return `${kind}/${metadata.namespace ?? ''}/${metadata.name}`;
}
