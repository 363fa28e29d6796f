import { equalBytes, fromHex } from '../../core/bytes.ts';
import type { Clock } from '../../core/clock.ts';
import { type Problem, problem } from '../../core/errors.ts';
import { fail, type Outcome, ok } from '../../core/outcome.ts';
import type { StoredToken, TokenStore } from '../../ledger/token-store.ts';
import type { ApiLog } from '../ports.ts';
import { effectiveRoles, type TokenRole } from './roles.ts';
import { hashToken, tokenId } from './token.ts';

/** Who calls: a token that was valid when the request came. */
export type Principal = {
  readonly tokenId: string;
  readonly name: string;
  readonly roles: ReadonlySet<TokenRole>;
  /** CloudEvents `source` that the token is bound to. */
  readonly source: string | undefined;
};

export type Authenticator = {
  /**
   * Decides from memory while the token list is fresh, so the hot path never waits; otherwise reads the list
   * again first. Throws what the store throws when no list was ever read.
   */
  readonly authenticate: (
    authorization: string | undefined,
  ) => Outcome<Principal> | Promise<Outcome<Principal>>;
  /** Forgets the list, so that a token issued or revoked here counts at once. */
  readonly forget: () => void;
};

type KnownToken = {
  readonly hash: Uint8Array;
  readonly expiresAt: number;
  readonly revoked: boolean;
  readonly principal: Principal;
};

/** How long a revocation in another process may go unnoticed. */
const FRESH_MS = 5_000;
/** How often an unknown token may cause a read: a flood of guesses must not become a flood of queries. */
const MISS_REFRESH_MS = 1_000;
/** Compared with when the id is unknown, so that known and unknown ids cost the same. */
const NO_HASH = new Uint8Array(32);
const BEARER = /^Bearer +(\S{1,256}) *$/i;

/** Checks bearer tokens against the store's list, which it caches for seconds and keeps through an outage. */
export function createAuthenticator(deps: {
  readonly tokenStore: Pick<TokenStore, 'all'>;
  readonly clock: Clock;
  readonly log: ApiLog;
}): Authenticator {
  let tokens: ReadonlyMap<string, KnownToken> | undefined;
  let readAt = Number.NEGATIVE_INFINITY;
  let reading: Promise<void> | undefined;
  let epoch = 0;

  function readAgain(): Promise<void> {
    if (reading !== undefined) return reading;
    const started = read(epoch).finally(() => {
      if (reading === started) reading = undefined;
    });
    reading = started;
    return started;
  }

  async function read(startedIn: number): Promise<void> {
    const startedAt = deps.clock.now();
    try {
      const list = await deps.tokenStore.all();
      // A list that was asked for before a change may lack it: the change's own read is on its way.
      if (startedIn !== epoch) return;
      tokens = new Map(list.map((token) => [token.id, known(token)]));
    } catch (error) {
      // Known tokens stay good while the store is away: events must not be lost over it.
      if (tokens === undefined) throw error;
      deps.log.warn(
        { code: 'ledger.unavailable' },
        'token list could not be read, keeping the last',
      );
    }
    if (startedIn === epoch) readAt = startedAt;
  }

  function judge(token: string, id: string): Outcome<Principal> {
    const stored = tokens?.get(id);
    const matches = equalBytes(hashToken(token), stored?.hash ?? NO_HASH);
    if (stored === undefined || !matches || stored.revoked) {
      return fail(problem('auth.invalid', 'the bearer token is not known here'));
    }
    if (stored.expiresAt <= deps.clock.now()) {
      return fail(problem('auth.expired', 'the bearer token has expired'));
    }
    return ok(stored.principal);
  }

  async function readThenJudge(token: string, id: string): Promise<Outcome<Principal>> {
    await readAgain();
    return judge(token, id);
  }

  return {
    authenticate: (authorization) => {
      const presented = presentedToken(authorization);
      if (!presented.ok) return presented;
      const token = presented.value;
      const id = tokenId(token);
      if (id === undefined) {
        return fail(
          problem('auth.invalid', 'expected a bearer token of the form pvt_<id>_<secret>'),
        );
      }
      const age = deps.clock.now() - readAt;
      const stale = tokens === undefined || age >= FRESH_MS;
      const missed = !stale && age >= MISS_REFRESH_MS && tokens?.has(id) === false;
      return stale || missed ? readThenJudge(token, id) : judge(token, id);
    },
    forget: () => {
      epoch++;
      reading = undefined;
      readAt = Number.NEGATIVE_INFINITY;
    },
  };
}

function presentedToken(authorization: string | undefined): Outcome<string, Problem> {
  if (authorization === undefined) {
    return fail(problem('auth.missing', 'expected an Authorization header with a bearer token'));
  }
  const token = BEARER.exec(authorization)?.[1];
  return token === undefined
    ? fail(problem('auth.invalid', 'expected the Authorization header to be "Bearer <token>"'))
    : ok(token);
}

function known(token: StoredToken): KnownToken {
  return {
    hash: fromHex(token.hash) ?? NO_HASH,
    // An expiry that cannot be read is one that has passed.
    expiresAt:
      token.expiresAt === undefined
        ? Number.POSITIVE_INFINITY
        : Date.parse(token.expiresAt) || Number.NEGATIVE_INFINITY,
    revoked: token.revokedAt !== undefined,
    principal: {
      tokenId: token.id,
      name: token.name,
      roles: effectiveRoles(token.roles),
      source: token.source === '' ? undefined : token.source,
    },
  };
}
