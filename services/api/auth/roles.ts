export const TOKEN_ROLES = ['ingest', 'viewer', 'responder', 'admin'] as const;

export type TokenRole = (typeof TOKEN_ROLES)[number];

/** Who may call a route: anybody, or a token with at least one of the roles. */
export type Access = 'public' | readonly [TokenRole, ...TokenRole[]];

const IMPLIED: Readonly<Record<TokenRole, readonly TokenRole[]>> = {
  ingest: ['ingest'],
  viewer: ['viewer'],
  responder: ['responder', 'viewer'],
  admin: ['admin', 'responder', 'viewer', 'ingest'],
};

/** Every role that the stored ones include; a name that is no role gives nothing. */
export function effectiveRoles(stored: readonly string[]): ReadonlySet<TokenRole> {
  return new Set(stored.flatMap((role) => (isTokenRole(role) ? IMPLIED[role] : [])));
}

function isTokenRole(text: string): text is TokenRole {
  return TOKEN_ROLES.some((role) => role === text);
}
