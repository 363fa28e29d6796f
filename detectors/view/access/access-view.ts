/** What principals do: their networks, clients, credentials, roles and what they read. */
export type AccessView = Record<string, never>;

export function createAccessView(): AccessView {
  return {};
}
