import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { NamespaceJail, ProxyProtocol } from '../../lib';

/** The jail from Linkerd's own guide, object by object, in the API of Linkerd 2.11. */
export class GuideJail extends Chart {
  public constructor(scope: Construct, id: string) {
    super(scope, id);
    new NamespaceJail(this, 'jail', {
      namespace: 'emojivoto',
      policyApi: 'ServerAuthorization',
      ports: [
        { port: 'grpc', protocol: ProxyProtocol.GRPC },
        { port: 'http', protocol: ProxyProtocol.HTTP_1 },
      ],
    });
  }
}
