import { Type } from 'typebox';

/** Building blocks that several event schemas share; every one carries the limits that a hostile sender meets. */

export const ShortText = (description: string) =>
  Type.String({ minLength: 1, maxLength: 256, description });

export const LongText = (description: string) => Type.String({ maxLength: 4096, description });

/** OCI image-spec descriptor digest: `algorithm:encoded`; sha256 and sha512 with their exact lengths. */
export const Digest = Type.String({
  maxLength: 256,
  pattern:
    '^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128}|(?!sha256:|sha512:)[a-z0-9]+(?:[+._-][a-z0-9]+)*:[A-Za-z0-9=_-]+)$',
  description: 'Content digest, `algorithm:encoded` (OCI image-spec, descriptor)',
});

/** OCI distribution-spec repository name, without the registry host. */
export const RepositoryName = Type.String({
  minLength: 1,
  maxLength: 255,
  pattern: '^[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*)*$',
  description: 'Repository name without the registry host (OCI distribution-spec)',
});

/** OCI distribution-spec tag. */
export const Tag = Type.String({
  pattern: '^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$',
  description: 'Tag (OCI distribution-spec)',
});

/** RFC 3339, with up to nanoseconds. */
export const TIMESTAMP_PATTERN =
  '^\\d{4}-\\d{2}-\\d{2}[Tt]\\d{2}:\\d{2}:\\d{2}(?:\\.\\d{1,9})?(?:[Zz]|[+-]\\d{2}:\\d{2})$';

export const Timestamp = Type.String({
  maxLength: 40,
  pattern: TIMESTAMP_PATTERN,
  description: 'RFC 3339 time stamp with zone',
});

export const RegistryHost = ShortText(
  'Registry host name, with the port when it is not the default',
);

export const Actor = Type.Object(
  {
    name: ShortText(
      'Login or account name as the producer knows it: a claim unless the event is signed',
    ),
    kind: Type.Optional(
      Type.Union([
        Type.Literal('user'),
        Type.Literal('robot'),
        Type.Literal('service'),
        Type.Literal('unknown'),
      ]),
    ),
    id: Type.Optional(ShortText('Stable account id where the producer has one')),
  },
  { description: 'Who acted' },
);

export const Client = Type.Object(
  {
    address: Type.Optional(ShortText('Network address of the client, without the port')),
    userAgent: Type.Optional(Type.String({ maxLength: 1024 })),
    tokenId: Type.Optional(ShortText('Identifier of the credential used, never the credential')),
  },
  { description: 'Where the request came from; claims of the producer' },
);

export const Platform = Type.Object({
  os: ShortText('Operating system (GOOS)'),
  architecture: ShortText('Architecture (GOARCH)'),
  variant: Type.Optional(ShortText('Variant of the architecture')),
});

export const Layer = Type.Object({
  digest: Digest,
  size: Type.Optional(Type.Integer({ minimum: 0 })),
  mediaType: Type.Optional(ShortText('Media type')),
});

export const TextMap = (description: string) =>
  Type.Record(Type.String({ maxLength: 256 }), Type.String({ maxLength: 4096 }), { description });

/** A name whose value never enters the system: only a keyed digest of it, so that a change shows. */
export const NamedValueDigest = Type.Object({
  name: ShortText('Name of the variable'),
  valueDigest: Type.Optional(ShortText('Keyed digest of the value')),
});

export const BaseImage = Type.Object({
  name: Type.Optional(Type.String({ maxLength: 512, description: 'Reference in the FROM line' })),
  digest: Type.Optional(Digest),
});

/** Where in the registry something happened and who did it: the head of every registry event. */
export const registryHead = {
  registry: Type.Optional(RegistryHost),
  repository: RepositoryName,
  actor: Type.Optional(Actor),
  client: Type.Optional(Client),
  requestId: Type.Optional(ShortText('Request id given by the producer')),
} as const;

export const Dependency = Type.Object({
  name: Type.String({ minLength: 1, maxLength: 512, description: 'Name, purl or URI' }),
  version: Type.Optional(ShortText('Version')),
  digest: Type.Optional(Type.String({ maxLength: 256 })),
  origin: Type.Optional(ShortText('Host of the index or site that it was fetched from')),
  publishedAt: Type.Optional(Timestamp),
  installScript: Type.Optional(Type.Boolean({ description: 'Runs code when it is installed' })),
});
