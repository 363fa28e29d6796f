import type { Command } from 'commander';
import { ProvostError } from '../core/errors.ts';
import { EVENT_SCHEMAS, EVENT_TYPES, isEventType, schemaId } from '../core/events/catalogue.ts';
import type { CliContext } from './cli-context.ts';

/** `provost schema [TYPE]`: the JSON Schema of a type's data, or the list of all types. */
export function registerSchema(program: Command, context: CliContext): void {
  program
    .command('schema')
    .description('print the JSON Schema of an event type, or list the types')
    .argument('[type]', 'event type')
    .option('--json', 'the list as JSON')
    .action((type: string | undefined, flags: { json?: boolean }) => {
      const io = context.createIo(flags.json ?? false);
      if (type === undefined) {
        for (const known of EVENT_TYPES) {
          const description = (EVENT_SCHEMAS[known] as { description?: string }).description ?? '';
          io.result({ type: known, description }, `${known.padEnd(32)}${description}`);
        }
        return;
      }
      if (!isEventType(type))
        throw new ProvostError(
          'cli.usage',
          `unknown event type "${type}"; "provost schema" lists them`,
        );
      io.raw(
        `${JSON.stringify({ $schema: 'https://json-schema.org/draft/2020-12/schema', $id: schemaId(type), ...EVENT_SCHEMAS[type] }, null, 2)}\n`,
      );
    });
}
