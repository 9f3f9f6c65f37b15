import { dump } from 'js-yaml';
import { printable, type Printable } from '../wording/printable';
import { ruleGroup, type AlertScope } from './rule-group';

/** A file of rules, as Prometheus reads it (`rule_files`). */
export function alertRules(scope: AlertScope): Printable {
  return printable(dump({ groups: [ruleGroup(scope)] }, { lineWidth: -1, noRefs: true }).split('\n'));
}
