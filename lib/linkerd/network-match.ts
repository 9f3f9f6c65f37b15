import { LOOPBACK, parseNetwork, type Network } from './network';

/** A network item, parsed. */
export interface NetworkMatch {
  readonly network: Network;
  readonly except: readonly Network[];
}

/** The pod's own addresses. */
export const LOOPBACK_NETWORKS: readonly NetworkMatch[] = LOOPBACK.map((network) => ({
  network,
  except: [],
}));

/** Networks of examples, which nobody has (RFC 5737, 3849 and 9637): what admits only them admits nobody yet. */
export const DOCUMENTATION_NETWORKS: readonly NetworkMatch[] = networksOf([
  '192.0.2.0/24',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '2001:db8::/32',
  '3fff::/20',
]);

/** The readable networks of a list, separated by commas. */
export function networkList(text: string): NetworkMatch[] {
  return networksOf(text.split(',').map((part) => part.trim()));
}

/** CIDR texts of the configuration, which have been checked when it was read. */
export function networksOf(cidrs: readonly string[]): NetworkMatch[] {
  return cidrs.flatMap((cidr) => {
    const network = parseNetwork(cidr);
    return network === undefined ? [] : [{ network, except: [] }];
  });
}
