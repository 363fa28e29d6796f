import { Type } from 'typebox';
import {
  Actor,
  Client,
  Digest,
  RegistryHost,
  RepositoryName,
  ShortText,
  Tag,
  TextMap,
  Timestamp,
} from './fields.ts';

const GitRepository = Type.String({
  minLength: 1,
  maxLength: 512,
  description: 'Git repository URL or path',
});

export const SourceRefUpdated = Type.Object(
  {
    sourceRepository: GitRepository,
    ref: ShortText('Git ref'),
    before: Type.Optional(Type.Union([ShortText('Commit before'), Type.Null()])),
    after: Type.Optional(Type.Union([ShortText('Commit after'), Type.Null()])),
    forced: Type.Optional(Type.Boolean()),
    pusher: Type.Optional(Actor),
    author: Type.Optional(Actor),
    committer: Type.Optional(Actor),
    authoredAt: Type.Optional(Timestamp),
    reachableFrom: Type.Optional(Type.Array(ShortText('Branch'), { maxItems: 256 })),
    paths: Type.Optional(Type.Array(Type.String({ maxLength: 512 }), { maxItems: 1024 })),
    archiveDigest: Type.Optional({
      ...Digest,
      description: 'Archive of the files at the ref, as the forge makes it',
    }),
  },
  { description: 'A git ref was created, moved or removed' },
);

const workflowRun = {
  runId: ShortText('Run id, unique at the engine'),
  engine: Type.Optional(ShortText('Workflow engine and version')),
  workflow: Type.Optional(ShortText('Workflow name or URI')),
  site: Type.Optional(ShortText('Site, cluster or cloud where it ran')),
  actor: Type.Optional(Actor),
  parameters: Type.Optional(TextMap('Run parameters; secret values never')),
} as const;

export const WorkflowRunStarted = Type.Object(workflowRun, {
  description: 'A scientific workflow run began',
});

export const WorkflowRunFinished = Type.Object(
  {
    ...workflowRun,
    outcome: Type.Union([
      Type.Literal('success'),
      Type.Literal('failure'),
      Type.Literal('cancelled'),
    ]),
    startedAt: Type.Optional(Timestamp),
    finishedAt: Type.Optional(Timestamp),
    steps: Type.Optional(
      Type.Array(
        Type.Object({
          name: ShortText('Step name'),
          registry: Type.Optional(RegistryHost),
          repository: Type.Optional(RepositoryName),
          tag: Type.Optional(Tag),
          digest: Type.Optional(Digest),
        }),
        {
          maxItems: 4096,
          description:
            'Steps with the container digest that each resolved: these digests are cited',
        },
      ),
    ),
    inputs: Type.Optional(Type.Array(Type.String({ maxLength: 1024 }), { maxItems: 4096 })),
    outputs: Type.Optional(Type.Array(Type.String({ maxLength: 1024 }), { maxItems: 4096 })),
    citation: Type.Optional(
      Type.String({ maxLength: 512, description: 'Paper, data set or crate that cites this run' }),
    ),
  },
  { description: 'A scientific workflow run ended; it cites the digests that its steps used' },
);

const access = {
  actor: Type.Optional(Actor),
  client: Type.Optional(Client),
  system: Type.Optional(ShortText('Registry, CI or forge where it happened')),
  repository: Type.Optional(RepositoryName),
} as const;

export const LoginSucceeded = Type.Object(access, { description: 'Somebody logged in' });
export const LoginFailed = Type.Object(access, { description: 'A login was refused' });

const token = {
  ...access,
  tokenId: ShortText('Identifier of the credential, never the credential'),
} as const;

export const TokenCreated = Type.Object(
  {
    ...token,
    scopes: Type.Optional(Type.Array(ShortText('Scope'), { maxItems: 256 })),
    expiresAt: Type.Optional(Timestamp),
  },
  { description: 'A credential was created' },
);
export const TokenUsed = Type.Object(token, { description: 'A credential was used' });
export const TokenRevoked = Type.Object(token, { description: 'A credential was revoked' });

const grant = {
  ...access,
  subject: Actor,
  role: ShortText('Role or permission'),
  scope: Type.Optional(ShortText('Where it holds')),
} as const;

export const RoleGranted = Type.Object(grant, { description: 'A role was given' });
export const RoleRevoked = Type.Object(grant, { description: 'A role was taken away' });

const member = {
  ...access,
  subject: Actor,
  group: ShortText('Group, team or organisation'),
} as const;

export const MemberAdded = Type.Object(member, { description: 'Somebody joined a group' });
export const MemberRemoved = Type.Object(member, { description: 'Somebody left a group' });

export const KeyRotated = Type.Object(
  {
    ...access,
    keyId: ShortText('Id of the new key'),
    previousKeyId: Type.Optional(ShortText('Id of the old key')),
  },
  { description: 'A signing key was replaced' },
);

const packageHead = {
  purl: Type.String({ minLength: 1, maxLength: 512, description: 'Package URL with its version' }),
  registry: Type.Optional(RegistryHost),
  publisher: Type.Optional(Actor),
  client: Type.Optional(Client),
} as const;

export const PackagePublished = Type.Object(
  {
    ...packageHead,
    digest: Type.Optional(Digest),
    attested: Type.Optional(Type.Boolean()),
    ref: Type.Optional(ShortText('Git tag that the version was made from')),
    sourceArchiveDigest: Type.Optional({
      ...Digest,
      description: 'Archive of the source that the version holds or was made from',
    }),
    sourceRepository: Type.Optional(GitRepository),
    commit: Type.Optional(ShortText('Commit')),
    installScript: Type.Optional(Type.Boolean({ description: 'Runs code when it is installed' })),
  },
  { description: 'A package version was published' },
);

export const PackageRemoved = Type.Object(packageHead, {
  description: 'A package version was removed',
});
