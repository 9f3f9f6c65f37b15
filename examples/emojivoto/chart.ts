import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { NamespaceJail, ProxyProtocol } from '../../lib';
import { Emojivoto } from './workloads';

/**
 * Emojivoto in jail: each port is open to the namespace itself and to nobody else.
 *
 * `prom` stays out: nothing inside Emojivoto reads it, and no scraper outside is known. If you run one, add it:
 * `jail.addException({ port: 'prom', clients: [Client.serviceAccount('monitoring', 'prometheus')] })`.
 */
export class JailedEmojivoto extends Chart {
  public constructor(scope: Construct, id: string) {
    super(scope, id);
    new NamespaceJail(this, 'jail', {
      namespace: 'emojivoto',
      inject: true,
      ports: [
        { port: 'grpc', protocol: ProxyProtocol.GRPC },
        { port: 'http', protocol: ProxyProtocol.HTTP_1 },
      ],
    });
    new Emojivoto(this, 'app');
  }
}
