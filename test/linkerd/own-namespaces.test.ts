import { DEFAULT_CONFIG } from '../../lib/linkerd/config';
import { isLinkerdNamespace } from '../../lib/linkerd/own-namespaces';

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
