import type { Cluster } from './cluster';
import {
  acceptedBecause,
  notJudgedObjects,
  standIns,
  withoutWorkloads,
  type AcceptedObject,
  type NotJudged,
} from './not-judged';
import { Relevance, type Subject } from './relevance';
import type { Workload } from './workload';
import { compareText } from '../basics/collections';
import { shortName, type SourceObject } from '../kubernetes/object';
import { isLinkerdNamespace } from '../linkerd/own-namespaces';

/**
 * What became of each object of the input. `judged`, `irrelevant`, and the objects of `notJudged` and `accepted` are all;
 * of several documents of one object only one is among them.
 */
export interface Coverage {
  /** The workloads that were judged, except those made by another one. */
  readonly workloads: readonly Workload[];
  readonly judged: readonly SourceObject[];
  readonly notJudged: readonly NotJudged[];
  /** What was not judged either, but is accepted by its annotation `namespace-jail/ignore`. */
  readonly accepted: readonly AcceptedObject[];
  /** Objects that no reading of which could change the answer. */
  readonly irrelevant: readonly SourceObject[];
  /** Namespaces judged by their policy alone, because their workloads are known to be elsewhere. */
  readonly elsewhere: readonly string[];
  /** Linkerd's own namespaces, which are judged only where they are asked for; empty if others are. */
  readonly leftOut: readonly string[];
}

/** Whether everything was judged that could change the answer. */
export function isWhole({ notJudged }: Pick<Coverage, 'notJudged'>): boolean {
  return notJudged.length === 0;
}

/** What an answer about a subject rests on. */
export function coverage(cluster: Cluster, subject: Subject = {}): Coverage {
  const { namespaces = [], withLinkerd = false } = subject;
  const relevance = new Relevance(cluster, subject);
  const found = notJudgedObjects(cluster, relevance, subject);
  const accepted = found.flatMap((one): AcceptedObject[] => {
    const reason = acceptedBecause(one);
    return reason === undefined ? [] : [{ ...one, reason }];
  });
  // By their place: a pod that another object lists has that object's.
  const open = new Set(found.map(({ source }) => source.origin));
  const judged: SourceObject[] = [];
  const irrelevant = standIns(cluster.refused, cluster).filter(({ origin }) => !open.has(origin));
  for (const source of cluster.objects) {
    if (open.has(source.origin)) continue;
    (relevance.isRelevant(source) ? judged : irrelevant).push(source);
  }
  return {
    workloads: cluster.workloads.filter(
      (workload) =>
        !workload.isMadeByInput && relevance.isAskedWorkload(workload) && !open.has(workload.source.origin),
    ),
    judged,
    notJudged: found.filter((one) => acceptedBecause(one) === undefined),
    accepted,
    irrelevant,
    elsewhere: withoutWorkloads(cluster, relevance, subject).filter((name) =>
      cluster.workloadsElsewhere.includes(name),
    ),
    leftOut: cluster
      .namespaceNames()
      .filter((name) => namespaces.length === 0 && !withLinkerd && isLinkerdNamespace(name, cluster.config)),
  };
}

/** What an answer about a change rests on: on both sides of it, or on the new one alone. */
export interface SidedCoverage {
  readonly before?: Coverage;
  readonly after: Coverage;
}

/** What was not judged on one side and is otherwise on the other: what is the same on both makes no difference. */
export function differing({ before, after }: SidedCoverage): NotJudged[] {
  const old = before?.notJudged ?? [];
  return [...onlyIn(old, after.notJudged), ...onlyIn(after.notJudged, old)];
}

function onlyIn(mine: readonly NotJudged[], other: readonly NotJudged[]): NotJudged[] {
  const known = new Set(other.map(content));
  return mine.filter((one) => !known.has(content(one)));
}

function content({ source, namespace, because, beside = [] }: NotJudged): string {
  return JSON.stringify([namespace, because, source.object, beside.map(({ object }) => object)]);
}

/** Several answers as one: those of a suite's cases, which share manifests. */
export function together(all: readonly Coverage[]): Coverage {
  const byWords = ({ source, because }: NotJudged): string => `${placed(source)} ${because}`;
  const notJudged = distinct(
    all.flatMap((one) => one.notJudged),
    byWords,
  );
  const accepted = distinct(
    all.flatMap((one) => one.accepted),
    byWords,
  );
  const open = new Set([...notJudged, ...accepted].map(({ source }) => placed(source)));
  const judged = distinct(
    all.flatMap((one) => one.judged),
    placed,
  ).filter((source) => !open.has(placed(source)));
  const counted = new Set([...open, ...judged.map(placed)]);
  const workloads = distinct(
    all.flatMap((one) => one.workloads),
    ({ source }) => placed(source),
  );
  return {
    workloads: workloads.filter(({ source }) => !open.has(placed(source))),
    judged,
    notJudged,
    accepted,
    irrelevant: distinct(
      all.flatMap((one) => one.irrelevant),
      placed,
    ).filter((source) => !counted.has(placed(source))),
    elsewhere: [...new Set(all.flatMap((one) => one.elsewhere))].sort(compareText),
    leftOut: [...new Set(all.flatMap((one) => one.leftOut))].sort(compareText),
  };
}

function placed({ object, origin }: SourceObject): string {
  return `${origin.file}:${origin.line} ${object.metadata.namespace ?? ''} ${shortName(object)}`;
}

function distinct<T>(items: readonly T[], key: (item: T) => string): T[] {
  return [...new Map(items.map((item) => [key(item), item])).values()];
}
