import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { Clock } from '../core/clock.ts';
import { type Problem, problem } from '../core/errors.ts';
import type { EventOf, ProvostEvent } from '../core/events/event.ts';
import { ownEnvelope } from '../core/events/own-envelope.ts';
import type { NoteSigner } from '../core/note/signed-note.ts';
import { fail, type Outcome, ok } from '../core/outcome.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { type CreatedPack, createPack } from './create-pack.ts';
import type { PackScope } from './select-entries.ts';

/** A pack that has left the house. */
type HandedPack = {
  readonly exportId: string;
  /** `sha256:…` of the archive. */
  readonly digest: string;
  readonly entries: number;
  /** Bytes of the archive. */
  readonly size: number;
  /** The archive; the disk space behind it is free again when the stream is closed or destroyed. */
  readonly content: Readable;
};

/** What an audit left: the page and the model, and what they are about. */
type Report = PackScope & { readonly html: string; readonly json: string };

export type ExportsDeps = {
  readonly ledger: Ledger;
  /** Signs under the log's origin, without a shard. */
  readonly signer: NoteSigner;
  readonly clock: Clock;
  readonly newId: () => string;
  /** Where packs are put together; nothing stays there. */
  readonly directory: string;
  /** The kept report of an audit, or undefined when there is none. */
  readonly findReport: (auditId: string) => Promise<Report | undefined>;
  /** Resolves once the event is durable. */
  readonly publish: (event: ProvostEvent) => Promise<void>;
};

export type Exports = {
  /**
   * Makes the pack, states as an event that it left, and only then hands it over. `auditId` puts the report of that
   * audit into it, which must be about the same project and period.
   */
  readonly create: (
    request: PackScope & { readonly by: string; readonly auditId?: string },
  ) => Promise<Outcome<HandedPack>>;
};

const EXPORT_ID = /^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$/;

/** Exports over a ledger: no pack is handed out that the ledger does not know of. */
export function createExports(deps: ExportsDeps): Exports {
  const { ledger, signer, clock, newId, directory, findReport, publish } = deps;
  return {
    create: async ({ project, from, to, by, auditId }) => {
      const report = auditId === undefined ? undefined : await findReport(auditId);
      const wrong = auditId === undefined ? undefined : misfit({ project, from, to }, report);
      if (wrong !== undefined) return fail(wrong);
      const exportId = newId();
      if (!EXPORT_ID.test(exportId)) throw new TypeError('expected an id that can be a file name');
      const path = join(directory, `${exportId}.zip`);
      try {
        const made = await createPack({
          ledger,
          signer,
          project,
          from,
          to,
          path,
          ...(report === undefined ? {} : { report: { html: report.html, json: report.json } }),
        });
        if (!made.ok) return made;
        const pack = made.value;
        const scope = { project, from, to };
        await publish(exportCreated({ exportId, scope, by, pack, now: clock.now() }));
        const handle = await open(path, 'r');
        const { digest, entries, size } = pack;
        return ok({ exportId, digest, entries, size, content: handle.createReadStream() });
      } finally {
        // The open file lives on without a name: whoever goes away in the middle leaves nothing behind.
        await rm(path, { force: true });
      }
    },
  };
}

/** Why a report cannot go into a pack: a reader would take what it says for this project and period. */
function misfit(scope: PackScope, report: Report | undefined): Problem | undefined {
  if (report === undefined) return problem('http.not-found', 'no such audit', 'audit');
  const { project, from, to } = report;
  const fits =
    project === scope.project &&
    Date.parse(from) === Date.parse(scope.from) &&
    Date.parse(to) === Date.parse(scope.to);
  return fits
    ? undefined
    : problem('audit.period', `the audit is about ${project} from ${from} to ${to}`, 'audit');
}

/** The event that a pack was handed out; it binds the archive by its digest. */
function exportCreated(options: {
  readonly exportId: string;
  readonly scope: PackScope;
  readonly by: string;
  readonly pack: Pick<CreatedPack, 'digest' | 'entries'>;
  readonly now: number;
}): EventOf<'export.created'> {
  const { exportId, scope, by, pack, now } = options;
  const { project } = scope;
  const time = new Date(now).toISOString();
  return {
    ...ownEnvelope({ id: `export:${exportId}`, subject: exportId, project, time }),
    type: 'export.created',
    data: { exportId, ...scope, packDigest: pack.digest, entries: pack.entries, by },
  };
}
