import {
  type AccessMap,
  type ClientClass,
  type Focus,
  type MapPortGroup,
  type MatrixCell,
  type ReachLevel,
} from '../../questions/map/access-map';
import type { Domain } from '../../sets/plain-words';

/** A map, or the part of it that one workload sees. */
export interface MapAnswer {
  readonly map: AccessMap;
  readonly focus?: Focus;
}

export interface MapOptions {
  readonly domain: Domain;
  readonly color: boolean;
}

/** What is drawn where callees have no place: all of the map, or a workload's callers. */
export function shownMap({ map, focus }: MapAnswer): AccessMap {
  return focus?.callers ?? map;
}

/** The levels at which somebody gets in, the surest first. */
export const OPEN = ['allow', 'audit', 'partly'] as const;

export const LEGEND =
  'Cells count the ports of applications that are reached; "+" means undeclared ports too, "audit" that nothing but audit lets in.';

/** `3/5+`, `all`, `-` */
export function cellText({ reached, audited, total, others }: MatrixCell): string {
  const plus = others ? '+' : '';
  if (reached === 0) return plus === '' ? '-' : plus;
  const count = reached === total ? 'all' : `${reached}/${total}`;
  return `${count}${plus}${audited === reached ? ' audit' : ''}`;
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

/** All classes are everyone. */
export function peopleWith(
  group: MapPortGroup,
  classes: readonly ClientClass[],
  wanted: ReachLevel,
): string[] {
  const who = classesWith(group, classes, wanted);
  return who.length === classes.length ? ['everyone'] : who;
}

/** Edges that are worth an arrow: one from each class of clients to each group of ports that it reaches. */
export function edges({ classes, groups }: AccessMap): { from: number; to: number; reach: ReachLevel }[] {
  return groups.flatMap(({ reach }, to) =>
    classes.flatMap((_, from) => {
      const one = reach[from] ?? 'deny';
      return one === 'deny' ? [] : [{ from, to, reach: one }];
    }),
  );
}
