import { compareText, groupBy } from '../../basics/collections';
import type { DeniedCase } from './denied';

/** Who would be lost if a namespace were closed now, by what audit let in. */
export interface Closing {
  readonly namespace: string;
  /** Pairs of a client and a port that audit alone let in. */
  readonly pairs: number;
  /** Those for which an exception is proposed. */
  readonly proposed: number;
  /** Those for which none is. */
  readonly left: number;
  /** Those whom the manifests let in by now. */
  readonly admitted: number;
  readonly first?: string;
  readonly last?: string;
}

/** From audit to deny, namespace by namespace. */
export function closing(cases: readonly DeniedCase[]): readonly Closing[] {
  const audited = cases.filter(({ kind }) => kind === 'audited');
  return [...groupBy(audited, ({ namespace }) => namespace ?? '(unknown)')]
    .sort(([a], [b]) => compareText(a, b))
    .map(([namespace, some]) => {
      const isAdmitted = ({ replay: { outcome } }: DeniedCase): boolean =>
        outcome === 'no-longer' || outcome === 'never';
      const lost = some.filter((one) => !isAdmitted(one));
      const proposed = lost.filter(({ proposal }) => proposal !== undefined).length;
      const first = some.flatMap((one) => one.first ?? []).sort()[0];
      const last = some
        .flatMap((one) => one.last ?? [])
        .sort()
        .at(-1);
      return {
        namespace,
        pairs: lost.length,
        proposed,
        left: lost.length - proposed,
        admitted: some.length - lost.length,
        ...(first === undefined ? {} : { first }),
        ...(last === undefined ? {} : { last }),
      };
    });
}
