import ipaddr from 'ipaddr.js';

/** Decides which network addresses a webhook may reach; a name is resolved first and every address is asked about. */
export type AddressPolicy = (address: string) => boolean;

type Network = ReturnType<typeof ipaddr.parseCIDR>;

/** Public by their range, and yet inside: the host services of a cloud. */
const CLOUD_HOST_SERVICES = new Set(['168.63.129.16']);
const GLOBAL_UNICAST_6 = ipaddr.parseCIDR('2000::/3');

/**
 * Only globally routable unicast addresses are allowed, and whatever lies inside the given networks (CIDR). Private,
 * loopback, link-local (cloud metadata), carrier-grade NAT, multicast and reserved ranges are refused, also in the
 * disguise of IPv4-mapped, NAT64, 6to4 or Teredo addresses (RFC 6890); so is what is not an address at all.
 * Throws on a network that is none: the governance file is checked before.
 */
export function createAddressPolicy(allowNetworks: readonly string[]): AddressPolicy {
  const allowed = allowNetworks.map((network) => ipaddr.parseCIDR(network));
  return (text) => {
    if (!ipaddr.isValid(text)) return false;
    const address = ipaddr.parse(text);
    const plain = ipaddr.process(text);
    if (allowed.some((network) => contains(network, address) || contains(network, plain)))
      return true;
    if (address.range() !== 'unicast' || CLOUD_HOST_SERVICES.has(plain.toString())) return false;
    return address.kind() === 'ipv4' || contains(GLOBAL_UNICAST_6, address);
  };
}

function contains(network: Network, address: ipaddr.IPv4 | ipaddr.IPv6): boolean {
  return network[0].kind() === address.kind() && address.match(network);
}
