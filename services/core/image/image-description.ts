/**
 * What is known of an image: one description a platform. Whatever a field's absence means to its producer, here it
 * means unknown, and what is unknown on either side is never reported as a difference.
 */
export type ImageDescription = {
  readonly digest?: string;
  readonly platforms: readonly PlatformDescription[];
};

export type PlatformDescription = {
  /** `os/architecture` or `os/architecture/variant`; empty when nobody said. */
  readonly platform: string;
  readonly digest?: string;
  /** From the bottom up. */
  readonly layers?: readonly LayerDescription[];
  /** Digests of the uncompressed layers, from the bottom up: equal where only the compression differs. */
  readonly diffIds?: readonly string[];
  /** How many layers, from the bottom, belong to the base image. */
  readonly baseLayers?: number;
  readonly baseImage?: { readonly name?: string | undefined; readonly digest?: string | undefined };
  readonly entrypoint?: readonly string[];
  readonly command?: readonly string[];
  readonly user?: string;
  readonly environment?: readonly NamedDigest[];
  readonly labels?: Readonly<Record<string, string>>;
  /** Package URLs with their versions. */
  readonly packages?: readonly string[];
  /** Bytes of all layers. */
  readonly size?: number;
};

type LayerDescription = { readonly digest: string; readonly size?: number | undefined };

type NamedDigest = { readonly name: string; readonly valueDigest?: string | undefined };
