import type { IConstruct } from 'constructs';
import { constructAccount } from './client-of';
import type { ClientSubject } from '../linkerd/exception-terms';
import type { NetworkItem } from '../linkerd/network';
import type { PropMembers } from './members';

/** Exceptions to a network. */
export interface NetworkOptions {
  /**
   * CIDRs or addresses inside the network that are excluded from it.
   *
   * @default - nothing is excluded
   */
  readonly except?: string[];
}

/** @internal */
export const NETWORK_OPTIONS: PropMembers<NetworkOptions> = { except: true };

/**
 * Who may use a port. Values are checked by the construct that receives them, which knows its place in the app and
 * reports everything that is wrong at once.
 */
export class Client {
  /** Every ServiceAccount of a namespace; the client must be meshed. */
  public static namespace(namespace: string): Client {
    return new Client({ kind: 'namespace', namespace }, []);
  }

  /** One ServiceAccount; the client must be meshed. Pods that name no ServiceAccount use `default`. */
  public static serviceAccount(namespace: string, name: string): Client {
    return new Client({ kind: 'serviceAccount', namespace, name }, []);
  }

  /**
   * The ServiceAccount that a construct is or that its pods run as: a ServiceAccount or a workload of cdk8s-plus, or any
   * ApiObject of such a kind. The client must be meshed.
   *
   * @throws Error if the construct is neither, or cannot tell yet.
   */
  public static of(source: IConstruct): Client {
    return new Client(constructAccount(source), []);
  }

  /**
   * A mesh identity as Linkerd spells it, such as `web.shop.serviceaccount.identity.linkerd.cluster.local`; `*.`
   * before a suffix means every identity that ends with it. A SPIFFE id (`spiffe://…`) names one ExternalWorkload.
   */
  public static identity(identity: string): Client {
    return new Client({ kind: 'identity', identity }, []);
  }

  /** Every client with a DNS-form mesh identity; Linkerd's `*` does not match SPIFFE ids. */
  public static anyMeshed(): Client {
    return new Client({ kind: 'anyMeshed' }, []);
  }

  /** Every client, meshed or not, with an address in a network: a CIDR or a single address. */
  public static network(cidr: string, options?: NetworkOptions): Client {
    return new Client({ kind: 'anyone' }, [networkItem(cidr, options)], true);
  }

  /**
   * Everyone, meshed or not, from anywhere. With `policyApi: ServerAuthorization` Linkerd adds its own limit: a
   * ServerAuthorization without networks means the mesh's `clusterNetworks`.
   */
  public static everyone(): Client {
    return new Client({ kind: 'anyone' }, []);
  }

  /** @internal */
  public readonly _who: ClientSubject;
  /** @internal */
  public readonly _networks: readonly NetworkItem[];
  /** @internal Whether `from()` was called on a network, which could mean either network or both. */
  public readonly _isUnclear: boolean;
  private readonly isNetwork: boolean;

  private constructor(
    who: ClientSubject,
    networks: readonly NetworkItem[],
    isNetwork = false,
    isUnclear = false,
  ) {
    this._who = who;
    this._networks = networks;
    this.isNetwork = isNetwork;
    this._isUnclear = isUnclear;
  }

  /** This client, but only from a network: both must hold. With several networks, any one of them will do. */
  public from(cidr: string, options?: NetworkOptions): Client {
    const networks = [...this._networks, networkItem(cidr, options)];
    return new Client(this._who, networks, this.isNetwork, this.isNetwork || this._isUnclear);
  }

  /** The client in words, as in error messages. */
  public toString(): string {
    const from = this._networks.map(({ cidr, except }) =>
      except === undefined ? cidr : `${cidr} except ${String(except).replaceAll(',', ', ')}`,
    );
    return from.length === 0 ? nameOf(this._who) : `${nameOf(this._who)} from ${from.join(' or ')}`;
  }
}

function networkItem(cidr: string, options: NetworkOptions | undefined): NetworkItem {
  // With whatever else the options have, which the checks then name
  return Object.assign({ cidr }, options, { cidr });
}

/** @internal Who the client is, in words. */
function nameOf(who: ClientSubject): string {
  switch (who.kind) {
    case 'anyone':
      return 'everyone';
    case 'anyMeshed':
      return 'any meshed client';
    case 'namespace':
      return `namespace ${who.namespace}`;
    case 'serviceAccount':
      return `serviceaccount ${who.namespace}/${who.name}`;
    case 'identity':
      return `identity ${who.identity}`;
  }
}
