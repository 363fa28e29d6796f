import { type LookupAddress, type LookupOptions, lookup as systemLookup } from 'node:dns';
import { isIP } from 'node:net';
import { Agent, buildConnector } from 'undici';
import type { AddressPolicy } from './address-policy.ts';

export type Lookup = (
  hostname: string,
  options: LookupOptions & { readonly all: true },
  callback: (error: NodeJS.ErrnoException | null, addresses: readonly LookupAddress[]) => void,
) => void;

/** The name led to addresses that the policy refuses, and no connection was made. */
export class AddressRefusedError extends Error {
  constructor() {
    super('the address is not one that webhooks may reach');
    this.name = 'AddressRefusedError';
  }
}

/**
 * An HTTP agent that only ever connects to addresses that the policy allows. The very addresses that are checked are
 * the ones connected to (there is no second resolution to rebind), and the peer is checked once more when connected.
 */
export function createGuardedAgent(deps: {
  readonly isAllowed: AddressPolicy;
  readonly lookup?: Lookup;
  readonly connectMs: number;
}): Agent {
  const resolve = deps.lookup ?? systemLookup;
  const connect = buildConnector({
    timeout: deps.connectMs,
    autoSelectFamily: true,
    lookup: (hostname, options, callback) => {
      resolve(hostname, { ...options, all: true }, (error, addresses) => {
        if (error !== null) return callback(error, []);
        const allowed = addresses.filter(({ address }) => deps.isAllowed(address));
        const [first] = allowed;
        if (first === undefined) return callback(new AddressRefusedError(), []);
        if (options.all === true) return callback(null, allowed);
        return callback(null, first.address, first.family);
      });
    },
  });
  return new Agent({
    // A kept connection would outlive a change of the name's address.
    pipelining: 0,
    connect: (options, callback) => {
      // The system resolves no literal, so the lookup above never sees one.
      const literal = options.hostname.replace(/^\[|\]$/g, '');
      if (isIP(literal) !== 0 && !deps.isAllowed(literal))
        return callback(new AddressRefusedError(), null);
      connect(options, (error, socket) => {
        if (error !== null) return callback(error, null);
        if (!deps.isAllowed(socket.remoteAddress ?? '')) {
          socket.destroy();
          return callback(new AddressRefusedError(), null);
        }
        return callback(null, socket);
      });
    },
  });
}
