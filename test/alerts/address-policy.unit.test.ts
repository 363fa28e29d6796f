import { describe, expect, it } from 'vitest';
import { createAddressPolicy } from '../../services/alerts/channels/address-policy.ts';

const REFUSED = {
  loopback: ['127.0.0.1', '127.255.255.254', '::1'],
  private: ['10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1', 'fd00::1', 'fc00::1'],
  'link-local and metadata': ['169.254.169.254', '169.254.0.1', 'fe80::1', 'fd00:ec2::254'],
  'cloud host services': ['168.63.129.16', '192.0.0.192', '100.100.100.200'],
  'carrier-grade NAT': ['100.64.0.1', '100.127.255.255'],
  'unspecified and broadcast': ['0.0.0.0', '0.1.2.3', '255.255.255.255', '::'],
  multicast: ['224.0.0.1', '239.255.255.250', 'ff02::1', 'ff0e::1'],
  'IPv4 in IPv6': ['::ffff:127.0.0.1', '::ffff:7f00:1', '::ffff:8.8.8.8', '::127.0.0.1'],
  'NAT64, 6to4, Teredo': ['64:ff9b::7f00:1', '64:ff9b:1::1', '2002:7f00:1::', '2001::1'],
  'reserved, benchmarking, documentation': [
    '240.0.0.1',
    '198.18.0.1',
    '192.0.2.1',
    '198.51.100.1',
    '203.0.113.1',
    '2001:db8::1',
    '100::1',
    '5f00::1',
    'fec0::1',
    '4000::1',
  ],
  'no address at all': ['', 'localhost', '127.1.1', '1.2.3.4.5', 'fe80::1%eth0', '::g'],
};

describe('the address policy', () => {
  const isAllowed = createAddressPolicy([]);
  it.each(
    Object.entries(REFUSED).flatMap(([kind, list]) => list.map((address) => [kind, address])),
  )('refuses %s: %s', (_, address) => {
    expect(isAllowed(address)).toBe(false);
  });

  it.each(['8.8.8.8', '93.184.216.34', '172.32.0.1', '100.128.0.1', '2606:4700::1111'])(
    'allows the public address %s',
    (address) => {
      expect(isAllowed(address)).toBe(true);
    },
  );

  it('allows what lies inside an allowed network, and nothing beside it', () => {
    const lab = createAddressPolicy(['10.1.0.0/16', 'fd12::/32']);
    expect(['10.1.2.3', '::ffff:10.1.2.3', 'fd12::1', '8.8.8.8'].map(lab)).toEqual([
      true,
      true,
      true,
      true,
    ]);
    expect(['10.2.0.1', '127.0.0.1', 'fd13::1'].map(lab)).toEqual([false, false, false]);
  });
});
