import { isJsonObject, type JsonObject, type JsonValue } from '../core/json/json-value.ts';

/** The members of `artifact.pushed` that come from a manifest's references. */
export type References = {
  readonly configDigest?: JsonValue | undefined;
  readonly layers?: readonly JsonObject[];
  readonly children?: readonly JsonObject[];
};

const CHILD =
  /^application\/vnd\.(?:docker\.distribution\.manifest|oci\.image\.(?:manifest|index))\./;
const CONFIG =
  /^application\/(?:vnd\.docker\.container\.image\.v1|vnd\.oci\.image\.config\.v1|vnd\.oci\.empty\.v1)\+json$/;
const MAX_LAYERS = 512;
const MAX_CHILDREN = 256;

/**
 * Sorts the descriptors that a manifest refers to (`notifications.events.includereferences`) into config, layers and
 * child manifests. The first descriptor of an image is its config, in every manifest format, so one of an unknown
 * media type in front of layers is taken for it. A list beyond the schema's bounds is left out: half of a list of
 * layers would read as another image.
 */
export function readDescriptors(references: JsonValue | undefined): References {
  if (!isList(references)) return {};
  const descriptors = references.filter(isJsonObject);
  const children = descriptors.filter((descriptor) => CHILD.test(mediaTypeOf(descriptor)));
  if (children.length > 0) {
    return children.length <= MAX_CHILDREN ? { children: children.map(toChild) } : {};
  }
  const [first, ...rest] = descriptors;
  if (first === undefined) return {};
  const hasConfig = CONFIG.test(mediaTypeOf(first)) || !isLayerType(mediaTypeOf(first));
  const layers = hasConfig ? rest : descriptors;
  return {
    ...(hasConfig && { configDigest: first['digest'] }),
    ...(layers.length > 0 && layers.length <= MAX_LAYERS && { layers: layers.map(toLayer) }),
  };
}

function toChild(descriptor: JsonObject): JsonObject {
  const platform = descriptor['platform'];
  if (!isJsonObject(platform)) return pick(descriptor, ['digest']);
  return {
    ...pick(descriptor, ['digest']),
    platform: pick(platform, ['os', 'architecture', 'variant']),
  };
}

function toLayer(descriptor: JsonObject): JsonObject {
  return pick(descriptor, ['digest', 'size', 'mediaType']);
}

function pick(object: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = object[name];
      return value === undefined || value === '' ? [] : [[name, value]];
    }),
  );
}

function isLayerType(mediaType: string): boolean {
  return /\.(?:layer|rootfs)\./.test(mediaType);
}

function mediaTypeOf(descriptor: JsonObject): string {
  const mediaType = descriptor['mediaType'];
  return typeof mediaType === 'string' ? mediaType : '';
}

function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}
