import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { isAuthorizationCounter } from '../../lib/signals/metric';
import { run } from '../helpers/command';
import { expectGolden } from '../helpers/golden';
import { DOCS_FIXTURES } from '../helpers/paths';
import { metricLine } from '../helpers/signals';

const alerts = (...argv: string[]): ReturnType<typeof run> =>
  run(['alerts', ...argv], { cwd: DOCS_FIXTURES });

it.each(['rules', 'prometheusrule', 'grafana'])(
  'prints -o %s for the jails in the manifests',
  async (format) => {
    const { status, out } = await run(['alerts', 'shop.yaml', 'jail.yaml', '-o', format], {
      cwd: DOCS_FIXTURES,
    });
    expect(status).toBe(0);
    expectGolden(`alerts/shop.${format}`, out);
  },
);

it('is about all namespaces without manifests, and about those that are named', async () => {
  expect((await alerts()).out).not.toContain('namespace=~');
  expect((await alerts('-n', 'shop', '-n', 'a.b')).out).toContain('namespace=~"shop|a\\\\.b"');
});

it.each([
  [['shop.yaml'], 'no namespace in these manifests is a jail, so there is nothing to alert on'],
  [['jail.yaml', '-n', 'nowhere'], 'the manifests have no namespace nowhere'],
])('alerts %j is refused', async (argv, message) => {
  const { status, err } = await alerts(...argv);
  expect(status).toBe(2);
  expect(err).toContain(message);
});

interface Rules {
  readonly groups: readonly { readonly rules: readonly { readonly expr: string }[] }[];
}

async function expressions(): Promise<readonly string[]> {
  const { groups } = load((await alerts()).out) as Rules;
  return groups.flatMap(({ rules }) => rules.map(({ expr }) => expr));
}

it('asks for the counters and labels that the proxy has', async () => {
  const denial = {
    namespace: 'shop',
    pod: 'web',
    port: 8080,
    server: { group: 'policy.linkerd.io', kind: 'server', name: 'http' },
    route: { group: '', kind: 'default', name: 'default' },
    client: { tls: 'mesh', identity: 'a.b', ip: '10.1.1.1' },
    isAudit: true,
  } as const;
  // Prometheus gives the namespace to whatever it scrapes.
  const labels = [...metricLine(denial).matchAll(/([a-z_]+)="/g)].map(([, name]) => name);
  const known = new Set([...labels, 'namespace']);
  const all = await expressions();
  expect(all).toHaveLength(5);
  for (const expr of all) {
    const metrics = [...expr.matchAll(/\binbound_\w+/g)].map(([name]) => name);
    expect(metrics.filter((name) => !isAuthorizationCounter(name))).toEqual([]);
    const by = /sum by \(([^)]*)\)/.exec(expr)?.[1]?.split(', ') ?? [];
    const matched = [...expr.matchAll(/([a-z_]+)=~?"/g)].map(([, name]) => name ?? '');
    expect([...by, ...matched].filter((name) => !known.has(name))).toEqual([]);
  }
});

describe('by promtool', () => {
  const isThere = spawnSync('promtool', ['--version']).status === 0;
  if (!isThere) {
    console.warn('promtool IS NOT THERE: the rules are compared with the labels of the proxy alone');
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), 'alerts-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('the rules are valid, and fire on the first denial, on more of them, and not on old ones', async () => {
    writeFileSync(join(folder, 'rules.yaml'), (await alerts('-n', 'shop')).out);
    const labels =
      'srv_kind="server",srv_name="http",srv_port="8080",tls="true",client_id="a.b",route_name="default"';
    const test = {
      rule_files: ['rules.yaml'],
      evaluation_interval: '1m',
      tests: [
        {
          interval: '1m',
          input_series: [
            { series: `inbound_http_authz_deny_total{namespace="shop",${labels}}`, values: '_x10 1x20' },
            { series: `inbound_http_authz_deny_total{namespace="other",${labels}}`, values: '0+1x30' },
          ],
          alert_rule_test: [
            { eval_time: '5m', alertname: 'NamespaceJailDenied', exp_alerts: [] },
            {
              eval_time: '12m',
              alertname: 'NamespaceJailDenied',
              exp_alerts: [{ exp_labels: expected('requests', 'warning') }],
            },
            { eval_time: '25m', alertname: 'NamespaceJailDenied', exp_alerts: [] },
          ].map((one) => ({
            ...one,
            exp_alerts: one.exp_alerts.map((alert) => ({ ...alert, exp_annotations: ANNOTATIONS })),
          })),
        },
      ],
    };
    writeFileSync(join(folder, 'test.yaml'), JSON.stringify(test));
    execFileSync('promtool', ['check', 'rules', 'rules.yaml'], { cwd: folder });
    const { status, stdout, stderr } = spawnSync('promtool', ['test', 'rules', 'test.yaml'], {
      cwd: folder,
      encoding: 'utf8',
    });
    expect([status, `${stdout}${stderr}`]).toEqual([0, expect.stringContaining('SUCCESS')]);
  });

  function expected(traffic: string, severity: string): object {
    return {
      namespace: 'shop',
      srv_kind: 'server',
      srv_name: 'http',
      srv_port: '8080',
      tls: 'true',
      client_id: 'a.b',
      traffic,
      severity,
    };
  }
});

const ANNOTATIONS = {
  summary: 'a.b was denied at http:8080 in shop',
  description:
    '1 times in 5m. The log of the proxy says from where; namespace-jail denied says what would let it in.',
  runbook_url: 'https://github.com/cdk8s-namespace-jail/cdk8s-namespace-jail/blob/main/docs/denied.md',
};
