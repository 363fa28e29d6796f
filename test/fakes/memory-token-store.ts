import type { StoredToken, TokenStore } from '../../services/ledger/token-store.ts';

/** Credentials in a map, the newest version of each. */
export function createMemoryTokenStore(): TokenStore {
  const tokens = new Map<string, StoredToken>();
  return {
    put: async (token) => {
      tokens.set(token.id, token);
    },
    revoke: async (id, revokedAt) => {
      const token = tokens.get(id);
      if (token === undefined || token.revokedAt !== undefined) return false;
      tokens.set(id, { ...token, revokedAt });
      return true;
    },
    all: async () => [...tokens.values()].sort((a, b) => (a.id < b.id ? -1 : 1)),
  };
}
