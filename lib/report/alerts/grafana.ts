import { json } from '../wording/object-json';
import type { Printable } from '../wording/printable';
import { COUNTERS, seriesOf, type AlertScope } from './rule-group';

const SOURCE = { type: 'prometheus', uid: '${datasource}' };
const TITLES: Readonly<Record<string, string>> = {
  inbound_http_authz_deny_total: 'Requests denied',
  inbound_tcp_authz_deny_total: 'Connections denied',
  inbound_tcp_authz_terminate_total: 'Connections cut',
  inbound_http_authz_allow_total: 'Requests let in by audit alone',
  inbound_tcp_authz_allow_total: 'Connections let in by audit alone',
};
const CLIENT = 'namespace, srv_name, srv_port, tls, client_id';

/** A dashboard: by namespace over time, and a table of who it was. */
export function grafanaDashboard(scope: AlertScope): Printable {
  const chosen = ['namespace=~"$namespace"'];
  const targets = (of: (series: string) => string): object[] =>
    COUNTERS.map((counter, index) => ({
      refId: String.fromCharCode(65 + index),
      datasource: SOURCE,
      expr: of(seriesOf(counter, scope, chosen)),
      legendFormat: `${TITLES[counter.metric] ?? counter.metric}: {{namespace}}`,
    }));
  const table = targets((series) => `sum by (${CLIENT}) (increase(${series}[$__range])) > 0`).map(
    (target) => ({
      ...target,
      format: 'table',
      instant: true,
    }),
  );
  return json({
    title: 'Namespace jails',
    uid: 'namespace-jail',
    tags: ['linkerd'],
    timezone: 'utc',
    schemaVersion: 39,
    time: { from: 'now-24h', to: 'now' },
    templating: {
      list: [
        { name: 'datasource', type: 'datasource', query: 'prometheus' },
        {
          name: 'namespace',
          type: 'query',
          datasource: SOURCE,
          query: `label_values(${seriesOf({ metric: 'inbound_http_authz_allow_total', traffic: '' }, scope)}, namespace)`,
          includeAll: true,
          multi: true,
          allValue: '.*',
          refresh: 2,
        },
      ],
    },
    panels: [
      {
        id: 1,
        type: 'timeseries',
        title: 'Denied, and let in by audit alone, by namespace',
        datasource: SOURCE,
        gridPos: { x: 0, y: 0, w: 24, h: 9 },
        fieldConfig: { defaults: { unit: 'reqps' }, overrides: [] },
        targets: targets((series) => `sum by (namespace) (rate(${series}[$__rate_interval]))`),
      },
      {
        id: 2,
        type: 'table',
        title: 'Who it was',
        datasource: SOURCE,
        gridPos: { x: 0, y: 9, w: 24, h: 12 },
        targets: table,
        transformations: [{ id: 'merge', options: {} }],
      },
    ],
  });
}
