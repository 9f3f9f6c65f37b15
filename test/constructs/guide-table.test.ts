import { NamespaceJail, ProxyProtocol } from '../../lib';
import { newChart, objectsOf } from './helpers';

describe("the objects of Linkerd's guide", () => {
  const chart = newChart();
  new NamespaceJail(chart, 'jail', {
    namespace: 'emojivoto',
    policyApi: 'ServerAuthorization',
    ports: [
      { port: 'grpc', protocol: ProxyProtocol.GRPC },
      { port: 'http', protocol: ProxyProtocol.HTTP_1 },
    ],
  });
  const objects = objectsOf(chart);
  const policy = { apiVersion: 'policy.linkerd.io/v1beta1' };
  const namespace = 'emojivoto';
  const everyPod = { podSelector: { matchLabels: {} } };
  const labels = { app: 'emojivoto-srv' };

  const table = [
    {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: 'emojivoto', annotations: { 'config.linkerd.io/default-inbound-policy': 'deny' } },
    },
    {
      ...policy,
      kind: 'Server',
      metadata: { name: 'admin', namespace },
      spec: { ...everyPod, port: 'linkerd-admin', proxyProtocol: 'HTTP/1' },
    },
    {
      ...policy,
      kind: 'ServerAuthorization',
      metadata: { name: 'admin-everyone', namespace },
      spec: { server: { name: 'admin' }, client: { unauthenticated: true } },
    },
    {
      ...policy,
      kind: 'Server',
      metadata: { name: 'grpc', namespace, labels },
      spec: { ...everyPod, port: 'grpc', proxyProtocol: 'gRPC' },
    },
    {
      ...policy,
      kind: 'Server',
      metadata: { name: 'http', namespace, labels },
      spec: { ...everyPod, port: 'http', proxyProtocol: 'HTTP/1' },
    },
    {
      ...policy,
      kind: 'ServerAuthorization',
      metadata: { name: 'ns-only', namespace },
      spec: {
        server: { selector: { matchLabels: labels } },
        client: { meshTLS: { identities: ['*.emojivoto.serviceaccount.identity.linkerd.cluster.local'] } },
      },
    },
  ];

  it.each(table.map((row, index) => ({ name: `${row.kind} ${row.metadata.name}`, row, index })))(
    'has $name as in the table',
    ({ row, index }) => expect(objects[index]).toEqual(row),
  );

  it('has nothing else', () => expect(objects).toHaveLength(table.length));
});
