/** A credential as it is stored: never the token itself, only its hash. Times are RFC 3339 UTC. */
export type StoredToken = {
  readonly id: string;
  readonly name: string;
  /** SHA-256 of the token, lower-case hex. */
  readonly hash: string;
  readonly roles: readonly string[];
  /** Name of the source that may ingest with it; empty for a person. */
  readonly source: string;
  readonly createdAt: string;
  readonly expiresAt?: string;
  readonly revokedAt?: string;
};

/** Keeps credentials; every change is another version of the row, none is overwritten. */
export type TokenStore = {
  /** Stores a token, or the next version of the one with this id; durable when it resolves. */
  readonly put: (token: StoredToken) => Promise<void>;
  /** Marks a token as revoked; false when there is none with this id or it is revoked already. */
  readonly revoke: (id: string, revokedAt: string) => Promise<boolean>;
  /** Every token, revoked and expired ones too, ascending by id. */
  readonly all: () => Promise<readonly StoredToken[]>;
};
