import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import type { Command } from 'commander';
import { ProvostError } from '../core/errors.ts';
import type { SourceEvent } from '../core/events/event.ts';
import { validateSourceEvent } from '../core/events/validate-event.ts';
import type { JsonValue } from '../core/json/json-value.ts';
import { MAX_OSV_BYTES, type OsvReading, readOsv } from '../sources/osv.ts';
import {
  type CliContext,
  type ConnectionFlags,
  connectionOptions,
  withConnection,
} from './cli-context.ts';
import { EXIT } from './command-io.ts';
import { createEventSender } from './send-events.ts';

type TaintFlags = ConnectionFlags & {
  readonly reason?: string;
  readonly osv?: string;
  readonly advisory?: string;
  readonly project?: string;
};

const PERSON = 'urn:command-line:taint';
const FEED = 'urn:osv';

/** `provost taint`: states that something is bad; everything that used it, in every project, becomes a finding. */
export function registerTaint(program: Command, context: CliContext): void {
  connectionOptions(
    program
      .command('taint')
      .description(
        'state that a digest or a package version is bad, and find everything that used it',
      ),
  )
    .argument('[what]', 'digest (sha256:…) or purl with its version (pkg:npm/name@1.2.3)')
    .option('--reason <text>', 'why, for everybody who gets a finding')
    .option('--osv <file>', 'read an OSV advisory (JSON, one or a list) instead')
    .option('--advisory <id>', 'advisory that says so')
    .option('--project <name>', 'project whose statement it is (every project is searched)')
    .action(async (what: string | undefined, flags: TaintFlags) => {
      // Before a service is started in this process for nothing.
      const { events, skipped } = readStatements(what, flags);
      if (events.length === 0 && skipped.length === 0) {
        const io = context.createIo(flags.json ?? false);
        const summary = { kind: 'summary', stated: 0, refused: 0, skipped: 0 };
        io.result(summary, `${flags.osv} is an empty list: there is nothing to state.`);
        context.setExitCode(EXIT.ok);
        return;
      }
      await withConnection(context, flags, 'all', async ({ api, drain }, io) => {
        const sender = createEventSender(api);
        for (const [position, event] of events.entries()) {
          await sender.add(JSON.stringify(event), position + 1);
        }
        await sender.flush();
        await drain();
        const refused = sender.refused();
        for (const { line, problem } of refused) {
          const name = labelOf(events[line - 1]);
          io.result(
            { kind: 'refused', what: name, message: problem.message },
            `${name}: ${problem.message}`,
          );
        }
        for (const { at = '', message } of skipped) {
          io.result({ kind: 'skipped', at, message }, `skipped ${at}: ${message}`);
        }
        const accepted = sender.accepted();
        io.result(
          { kind: 'summary', stated: accepted, refused: refused.length, skipped: skipped.length },
          `${accepted} statements made, ${refused.length} refused, ${skipped.length} parts skipped.`,
        );
        if (accepted > 0) io.note('What used them shows under: provost alerts list');
        return refused.length === 0 && accepted > 0 ? EXIT.ok : EXIT.found;
      });
    });
}

function readStatements(what: string | undefined, flags: TaintFlags): OsvReading {
  if ((what === undefined) === (flags.osv === undefined)) {
    throw new ProvostError(
      'cli.usage',
      'expected either what is bad, as in provost taint pkg:npm/name@1.2.3 --reason TEXT (or a digest), or provost taint --osv FILE',
    );
  }
  return flags.osv === undefined
    ? { events: [statementOf(what ?? '', flags)], skipped: [] }
    : readFile(flags.osv, flags);
}

function readFile(file: string, { reason, advisory, project }: TaintFlags): OsvReading {
  if (reason !== undefined || advisory !== undefined) {
    throw new ProvostError('cli.usage', 'an OSV advisory has its own reason and id');
  }
  const { size } = statSync(file);
  if (size > MAX_OSV_BYTES) {
    throw new ProvostError('cli.usage', `${file}: expected at most ${MAX_OSV_BYTES} bytes`);
  }
  const reading = readOsv(readFileSync(file), {
    source: FEED,
    ...(project === undefined ? {} : { project }),
  });
  if (reading.ok) return reading.value;
  const { at = '', message } = reading.problem;
  throw new ProvostError('cli.usage', `${file}${at === '' ? '' : ` at ${at}`}: ${message}`);
}

/** The same statement has the same id: making it twice is harmless. */
function statementOf(what: string, { reason, advisory, project }: TaintFlags): SourceEvent {
  if (reason === undefined || reason.trim() === '') {
    throw new ProvostError('cli.usage', 'expected --reason: others have to understand the finding');
  }
  const isPackage = what.startsWith('pkg:');
  if (isPackage && what.lastIndexOf('@') < what.lastIndexOf('/')) {
    throw new ProvostError('cli.usage', 'expected a purl with its version: pkg:type/name@version');
  }
  const data: JsonValue = {
    ...(isPackage ? { purl: what } : { digest: what }),
    reason,
    ...(advisory === undefined ? {} : { advisory }),
    ...(project === undefined ? {} : { project }),
  };
  const event = validateSourceEvent({
    specversion: '1.0',
    id: `taint-${createHash('sha256').update(JSON.stringify(data)).digest('hex').slice(0, 32)}`,
    source: PERSON,
    type: 'digest.tainted',
    data,
  });
  if (event.ok) return event.value;
  const { at, message } = event.problem;
  const isTarget = at === '/data/digest' || at === '/data/purl';
  throw new ProvostError(
    'cli.usage',
    isTarget ? `expected a digest (sha256:…) or a purl (pkg:…), received "${what}"` : message,
  );
}

function labelOf(event: SourceEvent | undefined): string {
  if (event?.type !== 'digest.tainted') return '';
  return event.data.digest ?? event.data.purl ?? '';
}
