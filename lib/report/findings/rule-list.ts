import { createColors } from '../wording/colors';
import { printable, type Printable } from '../wording/printable';
import type { RuleFacts } from '../../findings/run-rules';

/** All rules with severity and summary, in aligned columns. */
export function ruleList(rules: readonly RuleFacts[], color: boolean): Printable {
  const colors = createColors(color);
  const width = Math.max(...rules.map(({ id }) => id.length));
  const lines = rules.map(
    ({ id, severity, title }) => `${colors.bold(id.padEnd(width))}  ${severity.padEnd(7)}  ${title}`,
  );
  return printable([...lines, '']);
}
