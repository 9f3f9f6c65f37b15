import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { admit, Cluster, InputError, UnknownReferenceError, type KubeObject } from '../lib/analysis';

const POD: KubeObject = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name: 'web',
    namespace: 'shop',
    annotations: {
      'linkerd.io/inject': 'enabled',
      'config.linkerd.io/default-inbound-policy': 'cluster-authenticated',
    },
  },
  spec: {
    containers: [
      {
        name: 'a',
        image: 'x',
        ports: [
          { name: 'http', containerPort: 8080 },
          { name: 'twice', containerPort: 1 },
        ],
      },
      { name: 'b', image: 'x', ports: [{ name: 'twice', containerPort: 2 }] },
    ],
  },
};

describe('the front door of the reading side', () => {
  const cluster = Cluster.load([POD]);

  it('decides for one client, named in words or as objects', () => {
    const target = { namespace: 'shop', kind: 'pod', name: 'web', port: 8080 };
    const client = { ip: '10.0.0.1', tls: 'mesh', identity: 'a.b.c' } as const;
    expect(cluster.decide('shop/pod/web:http', 'a.b.c', { path: '/' })).toEqual(
      cluster.decide(target, { tls: 'mesh', identity: 'a.b.c' }, { path: '/' }),
    );
    expect(cluster.decide(target, client).verdict).toBe('allow');
    expect(cluster.decide(target, 'unmeshed').verdict).toBe('deny');
  });

  it('tells the access of everybody', () => {
    const { allow } = cluster.access('shop/pod/web:8080');
    expect(allow.has({ ip: '10.0.0.1', tls: 'mesh', identity: 'a.b.c' })).toBe(true);
    expect(allow.has({ ip: '8.8.8.8', tls: 'mesh', identity: 'a.b.c' })).toBe(false);
    expect(allow.has({ ip: '127.0.0.1', tls: 'none' })).toBe(true);
    expect(cluster.trafficClasses('shop/pod/web:8080').map(({ name }) => name)).toEqual([
      'default/default',
      'connection',
    ]);
  });

  it('refuses targets that mean several ports, or none', () => {
    expect(() => cluster.access('shop/pod/web:twice')).toThrow(UnknownReferenceError);
    expect(() => cluster.access({ namespace: 'shop', kind: 'pod', name: 'gone', port: 1 })).toThrow(
      'the manifests have no shop/pod/gone',
    );
  });

  it('reads files, and collects what is wrong with them', () => {
    const folder = mkdtempSync(join(tmpdir(), 'analysis-'));
    try {
      writeFileSync(join(folder, 'pod.json'), JSON.stringify(POD));
      expect(Cluster.load([folder]).workloads.map(({ name }) => name)).toEqual(['web']);
      expect(() => Cluster.load([join(folder, 'gone.yaml')])).toThrow(InputError);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('takes what admission refuses as absent, and says so', () => {
    const server: KubeObject = {
      apiVersion: 'policy.linkerd.io/v1beta3',
      kind: 'Server',
      metadata: { name: 's', namespace: 'shop' },
      spec: { podSelector: {}, port: 0 },
    };
    const refused = Cluster.load([POD, server]);
    expect(
      refused.refused.map(({ violations }) => violations.map(({ rule, field }) => `${rule} ${field}`)),
    ).toEqual([['W3 spec.port']]);
    expect(refused.decide('shop/pod/web:8080', 'unmeshed').server).toBe('default/cluster-authenticated');
    expect(admit(server)[0]).toEqual({
      rule: 'W3',
      field: 'spec.port',
      message: 'is 0; it must be a number from 1 to 65535, or the name of a container port',
      remedy: 'correct the value',
    });
  });

  it('takes it all the same when the webhook is assumed to have been down', () => {
    const server: KubeObject = {
      apiVersion: 'policy.linkerd.io/v1beta3',
      kind: 'Server',
      metadata: { name: 's', namespace: 'shop' },
      spec: { podSelector: {}, port: 8080, accessPolicy: 'nonsense' },
    };
    expect(Cluster.load([POD, server]).decide('shop/pod/web:8080', 'unmeshed').server).toBe(
      'default/cluster-authenticated',
    );
    const assumed = Cluster.load([POD, server], { assumeAdmitted: true }).decide(
      'shop/pod/web:8080',
      'a.b.c',
    );
    expect([assumed.server, assumed.verdict]).toEqual(['server/s', 'deny']);
  });

  it('knows the settings that the caller gives', () => {
    const narrow = Cluster.load([POD], { clusterNetworks: ['192.168.0.0/16'] });
    expect(
      narrow.decide('shop/pod/web:8080', { ip: '10.0.0.1', tls: 'mesh', identity: 'a.b.c' }).verdict,
    ).toBe('deny');
  });
});
