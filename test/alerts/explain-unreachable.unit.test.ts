import { describe, expect, it } from 'vitest';
import { createAddressPolicy } from '../../services/alerts/channels/address-policy.ts';
import { explainUnreachable } from '../../services/alerts/channels/explain-unreachable.ts';
import type { Lookup } from '../../services/alerts/channels/guarded-agent.ts';

const answering =
  (...addresses: readonly string[]): Lookup =>
  (_host, _options, callback) =>
    callback(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );
const failing: Lookup = (_host, _options, callback) =>
  callback(Object.assign(new Error(), { code: 'ENOTFOUND' }), []);

describe('whether a webhook would reach its URL', () => {
  const isAllowed = createAddressPolicy(['10.1.0.0/16']);

  it.each([
    ['http://127.0.0.1:9/x', '127.0.0.1 is an address that webhooks may not reach'],
    ['http://[::1]/', '::1 is an address that webhooks may not reach'],
    ['http://10.1.2.3/', undefined],
    ['https://8.8.8.8/', undefined],
  ])('%s is judged as it stands', async (url, reason) => {
    expect(await explainUnreachable(url, isAllowed, failing)).toBe(reason);
  });

  it.each([
    [answering('127.0.0.1', '::1'), 'hook.example leads to 127.0.0.1, ::1, which webhooks may'],
    [answering('10.2.0.1'), 'leads to 10.2.0.1, which webhooks may not reach'],
    [failing, 'hook.example cannot be resolved (ENOTFOUND)'],
  ])('a name is judged by all its addresses', async (lookup, reason) => {
    expect(await explainUnreachable('https://hook.example/', isAllowed, lookup)).toContain(reason);
  });

  it('one good address of a name is enough, as it is for the guard', async () => {
    const lookup = answering('127.0.0.1', '10.1.0.7');
    expect(await explainUnreachable('https://hook.example/', isAllowed, lookup)).toBeUndefined();
  });
});
