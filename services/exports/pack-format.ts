import { type Static, Type } from 'typebox';
import { toHex, utf8 } from '../core/bytes.ts';
import { sha256 } from '../core/merkle/hash-leaf.ts';

/** Names and bounds that the writer and the verifier of a compliance pack share. */

export const PACK_FORMAT = 'provost-compliance-pack/1';

export const PACK_FILES = {
  readme: 'README.txt',
  events: 'events.ndjson',
  findings: 'findings.ndjson',
  manifest: 'manifest.json',
  signature: 'manifest.sig',
  proofs: 'proofs.ndjson',
  reportHtml: 'report.html',
  reportJson: 'report.json',
  crate: 'ro-crate-metadata.json',
} as const;

export const REQUIRED_FILES: readonly string[] = [
  PACK_FILES.readme,
  PACK_FILES.events,
  PACK_FILES.findings,
  PACK_FILES.manifest,
  PACK_FILES.signature,
  PACK_FILES.proofs,
  PACK_FILES.crate,
];

const OPTIONAL_FILES: readonly string[] = [PACK_FILES.reportHtml, PACK_FILES.reportJson];
const CHECKPOINT_FILE = /^checkpoints\/(0|[1-9][0-9]{0,8})\.txt$/;
const BODY_FILE = /^bodies\/sha256-([0-9a-f]{64})\.json$/;

/** The most that a verifier reads of a stranger's archive before it gives up. */
export type PackLimits = {
  readonly archiveBytes: number;
  readonly files: number;
  readonly fileBytes: number;
  readonly totalBytes: number;
  /** Unpacked ÷ packed, for files beyond a mebibyte: deflate itself can reach 1,032. */
  readonly ratio: number;
};

export const PACK_LIMITS: PackLimits = {
  archiveBytes: 8 * 1024 ** 3,
  files: 20_000,
  fileBytes: 8 * 1024 ** 3,
  totalBytes: 16 * 1024 ** 3,
  ratio: 300,
};

/** What is signed: which files there are, and under which checkpoints their events are proved. */
export const PackManifest = Type.Object(
  {
    format: Type.Literal(PACK_FORMAT),
    project: Type.String({ minLength: 1, maxLength: 255 }),
    from: Type.String({ maxLength: 40 }),
    to: Type.String({ maxLength: 40 }),
    origin: Type.String({ minLength: 1, maxLength: 512 }),
    entries: Type.Integer({ minimum: 1 }),
    findings: Type.Integer({ minimum: 0 }),
    shards: Type.Array(
      Type.Object(
        {
          shard: Type.Integer({ minimum: 0 }),
          size: Type.Integer({ minimum: 1 }),
          root: Type.String({ maxLength: 64 }),
          entries: Type.Integer({ minimum: 1 }),
        },
        { additionalProperties: false },
      ),
      { minItems: 1 },
    ),
    files: Type.Array(
      Type.Object(
        {
          name: Type.String({ maxLength: 128 }),
          size: Type.Integer({ minimum: 0 }),
          sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
        },
        { additionalProperties: false },
      ),
      { minItems: 1 },
    ),
  },
  { additionalProperties: false },
);

export type PackManifest = Static<typeof PackManifest>;

/** The path of an event in the pack, as proofs and findings name it. */
export type Position = { readonly shard: number; readonly index: number };

/** Tells whether a file of this name may be in a pack at all. */
export function isPackFile(name: string): boolean {
  return (
    REQUIRED_FILES.includes(name) ||
    OPTIONAL_FILES.includes(name) ||
    CHECKPOINT_FILE.test(name) ||
    BODY_FILE.test(name)
  );
}

export function checkpointFile(shard: number): string {
  return `checkpoints/${shard}.txt`;
}

/** The shard of a checkpoint file's name, or undefined when it is another file. */
export function shardOfCheckpointFile(name: string): number | undefined {
  const digits = CHECKPOINT_FILE.exec(name)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** The file that holds the data of an event too large for its leaf. */
export function bodyFile(digest: string): string {
  return `bodies/${digest.replace(':', '-')}.json`;
}

/** The digest that a body file's name states, or undefined when it is another file. */
export function digestOfBodyFile(name: string): string | undefined {
  const hex = BODY_FILE.exec(name)?.[1];
  return hex === undefined ? undefined : `sha256:${hex}`;
}

/** The text that the manifest's signature covers; no checkpoint can read like it. */
export function manifestStatement(manifest: Uint8Array): string {
  return `${PACK_FORMAT} manifest\nsha256:${toHex(sha256(manifest))}\n`;
}

/** The order of the files in the archive: by code unit, so that it is the same everywhere. */
export function compareNames(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

export const NEWLINE: Uint8Array = utf8('\n');
