import type { Command } from 'commander';
import {
  type CliContext,
  type ConnectionFlags,
  connectionOptions,
  withConnection,
} from './cli-context.ts';
import { EXIT } from './command-io.ts';
import { parseCount } from './parse-count.ts';
import { toMoment } from './period.ts';

type EntryFlags = ConnectionFlags & {
  readonly repository?: string;
  readonly digest?: string;
  readonly tag?: string;
  readonly actor?: string;
  readonly type?: string;
  readonly project?: string;
  readonly from?: string;
  readonly to?: string;
  readonly limit: number;
};

type EntryView = {
  readonly shard: number;
  readonly index: number;
  readonly event: {
    readonly time: string;
    readonly type: string;
    readonly subject?: string;
    readonly data: {
      readonly actor?: { readonly name: string };
      readonly repository?: string;
      readonly tags?: readonly string[];
      readonly tag?: string;
      readonly digest?: string;
    };
  };
};

const PAGE = 500;

/** `provost entries`: searches the ledger, newest first. */
export function registerEntries(program: Command, context: CliContext): void {
  connectionOptions(program.command('entries').description('search the ledger, newest first'))
    .option('--repository <name>', 'repository')
    .option('--digest <digest>', 'digest')
    .option('--tag <tag>', 'tag')
    .option('--actor <name>', 'actor')
    .option('--type <type>', 'event type')
    .option('--project <name>', 'project')
    .option('--from <time>', 'from this day or moment, e.g. 2026-10-01')
    .option('--to <time>', 'before this day or moment')
    .option('--limit <number>', 'at most so many', parseCount, 100)
    .action(async ({ url, data, config, json, limit, ...filters }: EntryFlags) => {
      const flags = {
        ...(url && { url }),
        ...(data && { data }),
        ...(config && { config }),
        ...(json && { json }),
      };
      await withConnection(context, flags, 'none', async ({ api }, io) => {
        let shown = 0;
        for (let cursor: string | undefined = ''; cursor !== undefined && shown < limit; ) {
          const page: { entries: readonly EntryView[]; next?: string } = await api.json({
            method: 'GET',
            path: '/api/v1/entries',
            query: {
              ...filters,
              ...(filters.from === undefined ? {} : { from: toMoment(filters.from) }),
              ...(filters.to === undefined ? {} : { to: toMoment(filters.to) }),
              limit: Math.min(PAGE, limit - shown),
              ...(cursor === '' ? {} : { cursor }),
            },
          });
          for (const entry of page.entries) io.result(entry, toText(entry));
          shown += page.entries.length;
          cursor = page.entries.length === 0 ? undefined : page.next;
        }
        if (shown === 0) io.note('Nothing in the ledger fits.');
        return EXIT.ok;
      });
    });
}

function toText({ shard, index, event }: EntryView): string {
  const actor = event.data.actor === undefined ? '' : ` by ${event.data.actor.name}`;
  return `${shard}/${index}  ${event.time}  ${event.type}  ${whatOf(event)}${actor}`;
}

/** The subject where the sender gave one, else the image as people write it. */
function whatOf({ subject, data }: EntryView['event']): string {
  if (subject !== undefined || data.repository === undefined) return subject ?? '';
  const tags = data.tags ?? (data.tag === undefined ? [] : [data.tag]);
  const tag = tags.length === 0 ? '' : `:${tags.join(',')}`;
  return `${data.repository}${tag}${data.digest === undefined ? '' : `@${data.digest}`}`;
}
