import type { Observed } from '../../questions/rollout/observation';
import { caseTitle, howOften, callOf } from '../denied/sentences';

/** What was seen while watching some namespaces, for the step that watches. */
export function observedNotes(
  observed: Observed | undefined,
  namespaces: readonly string[],
): readonly string[] {
  if (observed === undefined) return [];
  const { showsAllowed } = observed;
  const own = <T extends { readonly namespace?: string | undefined }>(all: readonly T[]): readonly T[] =>
    all.filter(({ namespace }) => namespace !== undefined && namespaces.includes(namespace));
  const [closing, lost, unseen] = [own(observed.closing), own(observed.lost), own(observed.unseen)];
  const gate = closing.map(({ namespace, pairs, proposed, left, first, last }) => {
    const period = first === undefined || last === undefined ? '' : `, from ${first} to ${last}`;
    return `observed in ${namespace}${period}: ${pairs} client${pairs === 1 ? '' : 's'} would be lost by closing now, ${proposed} with an exception proposed, ${left} without`;
  });
  const each = lost.map((one) => {
    const { advice, proposal } = one;
    const call = proposal === undefined ? undefined : callOf(proposal);
    const remedy =
      call ?? (proposal !== undefined ? 'an object lets it in (namespace-jail denied)' : adviceWords(advice));
    return `would be lost: ${caseTitle(one)}, ${howOften(one)}; ${remedy}`;
  });
  const none = closing.length === 0 ? ['observed: audit let nobody in whom the jails would refuse'] : [];
  return [...none, ...gate, ...each, ...unseenNotes(unseen, showsAllowed)];
}

function adviceWords(advice: Observed['lost'][number]['advice']): string {
  return advice.kind === 'exception' ? 'an exception is proposed' : advice.because;
}

function unseenNotes(unseen: Observed['unseen'], showsAllowed: boolean): readonly string[] {
  if (unseen.length === 0) return [];
  if (!showsAllowed)
    return [
      'logs do not show who is let in by an authorization, so nothing says which declared callers were never seen; pass metrics as well',
    ];
  return unseen.map(({ caller, declared }) => `declared and never seen: ${caller} (${declared})`);
}

/** The same for machines. */
export function observedJson({ closing, lost, unseen, showsAllowed, reading }: Observed): object {
  const { lines, formats, notUnderstood, suspicious } = reading;
  return {
    closing,
    lost: lost.map((one) => {
      const call = one.proposal === undefined ? undefined : callOf(one.proposal);
      return {
        text: caseTitle(one),
        count: one.count,
        outcome: one.replay.outcome,
        because: one.replay.because,
        ...(call === undefined ? {} : { construct: call }),
      };
    }),
    unseen,
    showsAllowed,
    read: { lines, formats, notUnderstood, suspicious },
  };
}
