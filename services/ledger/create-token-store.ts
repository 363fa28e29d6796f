import type { ClickHouse } from './clickhouse/click-house.ts';
import { rowsOf } from './clickhouse/row-buffer.ts';
import { tsvArray, tsvText } from './clickhouse/tsv.ts';
import type { StoredToken, TokenStore } from './token-store.ts';

type Row = {
  readonly id: string;
  readonly version: string;
  readonly name: string;
  readonly hash: string;
  readonly roles: readonly string[];
  readonly source: string;
  readonly created_at: string;
  readonly expires_at: string;
  readonly revoked_at: string;
};

const TOKENS = {
  table: 'tokens',
  columns: [
    'id',
    'version',
    'name',
    'hash',
    'roles',
    'source',
    'created_at',
    'expires_at',
    'revoked_at',
  ],
} as const;

const ALL = `
SELECT id, toString(version) AS version, name, hash, roles, source, created_at, expires_at, revoked_at
FROM tokens ORDER BY id, tokens.version DESC, revoked_at DESC LIMIT 1 BY id`;

const ONE = `
SELECT id, toString(version) AS version, name, hash, roles, source, created_at, expires_at, revoked_at
FROM tokens WHERE id = {id:String} ORDER BY tokens.version DESC, revoked_at DESC LIMIT 1`;

/** Keeps credentials in ClickHouse, a row a version; of two at once, the one that revokes counts. */
export function createTokenStore(clickHouse: ClickHouse): TokenStore {
  const latest = async (id: string) => (await clickHouse.rows<Row>(ONE, { id }))[0];
  const write = async (token: StoredToken, before: Row | undefined): Promise<void> => {
    const version = Number(before?.version ?? 0) + 1;
    await clickHouse.insert(TOKENS, rowsOf([toRow(token, version)]));
  };
  return {
    put: async (token) => write(token, await latest(token.id)),
    revoke: async (id, revokedAt) => {
      const before = await latest(id);
      if (before === undefined || before.revoked_at !== '') return false;
      await write({ ...toToken(before), revokedAt }, before);
      return true;
    },
    all: async () => (await clickHouse.rows<Row>(ALL)).map(toToken),
  };
}

function toRow(token: StoredToken, version: number): string {
  const { id, name, hash, roles, source, createdAt, expiresAt, revokedAt } = token;
  const texts = [source, createdAt, expiresAt ?? '', revokedAt ?? ''].map(tsvText).join('\t');
  return `${tsvText(id)}\t${version}\t${tsvText(name)}\t${tsvText(hash)}\t${tsvArray(roles)}\t${texts}\n`;
}

function toToken(row: Row): StoredToken {
  return {
    id: row.id,
    name: row.name,
    hash: row.hash,
    roles: row.roles,
    source: row.source,
    createdAt: row.created_at,
    ...(row.expires_at === '' ? {} : { expiresAt: row.expires_at }),
    ...(row.revoked_at === '' ? {} : { revokedAt: row.revoked_at }),
  };
}
