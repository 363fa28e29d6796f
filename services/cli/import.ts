import { createReadStream, statSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import type { Command } from 'commander';
import { ApiProblem } from './api-client.ts';
import {
  type CliContext,
  type ConnectionFlags,
  connectionOptions,
  withConnection,
} from './cli-context.ts';
import { EXIT } from './command-io.ts';
import { createEventSender } from './send-events.ts';

/** `provost import`: sends a file of events through the API, in batches, and names every line that is refused. */
export function registerImport(program: Command, context: CliContext): void {
  connectionOptions(
    program
      .command('import')
      .description('send a file of events (CloudEvents JSON, one a line; plain or gzip)'),
  )
    .argument('<file>', 'NDJSON file')
    .action(async (file: string, flags: ConnectionFlags) => {
      await withConnection(context, flags, 'all', async ({ api, drain }, io) => {
        const size = statSync(file).size;
        const bar = io.progress('bytes', size);
        const source = createReadStream(file);
        const input = file.endsWith('.gz') ? source.pipe(createGunzip()) : source;
        const sender = createEventSender(api);
        let line = 0;
        for await (const text of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
          line += 1;
          if (text.trim() !== '') await sender.add(text, line);
          bar.to(source.bytesRead);
        }
        await sender.flush();
        bar.stop();
        await drain();
        for (const { line: refused, problem } of sender.refused()) {
          io.result(
            { kind: 'refused', line: refused, ...describe(problem) },
            `line ${refused}: ${problem.message}`,
          );
        }
        io.result(
          {
            kind: 'summary',
            lines: line,
            accepted: sender.accepted(),
            refused: sender.refused().length,
          },
          `${sender.accepted()} events accepted, ${sender.refused().length} lines refused.`,
        );
        return sender.refused().length === 0 ? EXIT.ok : EXIT.found;
      });
    });
}

function describe(problem: Error): { readonly code: string; readonly message: string } {
  return {
    code: problem instanceof ApiProblem ? problem.code : 'http.internal',
    message: problem.message,
  };
}
