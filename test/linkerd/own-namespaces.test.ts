import { DEFAULT_CONFIG } from '../../lib/linkerd/config';
import { isLinkerdNamespace, isShippedServer } from '../../lib/linkerd/own-namespaces';

const elsewhere = { ...DEFAULT_CONFIG, linkerdNamespace: 'mesh', vizNamespace: 'mesh-viz' };

test.each([
  ['linkerd', DEFAULT_CONFIG, true],
  ['linkerd-viz', DEFAULT_CONFIG, true],
  ['linkerd-multicluster', DEFAULT_CONFIG, true],
  ['linkerd-jaeger', DEFAULT_CONFIG, true],
  ['mesh', elsewhere, true],
  ['mesh-viz', elsewhere, true],
  // The control plane is not there, and whoever may create namespaces may call one anything.
  ['linkerd', elsewhere, false],
  ['linkerd-shop', DEFAULT_CONFIG, false],
  ['shop', DEFAULT_CONFIG, false],
])('%s is one of Linkerd’s own namespaces: see the table', (namespace, config, isOwn) => {
  expect(isLinkerdNamespace(namespace, config)).toBe(isOwn);
});

test.each([
  ['linkerd-viz', 'tap-api', DEFAULT_CONFIG, true],
  ['linkerd-viz', 'metrics-api', DEFAULT_CONFIG, true],
  ['linkerd-multicluster', 'linkerd-gateway', DEFAULT_CONFIG, true],
  ['linkerd-jaeger', 'collector-admin', DEFAULT_CONFIG, true],
  // A Server of a chart belongs to the namespace that the chart is installed into.
  ['mesh-viz', 'tap-api', elsewhere, true],
  ['linkerd-jaeger', 'tap-api', DEFAULT_CONFIG, false],
  ['linkerd-viz', 'linkerd-gateway', DEFAULT_CONFIG, false],
  ['linkerd-viz', 'web', DEFAULT_CONFIG, false],
  ['shop', 'tap-api', DEFAULT_CONFIG, false],
])('%s/%s is a Server of a chart of Linkerd’s: see the table', (namespace, name, config, isShipped) => {
  expect(isShippedServer(namespace, name, config)).toBe(isShipped);
});
