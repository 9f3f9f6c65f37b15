import type { LinkerdConfig } from '../linkerd/config';
import {
  DEFAULT_POLICIES,
  originAdmitted,
  whoIsAdmitted,
  type DefaultPolicy,
} from '../linkerd/default-policy';
import type { IdentityMatch } from '../linkerd/identity';
import type { SourceObject } from '../kubernetes/object';
import { LOOPBACK_NETWORKS, networksOf, type NetworkMatch } from '../linkerd/network-match';
import { authorizationName, sourceOf, type AuthorizationRef } from './policy-refs';
import type { MissingReference } from './unknown';

/** Which clients an authorization admits, networks aside. */
export type ClientAuthentication =
  | { readonly kind: 'anyone' }
  /** Whoever's TLS this proxy terminated, with an identity or without one. */
  | { readonly kind: 'tls' }
  | { readonly kind: 'identities'; readonly patterns: readonly IdentityMatch[] };

/** One authorization of a Server or a route: a client must meet both parts, and one entry of each is enough. */
export interface ClientAuthorization {
  readonly ref: AuthorizationRef;
  /** The reference as in Linkerd's metrics. */
  readonly name: string;
  /** The object it refers to; absent for what Linkerd grants by itself. */
  readonly source?: SourceObject;
  /** The authentications it refers to. */
  readonly via: readonly SourceObject[];
  readonly networks: readonly NetworkMatch[];
  readonly authentication: ClientAuthentication;
  /** What it takes effect by only if it is there, which the input does not say; then whoever these may admit is admitted. */
  readonly given?: readonly MissingReference[];
}

/** An authorization; its name and object are derived from the reference. */
export function clientAuthorization(
  ref: AuthorizationRef,
  networks: readonly NetworkMatch[],
  authentication: ClientAuthentication,
  via: readonly SourceObject[] = [],
): ClientAuthorization {
  return { ref, name: authorizationName(ref), ...sourceOf(ref), via, networks, authentication };
}

/** An object that was written to grant something and grants nothing here. */
export interface IneffectiveObject {
  readonly name: string;
  readonly source: SourceObject;
  readonly reason: string;
  /** What it grants if what it refers to is there after all, though the input does not have it. */
  readonly ifPresent?: ClientAuthorization;
}

export const ANYONE: ClientAuthentication = { kind: 'anyone' };

/** Every DNS-form identity; a SPIFFE id is never matched by a wildcard (linkerd-policy 3.12). */
const ANY_IDENTITY: ClientAuthentication = {
  kind: 'identities',
  patterns: [{ kind: 'suffix', labels: [] }],
};

const ADMITTED = { anyone: ANYONE, identities: ANY_IDENTITY, nobody: undefined } as const;

/** Every address of both families. */
export const EVERYWHERE: readonly NetworkMatch[] = networksOf(['0.0.0.0/0', '::/0']);

/** The proxy adds it to every port, last (linkerd-policy 3.11). */
export const LOCALHOST = clientAuthorization({ kind: 'localhost' }, LOOPBACK_NETWORKS, ANYONE);

const ELSEWHERE = ['Server', 'HTTPRoute', 'GRPCRoute'];

/** Whether it stands for a Server or route that the input does not have: no protocol or route of what is there limits it. */
export function isElsewhere({ given = [] }: ClientAuthorization): boolean {
  return given.some(({ kind }) => ELSEWHERE.includes(kind));
}

/** What Linkerd grants by itself under one configuration; built once, because most ports share it. */
export class DefaultAuthorizations {
  /** What the generated `probe` route grants (linkerd-policy 5.1); `undefined` if probes are not let through. */
  public readonly probe: ClientAuthorization | undefined;
  private readonly byPolicy = new Map<DefaultPolicy, readonly ClientAuthorization[]>();

  public constructor(config: LinkerdConfig) {
    const probeNetworks = networksOf(config.probeNetworks);
    this.probe =
      probeNetworks.length === 0 ? undefined : clientAuthorization({ kind: 'probe' }, probeNetworks, ANYONE);
    const origins = { everywhere: EVERYWHERE, cluster: networksOf(config.clusterNetworks) };
    for (const policy of DEFAULT_POLICIES) {
      const networks = origins[originAdmitted(policy)];
      const admits = ADMITTED[whoIsAdmitted(policy)];
      const ref = { kind: 'default', policy } as const;
      this.byPolicy.set(policy, admits === undefined ? [] : [clientAuthorization(ref, networks, admits)]);
    }
  }

  /** What a default or access policy grants (linkerd-policy 4.2); `deny` grants nothing. */
  public of(policy: DefaultPolicy): readonly ClientAuthorization[] {
    return this.byPolicy.get(policy) ?? [];
  }
}
