import { nearest } from '../basics/words';
import {
  ADMIN_PORT,
  CONTROL_PORT,
  DEFAULT_INBOUND_POLICY,
  INBOUND_PORT,
  INJECT,
  OPAQUE_PORTS,
  REQUIRE_IDENTITY_PORTS,
  SKIP_INBOUND_PORTS,
  SKIP_OUTBOUND_PORTS,
  SKIP_SUBNETS,
} from './annotations';

/** Annotations that decide who is protected, and from whom. */
export const POLICY_KEYS: readonly string[] = [
  INJECT,
  DEFAULT_INBOUND_POLICY,
  OPAQUE_PORTS,
  REQUIRE_IDENTITY_PORTS,
  SKIP_INBOUND_PORTS,
  SKIP_OUTBOUND_PORTS,
  SKIP_SUBNETS,
  ADMIN_PORT,
  CONTROL_PORT,
  INBOUND_PORT,
];

const PROXY_SETTINGS = [
  'access-log',
  'close-wait-timeout',
  'debug-image',
  'debug-image-pull-policy',
  'debug-image-version',
  'disable-external-profiles',
  'enable-debug-sidecar',
  'enable-external-profiles',
  'image-pull-policy',
  'init-image',
  'init-image-version',
  'outbound-port',
  'outbound-transport-mode',
  'pod-inbound-ports',
  'proxy-additional-env',
  'proxy-admin-shutdown',
  'proxy-await',
  'proxy-cpu-limit',
  'proxy-cpu-ratio-limit',
  'proxy-cpu-request',
  'proxy-disable-inbound-protocol-detect-timeout',
  'proxy-disable-outbound-protocol-detect-timeout',
  'proxy-enable-native-sidecar',
  'proxy-ephemeral-storage-limit',
  'proxy-ephemeral-storage-request',
  'proxy-gid',
  'proxy-image',
  'proxy-inbound-connect-timeout',
  'proxy-inbound-discovery-cache-unused-timeout',
  'proxy-log-format',
  'proxy-log-http-headers',
  'proxy-log-level',
  'proxy-memory-limit',
  'proxy-memory-request',
  'proxy-outbound-connect-timeout',
  'proxy-outbound-discovery-cache-unused-timeout',
  'proxy-uid',
  'proxy-version',
  'shutdown-grace-period',
];

/** Annotations Linkerd reads on pods, from the pod template or inherited from the Namespace. */
export const POD_KEYS: readonly string[] = [
  ...POLICY_KEYS,
  ...PROXY_SETTINGS.map((setting) => `config.linkerd.io/${setting}`),
];

/** Everything else under Linkerd's prefixes that a manifest may have. */
const OTHER_KEYS: readonly string[] = [
  'config.alpha.linkerd.io/proxy-wait-before-exit-seconds',
  'config.alpha.linkerd.io/proxy-enable-native-sidecar',
  'config.beta.linkerd.io/proxy-enable-native-sidecar',
  'config.linkerd.io/admission-webhooks',
  'config.linkerd.io/trust-root-sha256',
  'linkerd.io/control-plane-ns',
  'linkerd.io/control-plane-component',
  'linkerd.io/workload-ns',
  'linkerd.io/created-by',
  'linkerd.io/proxy-version',
  'linkerd.io/trust-root-sha256',
  'linkerd.io/extension',
  'linkerd.io/helm-release-version',
  'viz.linkerd.io/disable-tap',
  'viz.linkerd.io/tap-enabled',
  'viz.linkerd.io/default-scrape-timeout',
];

const KNOWN = [...POD_KEYS, ...OTHER_KEYS];

/** The annotation that a key is likely meant to be: one with a similar spelling, or the same name and another prefix. */
export function keyMeant(key: string): string | undefined {
  const [prefix = '', name] = key.includes('/') ? splitKey(key) : ['', key];
  if (KNOWN.includes(key) || !isOfLinkerd(prefix, name)) return undefined;
  const sameName = POD_KEYS.find((known) => splitKey(known)[1] === name && known !== key);
  if (sameName !== undefined && prefix !== '') return sameName;
  return prefix === '' ? sameName : nearest(key, KNOWN);
}

function splitKey(key: string): [string, string] {
  const slash = key.indexOf('/');
  return [key.slice(0, slash), key.slice(slash + 1)];
}

/** Most bare names are common words, so only those unique to Linkerd count. */
function isOfLinkerd(prefix: string, name: string | undefined): boolean {
  if (prefix === '')
    return ['default-inbound-policy', 'skip-inbound-ports', 'skip-outbound-ports'].includes(name ?? '');
  return (
    /l[a-z]{0,3}n[a-z]{0,2}kerd|linker/i.test(prefix) ||
    nearest(prefix, ['linkerd.io', 'config.linkerd.io']) !== undefined
  );
}
