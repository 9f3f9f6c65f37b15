import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiObject, App, YamlOutputType } from 'cdk8s';
import { NamespaceJail, PortServer } from '../../lib';
import { messageOf, newChart } from './helpers';

const HTTP = { port: 'http' };

/** What a synth says, and how many files it wrote before it said so. */
function synth(
  declare: (app: App) => void,
  yamlOutputType?: YamlOutputType,
): { message: string; files: string[] } {
  const outdir = mkdtempSync(join(tmpdir(), 'jail-'));
  try {
    const app = new App({ outdir, ...(yamlOutputType === undefined ? {} : { yamlOutputType }) });
    declare(app);
    let message = 'no error';
    try {
      app.synth();
    } catch (error) {
      ({ message } = error as Error);
    }
    return { message, files: existsSync(outdir) ? readdirSync(outdir) : [] };
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

function twoJails(app: App): void {
  new NamespaceJail(newChart('one', app), 'jail', { namespace: 'one', ports: [HTTP] });
  new NamespaceJail(newChart('two', app), 'jail', { namespace: 'two', ports: [HTTP] });
}

describe('output of one file for each object', () => {
  it('is refused before it overwrites an object of another namespace', () => {
    const { message, files } = synth(twoJails, YamlOutputType.FILE_PER_RESOURCE);
    expect(message).toContain(
      `[two/jail] output file: got "Server.admin"; two objects would be written to this file: 'one/jail/server-admin' and 'two/jail/server-admin'; use YamlOutputType.FOLDER_PER_CHART_FILE_PER_RESOURCE with a chart for each namespace, or FILE_PER_CHART`,
    );
    expect(files).toEqual([]);
  });

  it('is fine with a folder for each chart, and with one namespace', () => {
    expect(synth(twoJails, YamlOutputType.FOLDER_PER_CHART_FILE_PER_RESOURCE).message).toBe('no error');
    const oneJail = (app: App): unknown =>
      new NamespaceJail(newChart('one', app), 'jail', { namespace: 'one', ports: [HTTP] });
    expect(synth(oneJail, YamlOutputType.FILE_PER_RESOURCE).files).toContain('Server.admin.k8s.yaml');
  });

  it('is refused where two namespaces share a folder', () => {
    const shared = (app: App): void => {
      const chart = newChart('both', app);
      new NamespaceJail(chart, 'one', { namespace: 'one', ports: [HTTP] });
      new NamespaceJail(chart, 'two', { namespace: 'two', ports: [HTTP] });
    };
    expect(synth(shared, YamlOutputType.FOLDER_PER_CHART_FILE_PER_RESOURCE).message).toContain(
      `got "both/Server.http"; two objects would be written to this file: 'both/one/server-http' and 'both/two/server-http'; give each namespace a chart of its own, or use YamlOutputType.FILE_PER_CHART`,
    );
    expect(synth(shared).message).toBe('no error');
  });
});

describe('policy that stands in the same app, written by hand', () => {
  const server = (name: string, spec: Record<string, unknown>) => (app: App) => {
    new ApiObject(newChart('byhand', app), 'server', {
      apiVersion: 'policy.linkerd.io/v1beta1',
      kind: 'Server',
      metadata: { name, namespace: 'shop' },
      spec,
    });
    new NamespaceJail(newChart('jail', app), 'jail', { namespace: 'shop', ports: [HTTP] });
  };
  const ofCart = { matchLabels: { app: 'cart' } };

  it('must not have the name of an object of the jail', () => {
    const { message, files } = synth(server('http', { port: 'web', podSelector: ofCart }));
    expect(message).toBe(`Validation failed with the following errors:
  [jail/jail] name: got "http"; the app has another Server of this name in namespace "shop" at 'byhand/server'; remove one, or give it another name`);
    expect(files).toEqual([]);
  });

  it('must not compete for a port of the jail', () => {
    expect(synth(server('web', { port: 'http', podSelector: ofCart })).message).toContain(
      '[jail/jail] port: got "http"; Server \'byhand/server\' covers the same port of the same pods, and the older of the two would win; remove that Server, or this port',
    );
  });

  it('may stand beside it otherwise', () => {
    expect(synth(server('web', { port: 'web', podSelector: ofCart })).message).toBe('no error');
    expect(synth(server('web', { port: 'http', externalWorkloadSelector: {} })).message).toBe('no error');
  });

  it('is compared with ports that stand alone as well', () => {
    const { message } = synth((app) => {
      const chart = newChart('test', app);
      new PortServer(chart, 'http', { namespace: 'shop', port: 'http', podSelector: ofCart });
      new ApiObject(chart, 'server', {
        apiVersion: 'policy.linkerd.io/v1beta3',
        kind: 'Server',
        metadata: { name: 'all', namespace: 'shop' },
        spec: { port: 'http', podSelector: {} },
      });
    });
    expect(message).toContain('[test/http] port: got "http"');
  });
});

describe('inject', () => {
  const jail = (createNamespace: boolean) => (app: App) =>
    new NamespaceJail(newChart('test', app), 'jail', {
      namespace: 'shop',
      ports: [HTTP],
      createNamespace,
      inject: true,
    });

  it('is refused where there is no Namespace object to annotate', () => {
    expect(synth(jail(false)).message).toContain(
      '[test/jail] inject: got true; would do nothing: the jail makes no Namespace object (createNamespace: false), and the app has none to annotate; leave it out, and annotate the Namespace where it is made: config.linkerd.io/default-inbound-policy: deny, linkerd.io/inject: enabled',
    );
  });

  it('annotates the one that the app has', () => {
    const { message } = synth((app) => {
      jail(false)(app);
      new ApiObject(newChart('mine', app), 'ns', {
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata: { name: 'shop' },
      });
    });
    expect(message).toBe('no error');
  });
});

it('a construct that was refused leaves nothing behind', () => {
  const chart = newChart();
  messageOf(() => new NamespaceJail(chart, 'bad', { namespace: 'shop', ports: [{ port: 0 }] }));
  new NamespaceJail(chart, 'good', { namespace: 'shop', ports: [HTTP] });
  expect(chart.toJson()).toHaveLength(7);
});
