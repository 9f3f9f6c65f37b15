/** The entry point of the constructs. It loads only cdk8s, constructs and the constructs of this package. */
export { Client } from './constructs/client';
export type { NetworkOptions } from './constructs/client';
export { ExceptionRule } from './constructs/exception-rule';
export type { ExceptionRuleProps } from './constructs/exception-rule';
export type { JailException } from './constructs/jail-exception';
export type { JailPort } from './constructs/jail-port';
export { NamespaceJail } from './constructs/namespace-jail';
export type { NamespaceJailProps } from './constructs/namespace-jail';
export type { PodSelector, PodSelectorExpression } from './constructs/pod-selector';
export type { PolicyApi, PolicyOptions, RouteApi } from './constructs/policy-options';
export type { JailMode } from './linkerd/default-policy';
export { PortServer } from './constructs/port-server';
export type { PortServerProps } from './constructs/port-server';
export { ProxyProtocol } from './constructs/proxy-protocol';
export type { SinglePortConstruct } from './constructs/single-port-construct';
