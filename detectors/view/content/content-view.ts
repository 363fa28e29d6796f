import type { BitWindow } from '../../windows/bit-window.ts';

/** Images kept of a repository, of all platforms; the one that was heard of least recently is forgotten. */
export const MAX_IMAGES = 8;
/** Base images kept of a repository; the one unused for longest is forgotten. */
export const MAX_BASES = 6;
/** Sizes kept of a repository's last images. */
export const MAX_SIZES = 12;
/** Findings of credentials kept of a repository, each as 48 bits; the oldest is forgotten and would be told again. */
export const MAX_SECRETS = 24;

/**
 * What the images of a repository are made of. Every member comes into being with the first event that says something
 * of its kind. What is forgotten can be compared with nothing: its rule then stays silent about that pair of images,
 * and every other rule still judges the push.
 */
export type ContentView = {
  /** The last images, packed by image-record.ts, newest last. */
  images: readonly string[];
  /** Images that were built again of the same commit, script and base: was their content the same? */
  same?: BitWindow;
  /** Such images: were the packages the same? */
  packages?: BitWindow;
  /** Images that were built again of the same commit and script on another base: were the layers above it the same? */
  above?: BitWindow;
  /** Images of one commit and script under other tags: were the layers the same? */
  cousins?: BitWindow;
  bases?: BaseHabit[];
  /** Changes of the digest of a base: how often, when first and when last. */
  baseChanges?: { count: number; first: number; last: number };
  /** Bytes of the last images. */
  sizes: readonly number[];
  /** Credentials that were told already, as packed fingerprints. */
  secrets?: string;
};

/** A base image that the repository builds on. */
export type BaseHabit = {
  /** Registry and repository, without tag and digest; empty when no producer said. */
  readonly name: string;
  /** First 16 hex digits of the digest; empty while unknown. */
  digest: string;
  /** When the digest was used here first and last, and by how many images. */
  first: number;
  last: number;
  count: number;
  /** When the base was used here first. */
  readonly since: number;
  /** The digest before, to recognise the way back. */
  before: string;
  /** It was said that the digest is old. */
  told?: boolean;
};

const NO_IMAGES: readonly string[] = [];
const NO_SIZES: readonly number[] = [];

export function createContentView(): ContentView {
  return { images: NO_IMAGES, sizes: NO_SIZES };
}
