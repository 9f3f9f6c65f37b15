import { closing } from '../../questions/denied/closing';
import type { DeniedReport } from '../../questions/denied/denied';

/** What closing now would cost, a namespace a line; nothing if audit let nobody in. */
export function auditLines(report: DeniedReport): string[] {
  const lines = closing(report.cases).map(({ namespace, pairs, proposed, left, first, last }) => {
    const period = first === undefined || last === undefined ? '' : ` from ${day(first)} to ${day(last)}`;
    const lost =
      pairs === 0
        ? 'nobody whom audit let in would be lost'
        : `${pairs} client${pairs === 1 ? '' : 's'} whom only audit let in would be lost, ${proposed} with an exception proposed, ${left} without`;
    return `closing ${namespace} now: ${lost}${period}`;
  });
  return lines.length === 0 ? [] : [...lines, ''];
}

function day(time: string): string {
  return time.replace(/\.\d+Z$/, 'Z');
}
