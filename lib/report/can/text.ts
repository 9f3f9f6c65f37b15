import type { Reach } from '../../questions/can/can';
import { letsIn, type Decision } from '../../verdict/decision';
import { printable, type Printable } from '../wording/printable';
import { table } from '../wording/table';
import { className, colorVerdict, sentence, settling, type CanAnswer, type CanOptions } from './sentences';

/** One sentence per target, followed by each class of traffic if they differ. */
export function canText({ from, reaches }: CanAnswer, options: CanOptions): Printable {
  return printable(
    reaches.flatMap((reach) => [
      sentence(from, reach, options),
      ...differences(reach, options),
      ...settling(reach),
      '',
    ]),
  );
}

/** Each class of traffic with its verdict, unless all have the same one, and under the same conditions. */
function differences(reach: Reach, { color }: CanOptions): string[] {
  const { classes } = reach;
  const fates = classes.map(({ decision: { verdict, because } }) =>
    verdict === 'depends' ? because : verdict,
  );
  if (new Set(fates).size < 2) return [];
  return table(
    classes.map((found) => [
      colorVerdict(found.decision.verdict, color),
      className(reach, found),
      reason(found.decision),
    ]),
    '  ',
  );
}

function reason(decision: Decision): string {
  const first = decision.authorizations[0];
  return letsIn(decision) && first !== undefined ? `by ${first.name}` : decision.because;
}
