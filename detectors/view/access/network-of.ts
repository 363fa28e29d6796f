const PRIVATE = /^(?:10\.\d+|172\.(?:1[6-9]|2\d|3[01])|192\.168)\./;
const IPV4 = /^(\d{1,3}\.\d{1,3})\.(\d{1,3})\.\d{1,3}$/;
const MAX_NAME = 64;

/**
 * The network of a client's address: /24 of an IPv4 address (/16 of a private one, where containers wander), /48 of an
 * IPv6 address, and the text itself for anything else (a host name). Never throws; empty for an empty address.
 */
export function networkOf(address: string): string {
  const bare = withoutPort(address);
  const plain = bare.startsWith('::ffff:') ? bare.slice(7) : bare;
  const ipv4 = IPV4.exec(plain);
  if (ipv4 !== null) {
    return PRIVATE.test(plain) ? `${ipv4[1]}.0.0/16` : `${ipv4[1]}.${ipv4[2]}.0/24`;
  }
  return plain.includes(':') ? ipv6Network(plain) : plain.slice(0, MAX_NAME);
}

/** The address without the port that some producers leave at it: every connection has another. */
export function withoutPort(address: string): string {
  if (address.startsWith('[')) {
    const end = address.indexOf(']');
    return end === -1 ? address : address.slice(1, end);
  }
  const colon = address.indexOf(':');
  return colon > 0 && colon === address.lastIndexOf(':') ? address.slice(0, colon) : address;
}

/** The program that speaks, without its version: `containerd/1.7 …` is `containerd`. */
export function clientFamilyOf(userAgent: string): string {
  const end = userAgent.search(/[/ ]/);
  return userAgent.slice(0, Math.min(end === -1 ? MAX_NAME : end, MAX_NAME));
}

function ipv6Network(address: string): string {
  const [head = '', tail] = address.toLowerCase().split('::', 2);
  const groups = head === '' ? [] : head.split(':');
  // What `::` stands for is only zeros in the first three groups if the tail is short enough to leave them.
  const rest = tail === undefined || tail === '' ? [] : tail.split(':');
  while (groups.length + rest.length < 8) groups.push('0');
  const network = [...groups, ...rest].slice(0, 3).map((group) => group.replace(/^0+(?=.)/, ''));
  return `${network.join(':').slice(0, MAX_NAME)}::/48`;
}
