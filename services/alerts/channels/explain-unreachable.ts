import { lookup as systemLookup } from 'node:dns';
import { isIP } from 'node:net';
import type { AddressPolicy } from './address-policy.ts';
import type { Lookup } from './guarded-agent.ts';

/**
 * Why a webhook would not reach this URL now, or undefined: its name leads nowhere, or only to addresses that the
 * policy refuses. Nothing is connected to; the guard asks again at every delivery.
 */
export async function explainUnreachable(
  url: string,
  isAllowed: AddressPolicy,
  lookup: Lookup = systemLookup,
): Promise<string | undefined> {
  const host = new URL(url).hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) !== 0)
    return isAllowed(host) ? undefined : `${host} is an address that webhooks may not reach`;
  const addresses = await resolve(host, lookup);
  if (typeof addresses === 'string') return `${host} cannot be resolved (${addresses})`;
  if (addresses.some(isAllowed)) return undefined;
  return `${host} leads to ${addresses.join(', ')}, which webhooks may not reach`;
}

/** The addresses of a name, or the code of what went wrong. */
function resolve(host: string, lookup: Lookup): Promise<readonly string[] | string> {
  return new Promise((done) => {
    lookup(host, { all: true }, (error, addresses) => {
      done(error === null ? addresses.map(({ address }) => address) : (error.code ?? 'no answer'));
    });
  });
}
