/**
 * Bounds of the view. Everything that a sender can make grow has one, and each says what is forgotten first, because
 * forgetting must never silence a rule: what is forgotten makes an entry look new or unexplained, not innocent.
 */

/** Tags a repository; beyond it the tags that are gone, then the ones unchanged for longest, are forgotten. */
export const MAX_TAGS = 2048;
/** Digests of a repository that wait for their first tag; the oldest moves into `past`. */
export const MAX_LOOSE_DIGESTS = 32;
/** Digests that a repository once had, kept as 128-bit prefixes; the oldest is forgotten. */
export const MAX_PAST_DIGESTS = 48;
/** Earlier digests kept of one tag; the oldest is forgotten. */
export const MAX_TAG_POINTS = 4;
/** Publishers a repository; the one unseen for longest is forgotten. */
export const MAX_PUBLISHERS = 64;
/** Clients kept of one publisher; the oldest is forgotten. */
export const MAX_CLIENTS = 4;
/** Pairs of builder and source repository a repository; the one unseen for longest is forgotten. */
export const MAX_ORIGINS = 32;
/** Children kept of one index (the event schema allows no more). */
export const MAX_CHILDREN = 256;

/** Publishers a project; the one unseen for longest is forgotten. */
export const MAX_PROJECT_PUBLISHERS = 4096;
/** Build outputs and attestations a project that wait for their push or serve other repositories; the oldest goes. */
export const MAX_BUILDS = 2048;
/** Cited digests a project; the one uncited for longest is forgotten. */
export const MAX_CITATIONS = 16_384;
/** Digests a project that wait for an explanation; the oldest is settled as unexplained, unjudged. */
export const MAX_AWAITED = 4096;
/** Tags kept of one awaited push; later ones are not judged with it. */
export const MAX_AWAITED_TAGS = 64;
/** Findings a project that are remembered as raised, where their identity is not their evidence; the oldest goes. */
export const MAX_SAID = 512;
/** Announced changes a project; the one that ends first is forgotten. */
export const MAX_ANNOUNCEMENTS = 64;

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
/** Things that happen this far apart happened on two days: a nightly job is allowed its jitter. */
export const STRETCH = 20 * HOUR;

/** An event time this far after its reception is a wrong clock (or a lie) and counts as the reception. */
export const MAX_CLOCK_LEAD = 5 * MINUTE;
/** How long a push waits for its explanation while nothing is known about the repository's usual delay. */
export const DEFAULT_GRACE = 60 * MINUTE;
export const MIN_GRACE = 10 * MINUTE;
export const MAX_GRACE = 12 * HOUR;

/**
 * Unexplained pushes of one repository within this time count as one observation: an attack that goes on, or that
 * people need some days to undo, must not become the habit that hides the next one.
 */
export const GAP_SPACING = 7 * DAY;
