import { Type } from 'typebox';
import {
  Digest,
  LongText,
  RegistryHost,
  RepositoryName,
  ShortText,
  TextMap,
  Timestamp,
} from './fields.ts';

const about = {
  registry: Type.Optional(RegistryHost),
  repository: Type.Optional(RepositoryName),
  digest: Digest,
} as const;

const Signer = Type.Object({
  identity: ShortText('Certificate identity, key owner or e-mail address'),
  issuer: Type.Optional(ShortText('OIDC issuer or certificate authority')),
  keyId: Type.Optional(ShortText('Key id')),
});

const verification = {
  verified: Type.Boolean({
    description: 'True only when the signature was checked here against a trusted root',
  }),
  reason: Type.Optional(LongText('Why it is not verified')),
} as const;

export const AttestationAttached = Type.Object(
  {
    ...about,
    predicateType: Type.String({ maxLength: 512 }),
    statementDigest: Type.Optional(Digest),
    statement: Type.Optional(
      Type.Record(Type.String(), Type.Unknown(), { description: 'in-toto Statement v1' }),
    ),
    signer: Type.Optional(Signer),
    builderId: Type.Optional(Type.String({ maxLength: 512 })),
    runId: Type.Optional(ShortText('Build run that the statement names')),
    sourceRepository: Type.Optional(Type.String({ maxLength: 512 })),
    commit: Type.Optional(ShortText('Commit that the statement names')),
    ...verification,
  },
  { description: 'An attestation about a digest appeared' },
);

export const SbomAttached = Type.Object(
  {
    ...about,
    format: ShortText('CycloneDX or SPDX, with the version'),
    documentDigest: Type.Optional(Digest),
    components: Type.Array(
      Type.Object({
        purl: Type.String({ maxLength: 512 }),
        digest: Type.Optional(Type.String({ maxLength: 256 })),
      }),
      { maxItems: 20_000 },
    ),
  },
  { description: 'A software bill of materials about a digest appeared' },
);

export const SignatureAttached = Type.Object(
  { ...about, signer: Type.Optional(Signer), expiresAt: Type.Optional(Timestamp), ...verification },
  { description: 'A signature over a digest appeared' },
);

export const RebuildCompared = Type.Object(
  {
    ...about,
    rebuildDigest: Type.Optional(Digest),
    commit: Type.Optional(ShortText('Commit that was rebuilt')),
    matches: Type.Boolean(),
    differences: Type.Optional(Type.Array(Type.String({ maxLength: 1024 }), { maxItems: 1024 })),
  },
  { description: 'An independent rebuild was compared with the published artifact' },
);

export const VulnerabilityReported = Type.Object(
  {
    ...about,
    vulnerability: ShortText('CVE, GHSA or OSV id'),
    severity: Type.Optional(ShortText('Severity as the scanner says')),
    packages: Type.Optional(Type.Array(Type.String({ maxLength: 512 }), { maxItems: 1024 })),
    details: Type.Optional(TextMap('Further fields of the scanner')),
  },
  { description: 'A scanner reported a vulnerability in a digest' },
);
