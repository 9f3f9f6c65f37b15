import { App, Chart } from 'cdk8s';
import { Client, ExceptionRule, NamespaceJail, PortServer, ProxyProtocol } from 'cdk8s-namespace-jail';

const app = new App();
const chart = new Chart(app, 'shop');
const jail = new NamespaceJail(chart, 'jail', {
  namespace: 'shop',
  ports: [{ port: 'http', protocol: ProxyProtocol.HTTP_1, podSelector: { matchLabels: { app: 'web' } } }],
});
jail.addException({
  port: 'http',
  podSelector: { matchLabels: { app: 'web' } },
  clients: [Client.serviceAccount('ingress-nginx', 'ingress-nginx')],
});
new PortServer(chart, 'grpc', { namespace: 'shop', port: 'grpc', protocol: ProxyProtocol.GRPC });
new ExceptionRule(chart, 'scrapes', {
  namespace: 'shop',
  port: 9090,
  clients: [Client.network('10.0.0.0/8')],
});
app.synth();
