import { ApiObject, App, Chart, Include } from 'cdk8s';
import * as kplus from 'cdk8s-plus-33';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  Client,
  ExceptionRule,
  NamespaceJail,
  PortServer,
  type JailPort,
  type NamespaceJailProps,
} from '../../lib';
import { objectsOf } from './helpers';

interface Container {
  readonly ports?: readonly object[];
  readonly labels?: Record<string, string>;
}

function workload(
  chart: Chart,
  name: string,
  { ports = [], labels = { app: name } }: Container = {},
): ApiObject {
  const template = { metadata: { labels }, spec: { containers: [{ name: 'main', ports }] } };
  const metadata = { name };
  return new ApiObject(chart, name, {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata,
    spec: { template },
  });
}

const HTTP = { name: 'http', containerPort: 8080 };

/** What synth says of a jail beside workloads, without its headline. */
function synth(
  ports: JailPort[],
  declare: (chart: Chart) => void,
  more: Partial<NamespaceJailProps> = {},
): string {
  const chart = new Chart(new App(), 'shop', { namespace: 'shop' });
  new NamespaceJail(chart, 'jail', { ports, ...more });
  declare(chart);
  try {
    objectsOf(chart);
  } catch (error) {
    return (error as Error).message.replace('Validation failed with the following errors:\n  ', '');
  }
  return 'fine';
}

const web = (chart: Chart): ApiObject => workload(chart, 'web', { ports: [HTTP] });

describe('a declared port is held against the workloads of the app', () => {
  it('a misspelt name', () => {
    expect(synth([{ port: 'htpt' }], web)).toBe(
      `[shop/jail] ports[0].port: got "htpt"; is no port of the app's pods in the namespace, which have "http" and 8080; did you mean "http"?`,
    );
  });

  it('a number that no container has, where all say what they serve', () => {
    expect(synth([{ port: 8081 }], web)).toContain(
      'got 8081; is no port of the app\'s pods in the namespace, which have "http" and 8080; declare it among the ports of a container, or remove it',
    );
    expect(synth([{ port: 8081 }], (chart) => workload(chart, 'web'))).toBe('fine');
  });

  it('a selector that selects nothing', () => {
    expect(synth([{ port: 'http', podSelector: { matchLabels: { app: 'wbe' } } }], web)).toBe(
      `[shop/jail] ports[0].podSelector: got {"matchLabels":{"app":"wbe"}}; selects none of the app's pods in the namespace, whose labels are "app: web"; did you mean "app: web"?`,
    );
  });

  it('an exception for a port that nobody serves', () => {
    const exceptions = [{ port: 'metrics', clients: [Client.everyone()] }];
    expect(synth([{ port: 'http' }], web, { exceptions })).toContain(
      '[shop/jail] exceptions[0].port: got "metrics"; is no port',
    );
  });

  it('ports and exceptions that stand alone', () => {
    const declare = (chart: Chart): void => {
      web(chart);
      new PortServer(chart, 'grpc', { port: 'grpc' });
      new ExceptionRule(chart, 'rule', { port: 'admin', clients: [Client.everyone()] });
    };
    const said = synth([{ port: 'http' }], declare);
    expect(said).toContain('[shop/grpc] port: got "grpc"; is no port');
    expect(said).toContain('[shop/rule] port: got "admin"; is no port');
  });

  it('one port of a pod under its name and its number, or under two names', () => {
    expect(synth([{ port: 'http' }, { port: 8080 }], web)).toMatchInlineSnapshot(
      `"[shop/jail] ports[1].port: got 8080; is port 8080 of 'shop/web', which "http" at ports[0] of 'shop/jail' is too; the older of their Servers would win; use one name or number for it everywhere, or give each a podSelector of its own"`,
    );
    const two = (chart: Chart): ApiObject =>
      workload(chart, 'web', { ports: [HTTP, { name: 'web', containerPort: 8080 }] });
    expect(synth([{ port: 'http' }, { port: 'web' }], two)).toContain(
      'is port 8080 of \'shop/web\', which "http" at ports[0]',
    );
  });

  it('but not where each selects other pods', () => {
    const both = (chart: Chart): void => {
      web(chart);
      workload(chart, 'api', { ports: [HTTP] });
    };
    const of = (app: string): object => ({ podSelector: { matchLabels: { app } } });
    expect(
      synth(
        [
          { port: 'http', ...of('web') },
          { port: 8080, ...of('api') },
        ],
        both,
      ),
    ).toBe('fine');
  });

  it('and a port that a Service leads to, or a UDP port beside it, is judged as the cluster does', () => {
    const declare = (chart: Chart): void => {
      workload(chart, 'web', { ports: [HTTP, { name: 'dns', containerPort: 53, protocol: 'UDP' }] });
      const spec = { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 9090 }] };
      new ApiObject(chart, 'service', { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' }, spec });
    };
    expect(synth([{ port: 9090 }], declare)).toBe('fine');
    expect(synth([{ port: 'dns' }], declare)).toContain('got "dns"; is no port');
  });

  it('whatever made them: cdk8s-plus, an included file', () => {
    expect(
      synth([{ port: 'htp' }], (chart) => {
        new kplus.Deployment(chart, 'web', {
          containers: [{ image: 'web', ports: [{ number: 8080, name: 'http' }] }],
        });
      }),
    ).toContain('did you mean "http"?');
    const folder = mkdtempSync(join(tmpdir(), 'jail-'));
    try {
      const url = join(folder, 'web.yaml');
      const chart = new Chart(new App(), 'from');
      workload(chart, 'web', { ports: [HTTP] }).metadata.addLabel('x', 'y');
      writeFileSync(
        url,
        JSON.stringify({ ...(objectsOf(chart)[0] as object), metadata: { name: 'web', namespace: 'shop' } }),
      );
      expect(synth([{ port: 'htp' }], (here) => void new Include(here, 'app', { url }))).toContain(
        'did you mean "http"?',
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('only in their own namespace, and not where the app has none', () => {
    const elsewhere = (chart: Chart): void => {
      web(new Chart(chart, 'other', { namespace: 'other' }));
    };
    expect(synth([{ port: 'anything' }], elsewhere)).toBe('fine');
  });

  it("the proxy's own port is always there", () => expect(synth([{ port: 'http' }], web)).toBe('fine'));
});
