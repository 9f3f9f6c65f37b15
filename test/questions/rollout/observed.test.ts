import { rollout } from '../../../lib/questions/rollout/rollout';
import type { Observed } from '../../../lib/questions/rollout/observation';
import { observed } from '../../../lib/questions/rollout/observed';
import { clusterOf, manifest, pod, server } from '../../helpers/manifests';
import { metricLine, plainLines, readSignals, type Denial } from '../../helpers/signals';

const SHOP =
  `
apiVersion: v1
kind: Namespace
metadata: { name: shop, annotations: { config.linkerd.io/default-inbound-policy: audit } }
---
apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop }
spec: { selector: { app: web }, ports: [{ port: 80, targetPort: http }] }
---
` +
  pod('web', '{ name: web, image: x, ports: [{ name: http, containerPort: 8080 }] }') +
  pod('bot', '{ name: bot, image: x, env: [{ name: WEB, value: "http://web.shop" }] }').replace(
    'spec: {',
    'spec: { serviceAccountName: bot,',
  ) +
  server('http', '{ podSelector: {}, port: http, accessPolicy: audit, proxyProtocol: HTTP/1 }') +
  manifest(
    'policy.linkerd.io/v1alpha1',
    'AuthorizationPolicy',
    'partners',
    '{ targetRef: { group: policy.linkerd.io, kind: Server, name: http }, requiredAuthenticationRefs: [{ kind: ServiceAccount, name: partner, namespace: partners }] }',
    'annotations: { namespace-jail/exception: serviceaccount partners/partner }',
  );

const AUDITED: Denial = {
  namespace: 'shop',
  pod: 'web',
  port: 8080,
  server: { group: 'policy.linkerd.io', kind: 'server', name: 'http' },
  route: { group: '', kind: 'default', name: 'default' },
  client: { tls: 'mesh', identity: 'bot.shop.serviceaccount.identity.linkerd.cluster.local', ip: '10.1.1.1' },
  isAudit: true,
};
const at = { namespace: 'shop', pod: 'web' };

function seen(...lines: string[]): Observed {
  const cluster = clusterOf(SHOP);
  return observed(undefined, cluster, rollout(undefined, cluster), readSignals(lines));
}

const ALLOWED = metricLine(AUDITED, 3, at).replace('authz_name="audit"', 'authz_name="partners"');

it('says who would be lost by closing now, and with which exception they would not', () => {
  const { lost, closing } = seen(metricLine(AUDITED, 14, at));
  expect(
    lost.map(({ count, replay, proposal }) => [count, replay.outcome, proposal?.code?.admitted]),
  ).toEqual([[14, 'lost', { who: { kind: 'serviceAccount', namespace: 'shop', name: 'bot' } }]]);
  expect(closing).toMatchObject([{ namespace: 'shop', pairs: 1, proposed: 1, left: 0 }]);
});

it('says which declared callers were never seen: configured calls, and clients of exceptions', () => {
  const other = ALLOWED.replace('bot.shop', 'other.shop');
  const { unseen, showsAllowed } = seen(other);
  expect(showsAllowed).toBe(true);
  expect(unseen).toEqual([
    {
      namespace: 'shop',
      caller: 'shop/pod/bot -> shop/pod/web:8080',
      declared: expect.stringContaining('WEB') as string,
    },
    {
      namespace: 'shop',
      caller: 'partners/serviceaccount/partner',
      declared: 'authorizationpolicy/partners',
    },
  ]);
  const partner = ALLOWED.replace('bot.shop', 'partner.partners');
  expect(seen(ALLOWED, partner).unseen).toEqual([]);
});

it('logs do not have those who are let in by an authorization', () => {
  const lines = plainLines(AUDITED).map((line) => `shop web linkerd-proxy ${line}`);
  expect(seen(...lines)).toMatchObject({ showsAllowed: false, lost: [{ count: 1 }] });
});
