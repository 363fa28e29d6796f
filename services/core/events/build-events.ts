import { Type } from 'typebox';
import {
  Actor,
  BaseImage,
  Dependency,
  Digest,
  NamedValueDigest,
  RegistryHost,
  RepositoryName,
  ShortText,
  Tag,
  TextMap,
  Timestamp,
} from './fields.ts';

const run = {
  runId: ShortText('Run id, unique at the builder'),
  attempt: Type.Optional(Type.Integer({ minimum: 1 })),
  builderId: Type.Optional(
    Type.String({ maxLength: 512, description: 'Builder identity (SLSA builder.id)' }),
  ),
  buildType: Type.Optional(Type.String({ maxLength: 512, description: 'SLSA buildType' })),
  sourceRepository: Type.Optional(
    Type.String({ maxLength: 512, description: 'Git repository that was built' }),
  ),
  commit: Type.Optional(ShortText('Commit that was built')),
  ref: Type.Optional(ShortText('Git ref that was built')),
  trigger: Type.Optional(
    ShortText('What started the run: push, schedule, manual, pull-request, …'),
  ),
  actor: Type.Optional(Actor),
  workflow: Type.Optional(
    Type.Object({
      path: Type.String({ maxLength: 512 }),
      digest: Type.Optional(ShortText('Digest of the workflow or build file')),
    }),
  ),
  environment: Type.Optional(Type.Array(NamedValueDigest, { maxItems: 1024 })),
  parameters: Type.Optional(TextMap('Build parameters; secret values never')),
  flags: Type.Optional(
    Type.Array(Type.String({ maxLength: 1024 }), {
      maxItems: 512,
      description: 'Compiler and linker flags',
    }),
  ),
} as const;

export const BuildStarted = Type.Object(run, { description: 'A build run began' });

export const BuildFinished = Type.Object(
  {
    ...run,
    outcome: Type.Union([
      Type.Literal('success'),
      Type.Literal('failure'),
      Type.Literal('cancelled'),
      Type.Literal('skipped'),
    ]),
    startedAt: Type.Optional(Timestamp),
    finishedAt: Type.Optional(Timestamp),
    dependencies: Type.Optional(
      Type.Object({
        declared: Type.Optional(Type.Array(Dependency, { maxItems: 5000 })),
        resolved: Type.Optional(Type.Array(Dependency, { maxItems: 5000 })),
      }),
    ),
    baseImage: Type.Optional(BaseImage),
    steps: Type.Optional(
      Type.Array(
        Type.Object({
          name: ShortText('Step name'),
          outcome: Type.Union([
            Type.Literal('success'),
            Type.Literal('failure'),
            Type.Literal('cancelled'),
            Type.Literal('skipped'),
          ]),
        }),
        { maxItems: 512 },
      ),
    ),
    caches: Type.Optional(
      Type.Array(
        Type.Object({
          key: ShortText('Name of the cache entry'),
          use: Type.Union([Type.Literal('saved'), Type.Literal('restored')]),
          scope: Type.Optional(ShortText('Branch or trust scope that the entry belongs to')),
          savedBy: Type.Optional(ShortText('Run that saved a restored entry')),
        }),
        { maxItems: 64, description: 'Cache entries that the run saved or restored' },
      ),
    ),
    outputs: Type.Optional(
      Type.Array(
        Type.Object({
          registry: Type.Optional(RegistryHost),
          repository: Type.Optional(RepositoryName),
          digest: Digest,
          tags: Type.Optional(Type.Array(Tag, { maxItems: 1024 })),
          name: Type.Optional(ShortText('File or artifact name')),
        }),
        { maxItems: 1024, description: 'What the run says it produced' },
      ),
    ),
  },
  { description: 'A build run ended; its outputs explain the pushes of those digests' },
);
