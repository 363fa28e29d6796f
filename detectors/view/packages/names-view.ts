/** Names in regular use a project; the one met first is forgotten. An index of skeletons and halves goes with it. */
export const MAX_NAMES = 4096;
/** Names met once or on one day; the one met first is forgotten, so that a flood cannot push out those in use. */
export const MAX_FRESH_NAMES = 1024;
/** Registry hosts a project; the one met first is forgotten. */
export const MAX_HOSTS = 64;
/** Origins kept of one name. */
export const MAX_ORIGINS_OF_NAME = 3;

/**
 * Names that the project uses: repositories of images by their name, packages by their purl. Those in regular use are found by
 * their skeleton (skeleton.ts), so that a new name is compared with all of them in a few look-ups.
 */
export type NamesView = {
  readonly regular: Map<string, NameView>;
  readonly fresh: Map<string, NameView>;
  /** Hosts of registries and of base images. */
  readonly hosts: Map<string, NameView>;
  /** The names in regular use by hashes of what is compared first, as near-names.ts makes them. */
  readonly index: Map<number, string | readonly string[]>;
};

export type NameView = {
  readonly first: number;
  last: number;
  uses: number;
  /** Host that it comes from, and how often that was said; empty while nothing says it. */
  origin: string;
  originUses: number;
  /** Who uses it names the host, not only who publishes it: then not naming it says the ecosystem's own. */
  declared?: boolean;
  /** Other hosts that it came from. */
  otherOrigins?: string[];
};

export function createNamesView(): NamesView {
  return {
    regular: new Map(),
    fresh: new Map(),
    hosts: new Map(),
    index: new Map(),
  };
}
