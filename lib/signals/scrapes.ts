import type { Reading, SignalGroup } from './signal';
import { groupKey } from './signal-groups';

/**
 * What happened between two scrapes: counters less what they were before. One that is lower than before has started anew
 * with its pod, so that all of it is new. What is not a counter is as it was read.
 */
export function between(before: Reading, after: Reading): Reading {
  const old = new Map(
    before.groups.flatMap((group) =>
      isCounter(group) ? [[groupKey(group.seen), group.count] as const] : [],
    ),
  );
  const groups = after.groups.flatMap((group) => {
    if (!isCounter(group)) return [group];
    const was = old.get(groupKey(group.seen)) ?? 0;
    const count = group.count < was ? group.count : group.count - was;
    return count === 0 ? [] : [{ ...group, count }];
  });
  return { ...after, groups };
}

function isCounter({ seen }: SignalGroup): boolean {
  return seen.source === 'metrics';
}
