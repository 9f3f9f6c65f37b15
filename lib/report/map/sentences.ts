import {
  type AccessMap,
  type ClientClass,
  type Focus,
  type MapPortGroup,
  type MatrixCell,
  type ReachLevel,
} from '../../questions/map/access-map';
import type { Pair } from '../../questions/map/pairs';
import { WHAT_IT_RESTS_ON } from '../wording/docs-pages';
import type { Domain } from '../../sets/plain-words';

/** A map, or one workload's part of it. */
export interface MapAnswer {
  readonly map: AccessMap;
  readonly focus?: Focus;
  /** Of the part that is shown, if they were asked for. */
  readonly pairs?: readonly Pair[];
}

export interface MapOptions {
  readonly domain: Domain;
  readonly color: boolean;
}

/** What formats without callees draw: the whole map, or a workload's callers. */
export function shownMap({ map, focus }: MapAnswer): AccessMap {
  return focus?.callers ?? map;
}

/** The levels at which clients get in, the surest first. */
export const OPEN = ['allow', 'audit', 'partly', 'depends'] as const;

const LEGEND =
  'Cells count the application ports reached; "+" means undeclared ports too, "audit" that only audit mode lets the client in.';

/** How to read the cells. */
export function legend({ classes, groups }: AccessMap): string {
  const sentences = [LEGEND];
  if (groups.some(({ ports }) => ports.some(({ hasRest }) => hasRest)))
    sentences.push('"partly" means that no route takes some of the requests, which are answered with 404.');
  if (groups.some(({ reach }) => reach.includes('depends')))
    sentences.push(
      `"?" means that some are reached or not, depending on what the input does not say (${WHAT_IT_RESTS_ON}).`,
    );
  if (classes.some(({ kind }) => kind === 'network'))
    sentences.push(
      'Whom a port lets in only for their network is in the row of that network, and not in the others.',
    );
  return sentences.join(' ');
}

/** `3/5+`, `all`, `-`, `4/5 (2 partly)` */
export function cellText(cell: MatrixCell): string {
  const { reached, possibly, total, others, othersPossibly } = cell;
  const plus = others ? '+' : '';
  if (reached === 0) return others ? `+${othersPossibly ? '?' : ''}` : '-';
  const count = reached === total ? 'all' : `${reached}/${total}`;
  return `${count}${plus}${howReached(cell)}${possibly > 0 ? '?' : ''}`;
}

function howReached({ reached, audited, partly }: MatrixCell): string {
  if (audited === reached) return ' audit';
  if (partly === 0) return '';
  return partly === reached ? ' partly' : ` (${partly} partly)`;
}

/** The groups of ports of one namespace. */
export function groupsOf({ groups }: AccessMap, namespace: string): readonly MapPortGroup[] {
  return groups.filter((group) => group.namespace === namespace);
}

/** Labels of the classes that reach a group at one level. */
export function classesWith(
  { reach }: MapPortGroup,
  classes: readonly ClientClass[],
  wanted: ReachLevel,
): string[] {
  return classes.flatMap(({ label }, index) => (reach[index] === wanted ? [label] : []));
}

/** If all classes are there, they are everyone. */
export function peopleWith(
  group: MapPortGroup,
  classes: readonly ClientClass[],
  wanted: ReachLevel,
): string[] {
  const who = classesWith(group, classes, wanted);
  return who.length === classes.length ? ['everyone'] : who;
}

/** The arrows to draw: one from each class of clients to each group of ports it reaches. */
export function edges({ classes, groups }: AccessMap): { from: number; to: number; reach: ReachLevel }[] {
  return groups.flatMap(({ reach }, to) =>
    classes.flatMap((_, from) => {
      const one = reach[from] ?? 'deny';
      return one === 'deny' ? [] : [{ from, to, reach: one }];
    }),
  );
}
