import { formats, type FormatName } from '../formats';
import { grafanaDashboard } from './grafana';
import { prometheusRule } from './prometheusrule';
import { alertRules } from './rules';

/** The formats of `alerts`. */
export const ALERT_FORMATS = formats({
  rules: alertRules,
  prometheusrule: prometheusRule,
  grafana: grafanaDashboard,
});

export type AlertFormat = FormatName<typeof ALERT_FORMATS>;
