import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import type { JailPort } from '../../lib';
import { Client, NamespaceJail, ProxyProtocol } from '../../lib';

const PROMETHEUS = Client.serviceAccount('monitoring', 'prometheus');
/** Where this cluster's API server calls webhooks from: control-plane nodes, which are not meshed. */
const API_SERVER = Client.network('172.20.0.0/28');

const HTTP: JailPort = { port: 'http', protocol: ProxyProtocol.HTTP_1 };
const METRICS: JailPort = { port: 'metrics', protocol: ProxyProtocol.HTTP_1, clients: [PROMETHEUS] };

/** The proxies' own metrics for Prometheus only, not for everyone. */
const PROXY_METRICS = { port: 'linkerd-admin', clients: [PROMETHEUS] };

/** A shop of three namespaces that call each other only where they must. */
export class Shop extends Chart {
  public constructor(scope: Construct, id: string) {
    super(scope, id);

    new NamespaceJail(this, 'storefront', {
      namespace: 'storefront',
      ports: [HTTP, METRICS],
      exceptions: [
        PROXY_METRICS,
        { port: 'http', clients: [Client.serviceAccount('ingress-nginx', 'ingress-nginx')] },
      ],
    });

    new NamespaceJail(this, 'orders', {
      namespace: 'orders',
      ports: [HTTP, METRICS, { port: 'webhook', protocol: ProxyProtocol.TLS, clients: [API_SERVER] }],
      exceptions: [PROXY_METRICS, { port: 'http', clients: [Client.namespace('storefront')] }],
    });

    new NamespaceJail(this, 'payments', {
      namespace: 'payments',
      ports: [
        {
          port: 'grpc',
          protocol: ProxyProtocol.GRPC,
          podSelector: { matchLabels: { app: 'ledger' } },
          clients: [
            Client.serviceAccount('orders', 'checkout'),
            Client.serviceAccount('payments', 'refunds'),
          ],
        },
        METRICS,
      ],
      exceptions: [PROXY_METRICS],
    });
  }
}
