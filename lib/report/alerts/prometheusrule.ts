import { dump } from 'js-yaml';
import { printable, type Printable } from '../wording/printable';
import { ruleGroup, type AlertScope } from './rule-group';

/** The same rules as an object of the Prometheus Operator. */
export function prometheusRule(scope: AlertScope): Printable {
  const object = {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PrometheusRule',
    metadata: { name: 'namespace-jail' },
    spec: { groups: [ruleGroup(scope)] },
  };
  return printable(dump(object, { lineWidth: -1, noRefs: true }).split('\n'));
}
