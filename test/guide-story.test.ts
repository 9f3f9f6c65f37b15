import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { App, Chart, Testing } from 'cdk8s';
import { Emojivoto } from '../examples/emojivoto/workloads';
import { NamespaceJail, ProxyProtocol, type PolicyApi } from '../lib';
import { Cluster, CONNECTION, type KubeObject } from '../lib/analysis';
import { fromObjects } from '../lib/manifests/parse';
import { readManifests } from '../lib/input/read';

const SHARED = resolve(__dirname, '../../shared/manifests/emojivoto.yml');
const DENY = 'config.linkerd.io/default-inbound-policy';

type Json = Record<string, unknown>;

/** The application as its authors ship it, or our own statement of it where that file is not at hand. */
function application(): KubeObject[] {
  if (existsSync(SHARED)) return readManifests([SHARED]).objects.map(({ object }) => object);
  console.warn(`${SHARED} is not there: the guide's story is told on examples/emojivoto instead`);
  const chart = new Chart(new App(), 'app');
  new Emojivoto(chart, 'emojivoto');
  return fromObjects(Testing.synth(chart) as Json[]).objects.map(({ object }) => object);
}

const APPLICATION = application().filter(({ kind }) => kind !== 'Namespace');

function inNamespace(objects: readonly KubeObject[], namespace: string): KubeObject[] {
  return objects.map((object) => ({ ...object, metadata: { ...object.metadata, namespace } }));
}

function namespaceObject(name: string, annotations: Record<string, string> = {}): KubeObject {
  const metadata = { name, annotations: { 'linkerd.io/inject': 'enabled', ...annotations } };
  return { apiVersion: 'v1', kind: 'Namespace', metadata };
}

function jail(policyApi: PolicyApi, withPorts: boolean): KubeObject[] {
  const chart = new Chart(new App(), 'jail');
  const ports = [
    { port: 'grpc', protocol: ProxyProtocol.GRPC },
    { port: 'http', protocol: ProxyProtocol.HTTP_1 },
  ];
  new NamespaceJail(chart, 'jail', { namespace: 'emojivoto', inject: true, policyApi, ports });
  const objects = fromObjects(Testing.synth(chart) as Json[]).objects.map(({ object }) => object);
  return withPorts
    ? objects
    : objects.filter(({ kind, metadata }) => kind === 'Namespace' || /^(admin|everyone)/.test(metadata.name));
}

/** The second copy of the application, whose vote-bot calls the first one (step 7). */
const INTRUDER = [namespaceObject('emojivoto-2'), ...inNamespace(APPLICATION, 'emojivoto-2')];

function cluster(...policy: KubeObject[]): Cluster {
  return Cluster.load([...APPLICATION, ...policy, ...INTRUDER]);
}

const REQUEST = { method: 'GET', path: '/api/vote' };
const CALL = { method: 'POST', path: '/emojivoto.v1.EmojiService/ListAll' };
const WEB = 'emojivoto/deployment/web:8080';
const EMOJI = 'emojivoto/deployment/emoji:8080';
const WORKLOADS = ['web', 'emoji', 'voting', 'vote-bot'];
const VOTE_BOT = 'emojivoto/deployment/vote-bot';

describe('the story of the guide, on Emojivoto', () => {
  it('before: everything is open, by the cluster default', () => {
    const before = cluster(namespaceObject('emojivoto'));
    for (const client of [VOTE_BOT, 'emojivoto-2/deployment/vote-bot', 'unmeshed', '203.0.113.7']) {
      for (const [target, request] of [
        [WEB, REQUEST],
        [EMOJI, CALL],
      ] as const) {
        const { verdict, server, authorizations } = before.decide(target, client, request);
        expect([verdict, server, authorizations[0]?.name]).toEqual([
          'allow',
          'default/all-unauthenticated',
          'default/all-unauthenticated',
        ]);
      }
    }
  });

  it('with only the annotation: all is denied but the probes of the proxy', () => {
    const denied = cluster(namespaceObject('emojivoto', { [DENY]: 'deny' }));
    expect(denied.decide(WEB, VOTE_BOT, REQUEST)).toMatchObject({
      verdict: 'deny',
      server: 'default/deny',
      nearMisses: [{ name: 'default/localhost' }],
    });
    expect(denied.decide(EMOJI, VOTE_BOT, CALL).verdict).toBe('deny');
    const probe = denied.decide('emojivoto/deployment/web:4191', 'unmeshed', { path: '/ready' });
    expect([probe.verdict, probe.authorizations[0]?.name]).toEqual(['allow', 'default/probe']);
    expect(denied.decide('emojivoto/deployment/web:4191', 'unmeshed', { path: '/metrics' }).verdict).toBe(
      'deny',
    );
  });

  describe.each<PolicyApi>(['AuthorizationPolicy', 'ServerAuthorization'])(
    'with the jail written as %s',
    (policyApi) => {
      const policy = policyApi === 'AuthorizationPolicy' ? 'authorizationpolicy' : 'serverauthorization';
      const open = cluster(...jail(policyApi, false));
      const closed = cluster(...jail(policyApi, true));

      it('the exception first: metrics can be scraped again, the application cannot be called yet', () => {
        const scrape = open.decide('emojivoto/deployment/web:linkerd-admin', 'unmeshed', {
          path: '/metrics',
        });
        expect([scrape.verdict, scrape.server, scrape.authorizations[0]?.name]).toEqual([
          'allow',
          'server/admin',
          `${policy}/admin-everyone`,
        ]);
        expect(open.decide(WEB, VOTE_BOT, REQUEST).verdict).toBe('deny');
      });

      it('vote-bot of emojivoto reaches web, and web reaches emoji and voting', () => {
        const grant = (name: string): string =>
          policyApi === 'AuthorizationPolicy' ? `${policy}/${name}-ns-only` : `${policy}/ns-only`;
        const vote = closed.decide(WEB, VOTE_BOT, REQUEST);
        expect([vote.verdict, vote.server, vote.authorizations[0]?.name]).toEqual([
          'allow',
          'server/http',
          grant('http'),
        ]);
        for (const name of ['emoji', 'voting']) {
          const call = closed.decide(`emojivoto/deployment/${name}:8080`, 'emojivoto/deployment/web', CALL);
          expect([call.verdict, call.server, call.authorizations[0]?.name]).toEqual([
            'allow',
            'server/grpc',
            grant('grpc'),
          ]);
        }
      });

      it.each([
        ['the same application in emojivoto-2', 'emojivoto-2/deployment/vote-bot'],
        ['an unmeshed pod', 'unmeshed'],
        ['an address from outside', '203.0.113.7'],
        ['a workload of another trust domain', 'web.emojivoto.serviceaccount.identity.linkerd.corp.example'],
      ])('%s is denied on every port but 4191', (_, client) => {
        const reached: string[] = [];
        for (const workload of WORKLOADS) {
          for (const port of [80, 4191, 8080, 8801, 12345]) {
            const target = `emojivoto/deployment/${workload}:${port}`;
            const tries = [undefined, CONNECTION, { path: '/' }, REQUEST, CALL].map(
              (asked) => closed.decide(target, client, asked).verdict,
            );
            if (tries.some((verdict) => verdict !== 'deny' && verdict !== 'not-found')) reached.push(target);
          }
        }
        // A ServerAuthorization without networks means the cluster's networks, even when it says "unauthenticated" (3.7).
        const admin = policyApi === 'ServerAuthorization' && client === '203.0.113.7' ? [] : WORKLOADS;
        expect(reached).toEqual(admin.map((workload) => `emojivoto/deployment/${workload}:4191`));
      });

      it('the prom port stays closed, because no exception names it', () => {
        expect(
          closed.decide('emojivoto/deployment/emoji:prom', VOTE_BOT, { path: '/metrics' }),
        ).toMatchObject({
          verdict: 'deny',
          server: 'default/deny',
        });
      });
    },
  );
});
