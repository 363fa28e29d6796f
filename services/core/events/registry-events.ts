import { Type } from 'typebox';
import {
  BaseImage,
  Digest,
  Layer,
  LongText,
  NamedValueDigest,
  Platform,
  RegistryHost,
  RepositoryName,
  registryHead,
  ShortText,
  Tag,
  TextMap,
  Timestamp,
} from './fields.ts';

export const ArtifactPushed = Type.Object(
  {
    ...registryHead,
    digest: Digest,
    tags: Type.Array(Tag, {
      maxItems: 1024,
      description: 'Tags that this push set; empty for a push by digest',
    }),
    mediaType: Type.Optional(ShortText('Media type of the manifest')),
    artifactType: Type.Optional(ShortText('Artifact type of the manifest')),
    size: Type.Optional(
      Type.Integer({ minimum: 0, description: 'Bytes of the manifest and what it references' }),
    ),
    platform: Type.Optional(Platform),
    children: Type.Optional(
      Type.Array(Type.Object({ digest: Digest, platform: Type.Optional(Platform) }), {
        maxItems: 256,
        description: 'Manifests that this index points to',
      }),
    ),
    configDigest: Type.Optional(Digest),
    layers: Type.Optional(Type.Array(Layer, { maxItems: 512 })),
    labels: Type.Optional(TextMap('Labels of the image config')),
    annotations: Type.Optional(TextMap('Annotations of the manifest')),
    baseImage: Type.Optional(BaseImage),
    createdAt: Type.Optional(Timestamp),
  },
  { description: 'A manifest was pushed; with tags, those tags now point to it' },
);

export const ArtifactPulled = Type.Object(
  {
    ...registryHead,
    digest: Type.Optional(Digest),
    tag: Type.Optional(Tag),
    bytes: Type.Optional(Type.Integer({ minimum: 0 })),
  },
  { description: 'A manifest was pulled' },
);

export const ArtifactDeleted = Type.Object(
  {
    ...registryHead,
    digest: Digest,
    tags: Type.Optional(
      Type.Array(Tag, {
        maxItems: 1024,
        description: 'Tags that went with it, where the producer says so',
      }),
    ),
    reason: Type.Optional(
      LongText('Why, where the producer says so: retention, garbage collection, a person'),
    ),
  },
  { description: 'A manifest was deleted, and every tag that pointed to it' },
);

export const TagMoved = Type.Object(
  {
    ...registryHead,
    tag: Tag,
    from: Type.Optional(
      Type.Union([Digest, Type.Null()], { description: 'Digest before; null when the tag is new' }),
    ),
    to: Digest,
    reason: Type.Optional(LongText('Why, where the producer says so')),
  },
  { description: 'A tag now points to another digest, without a push' },
);

export const TagDeleted = Type.Object(
  {
    ...registryHead,
    tag: Tag,
    digest: Type.Optional(Digest),
    reason: Type.Optional(LongText('Why, where the producer says so')),
  },
  { description: 'A tag was removed; its digest may live on' },
);

const Visibility = Type.Union([
  Type.Literal('public'),
  Type.Literal('internal'),
  Type.Literal('private'),
]);

export const RepositoryCreated = Type.Object(
  { ...registryHead, visibility: Type.Optional(Visibility) },
  { description: 'A repository appeared' },
);

export const RepositoryDeleted = Type.Object(registryHead, {
  description: 'A repository and everything in it was removed',
});

export const RepositoryVisibilityChanged = Type.Object(
  { ...registryHead, from: Type.Optional(Visibility), to: Visibility },
  { description: 'A repository became more or less visible' },
);

export const ArtifactInspected = Type.Object(
  {
    ...registryHead,
    digest: Digest,
    platform: Type.Optional(Platform),
    entrypoint: Type.Optional(Type.Array(Type.String({ maxLength: 4096 }), { maxItems: 256 })),
    command: Type.Optional(Type.Array(Type.String({ maxLength: 4096 }), { maxItems: 256 })),
    user: Type.Optional(Type.String({ maxLength: 256 })),
    environment: Type.Optional(Type.Array(NamedValueDigest, { maxItems: 1024 })),
    labels: Type.Optional(TextMap('Labels of the image config')),
    history: Type.Optional(Type.Array(Type.String({ maxLength: 4096 }), { maxItems: 512 })),
    diffIds: Type.Optional(Type.Array(Digest, { maxItems: 512 })),
    baseImage: Type.Optional(BaseImage),
    packages: Type.Optional(
      Type.Array(Type.Object({ purl: Type.String({ maxLength: 512 }) }), { maxItems: 20_000 }),
    ),
    secrets: Type.Optional(
      Type.Array(
        Type.Object({
          kind: ShortText('Kind of credential'),
          where: LongText('Layer and path, label, history or variable'),
        }),
        {
          maxItems: 256,
          description: 'Credentials found: what kind and where, never the value',
        },
      ),
    ),
    createdAt: Type.Optional(Timestamp),
  },
  { description: 'What is inside an image, as read back from the registry' },
);

export const RegistrySnapshotTaken = Type.Object(
  {
    registry: Type.Optional(RegistryHost),
    repository: RepositoryName,
    tags: Type.Array(Type.Object({ tag: Tag, digest: Digest }), { maxItems: 10_000 }),
    complete: Type.Boolean({ description: 'False when the listing may lack tags' }),
  },
  { description: 'The tags of a repository as the registry listed them' },
);
