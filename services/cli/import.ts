import { isUtf8 } from 'node:buffer';
import { statSync } from 'node:fs';
import type { Command } from 'commander';
import { ApiProblem } from './api-client.ts';
import {
  type CliContext,
  type ConnectionFlags,
  connectionOptions,
  withConnection,
} from './cli-context.ts';
import { EXIT } from './command-io.ts';
import { openInput } from './open-input.ts';
import { readLines } from './replay/read-lines.ts';
import { createEventSender } from './send-events.ts';

/** `provost import`: sends a file of events through the API, in batches, and names every line that is refused. */
export function registerImport(program: Command, context: CliContext): void {
  connectionOptions(
    program
      .command('import')
      .description('send a file of events (CloudEvents JSON, one a line; plain or gzip)'),
  )
    .argument('<file>', 'NDJSON file; - for standard input')
    .action(async (file: string, flags: ConnectionFlags) => {
      // Before a service is started in this process for nothing.
      const size = file === '-' ? undefined : statSync(file).size;
      await withConnection(context, flags, 'all', async ({ api, drain }, io) => {
        const bar = size === undefined ? undefined : io.progress('bytes', size);
        const sender = createEventSender(api);
        let line = 0;
        for await (const bytes of readLines(openInput(file, bar?.to))) {
          line += 1;
          if (!isUtf8(bytes)) {
            // Decoding it anyway would send something else than the file holds.
            sender.refuse(line, new ApiProblem(400, 'json.invalid-utf8', 'expected UTF-8'));
            continue;
          }
          const text = Buffer.from(bytes).toString('utf8');
          if (text.trim() !== '') await sender.add(text, line);
        }
        await sender.flush();
        bar?.stop();
        await drain();
        for (const { line: refused, problem } of sender.refused()) {
          io.result(
            { kind: 'refused', line: refused, ...describe(problem) },
            toText(refused, describe(problem)),
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

function toText(line: number, { code, message }: ReturnType<typeof describe>): string {
  return `line ${line}: ${message} (${code})`;
}

function describe(problem: Error): { readonly code: string; readonly message: string } {
  return {
    code: problem instanceof ApiProblem ? problem.code : 'http.internal',
    message: problem.message,
  };
}
