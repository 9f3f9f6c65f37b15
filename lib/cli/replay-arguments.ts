import type { InputOptions } from './cluster-input';

/** The arguments that make another verb read the same manifests as the same cluster. */
export function replayWords(paths: readonly string[], options: InputOptions): string[] {
  const words = [...paths];
  const add = (flag: string, value: string | undefined): void => {
    if (value !== undefined) words.push(flag, value);
  };
  add('--context', options.context);
  for (const file of options.filename ?? []) add('-f', file);
  add('--linkerd-namespace', options.linkerdNamespace);
  add('--trust-domain', options.trustDomain);
  add('--cluster-networks', options.clusterNetworks?.join(','));
  add('--default-inbound-policy', options.defaultInboundPolicy);
  const { probeNetworks } = options;
  add('--probe-networks', probeNetworks?.length === 0 ? 'none' : probeNetworks?.join(','));
  add('--pod-networks', options.podNetworks?.join(','));
  add('--node-networks', options.nodeNetworks?.join(','));
  add('--ages', options.ages);
  if (options.complete === true) words.push('--complete');
  add('--default-namespace', options.defaultNamespace);
  for (const pattern of options.exclude ?? []) add('--exclude', pattern);
  if (options.assumeAdmitted === true) words.push('--assume-admitted');
  if (options.config === false) words.push('--no-config');
  else add('--config', options.config);
  return words;
}
