import { expect, test } from 'vitest';
import { clientFamilyOf, networkOf } from '../../../../detectors/view/access/network-of.ts';

test.each([
  ['192.0.2.17', '192.0.2.0/24'],
  ['192.0.2.17:40312', '192.0.2.0/24'],
  ['[2001:db8:12::1]:443', '2001:db8:12::/48'],
  ['[2001:db8:12::1', '[2001:db8:12::/48'],
  ['runner-7.ci.example:50122', 'runner-7.ci.example'],
  ['::ffff:192.0.2.17', '192.0.2.0/24'],
  ['10.3.77.9', '10.3.0.0/16'],
  ['172.20.1.2', '172.20.0.0/16'],
  ['172.32.1.2', '172.32.1.0/24'],
  ['192.168.4.4', '192.168.0.0/16'],
  ['2001:db8:12:34::1', '2001:db8:12::/48'],
  ['2001:0DB8:0012::1', '2001:db8:12::/48'],
  ['2001:db8::1', '2001:db8:0::/48'],
  ['::1', '0:0:0::/48'],
  ['runner-7.ci.example', 'runner-7.ci.example'],
  ['', ''],
])('the network of %s is %s', (address, network) => {
  expect(networkOf(address)).toBe(network);
});

test('neither a hostile address nor a hostile user agent makes a long name', () => {
  expect(networkOf('x'.repeat(256)).length).toBeLessThanOrEqual(64);
  expect(networkOf(`${':'.repeat(255)}1`).length).toBeLessThanOrEqual(70);
  expect(clientFamilyOf('x'.repeat(1024))).toHaveLength(64);
});

test('the family of a client is its name without version', () => {
  expect(clientFamilyOf('docker/27.1 go/go1.22')).toBe('docker');
  expect(clientFamilyOf('twine 5.0')).toBe('twine');
  expect(clientFamilyOf('retention')).toBe('retention');
});
