/** What the engine must know about the cluster beyond its manifests (linkerd-policy 0.2). */
export interface LinkerdConfig {
  /** Namespace of Linkerd's control plane: the middle part of every mesh identity. @default "linkerd" */
  readonly linkerdNamespace: string;
  /** Trust domain (`identityTrustDomain`): the suffix of every mesh identity. @default "cluster.local" */
  readonly trustDomain: string;
  /** CIDRs of `clusterNetworks`: what the `cluster-*` defaults and a ServerAuthorization without networks mean. */
  readonly clusterNetworks: readonly string[];
  /** The cluster-wide `proxy.defaultInboundPolicy`. @default "all-unauthenticated" */
  readonly defaultInboundPolicy: string;
  /** Networks whose HTTP probes Linkerd lets through by itself; empty for none. @default 0.0.0.0/0 and ::/0 */
  readonly probeNetworks: readonly string[];
  /** `proxy.opaquePorts`, which the injector annotates on pods that declare them. */
  readonly opaquePorts: string;
  /** `proxyInit.ignoreInboundPorts`: not redirected to the proxy unless an annotation says otherwise. */
  readonly skipInboundPorts: string;
  /** `proxyInit.ignoreOutboundPorts`: dialled past the client's proxy unless an annotation says otherwise. */
  readonly skipOutboundPorts: string;
  /** `proxyInit.skipSubnets`: clients from there bypass the proxy on the way in, unless an annotation says otherwise. */
  readonly skipSubnets: string;
  /** Namespace of linkerd-viz, whose `tap` identity the tap port serves. @default "linkerd-viz" */
  readonly vizNamespace: string;
}

/** Linkerd 2.20's Helm defaults. */
export const DEFAULT_CONFIG: LinkerdConfig = {
  linkerdNamespace: 'linkerd',
  trustDomain: 'cluster.local',
  clusterNetworks: ['10.0.0.0/8', '100.64.0.0/10', '172.16.0.0/12', '192.168.0.0/16', 'fd00::/8'],
  defaultInboundPolicy: 'all-unauthenticated',
  probeNetworks: ['0.0.0.0/0', '::/0'],
  opaquePorts: '25,587,3306,4444,5432,6379,9300,11211',
  skipInboundPorts: '4567,4568',
  skipOutboundPorts: '4567,4568',
  skipSubnets: '',
  vizNamespace: 'linkerd-viz',
};
