import * as generated from '../../imports/policy.linkerd.io';
import type { NamespaceJailProps } from '../../lib';
import { Client, NamespaceJail, ProxyProtocol } from '../../lib';
import { nameOf, newChart, objectsOf } from './helpers';

/** The generated way to write each kind, by kind and version. */
const MANIFESTS = new Map<string, (props: never) => unknown>([
  ['policy.linkerd.io/v1alpha1 AuthorizationPolicy', generated.AuthorizationPolicy.manifest],
  ['policy.linkerd.io/v1alpha1 MeshTLSAuthentication', generated.MeshTlsAuthentication.manifest],
  ['policy.linkerd.io/v1alpha1 NetworkAuthentication', generated.NetworkAuthentication.manifest],
  ['policy.linkerd.io/v1beta3 Server', generated.Server.manifest],
  ['policy.linkerd.io/v1beta1 Server', generated.ServerV1Beta1.manifest],
  ['policy.linkerd.io/v1beta1 ServerAuthorization', generated.ServerAuthorization.manifest],
]);

const PROPS: NamespaceJailProps = {
  namespace: 'shop',
  ports: [
    { port: 8080, protocol: ProxyProtocol.HTTP_1, podSelector: { matchLabels: { app: 'web' } } },
    {
      port: 'grpc',
      podSelector: { matchExpressions: [{ key: 'app', operator: 'In', values: ['web'] }] },
      clients: [
        Client.everyone(),
        Client.anyMeshed().from('10.0.0.0/8', { except: ['10.0.0.1'] }),
        Client.namespace('orders'),
        Client.serviceAccount('orders', 'checkout'),
        Client.identity('a.example'),
      ],
    },
  ],
};

/** What the generated classes make of a body: fields that they do not know would be missing from it. */
function regenerated({ apiVersion, kind, metadata, spec }: ReturnType<typeof objectsOf>[number]): unknown {
  const port = spec?.['port'];
  const Port = apiVersion.endsWith('v1beta1') ? generated.ServerV1Beta1SpecPort : generated.ServerSpecPort;
  const client = spec?.['client'] as Record<string, unknown> | undefined;
  const props = {
    metadata,
    spec: {
      ...spec,
      ...(port === undefined
        ? {}
        : { port: typeof port === 'number' ? Port.fromNumber(port) : Port.fromString(`${port}`) }),
      ...(client === undefined ? {} : { client: { ...client, meshTls: client['meshTLS'] } }),
    },
  };
  return MANIFESTS.get(`${apiVersion} ${kind}`)?.(props as never);
}

describe.each(['AuthorizationPolicy', 'ServerAuthorization'] as const)('policyApi %s', (policyApi) => {
  const chart = newChart();
  new NamespaceJail(chart, 'jail', { ...PROPS, policyApi });
  const objects = objectsOf(chart).filter(({ kind }) => kind !== 'Namespace');

  it.each(objects.map((object) => ({ name: nameOf(object), object })))(
    '$name is what the generated class would write, with no field that it does not know',
    ({ object }) => expect(regenerated(object)).toEqual(object),
  );
});

describe('imports', () => {
  it("call today's Server plainly, and keep Linkerd 2.11's reachable", () => {
    expect(generated.Server.GVK).toEqual({ apiVersion: 'policy.linkerd.io/v1beta3', kind: 'Server' });
    expect(generated.ServerV1Beta1.GVK).toEqual({ apiVersion: 'policy.linkerd.io/v1beta1', kind: 'Server' });
  });

  it('type a port as a number or a name', () => {
    expect(generated.ServerSpecPort.fromNumber(80).value).toBe(80);
    expect(generated.ServerSpecPort.fromString('http').value).toBe('http');
    // @ts-expect-error a bare value is neither: the generated class would drop it without a word
    const bare: generated.ServerSpecPort = 80;
    expect(bare).toBe(80);
  });
});
