import { join } from 'node:path';
import { FatalError } from '../../core/errors.ts';
import { isTopicName } from '../topic-name.ts';
import { writeFully } from './append-file.ts';
import type { LogFileSystem } from './log-file-system.ts';

/** What is durable about a topic besides its records. */
export type TopicMetadata = { readonly partitions: number; readonly retentionBytes?: number };

const NAME = 'topic.json';

/** Every topic of the directory; a topic whose creation was cut short is not one. */
export async function readTopics(
  fileSystem: LogFileSystem,
  topicsDirectory: string,
): Promise<Map<string, TopicMetadata>> {
  const topics = new Map<string, TopicMetadata>();
  for (const topic of await fileSystem.list(topicsDirectory)) {
    if (!isTopicName(topic)) continue;
    const path = join(topicsDirectory, topic, NAME);
    const bytes = await fileSystem.readFile(path);
    if (bytes !== undefined) topics.set(topic, parseTopicMetadata(path, bytes));
  }
  return topics;
}

/** Makes the metadata durable; a crash leaves the old or the new one, never a part. */
export async function writeTopic(
  fileSystem: LogFileSystem,
  topicsDirectory: string,
  topic: string,
  metadata: TopicMetadata,
): Promise<void> {
  const directory = join(topicsDirectory, topic);
  await fileSystem.makeDirectory(directory);
  await fileSystem.syncDirectory(topicsDirectory);
  const temporary = join(directory, `${NAME}.new`);
  await fileSystem.remove(temporary);
  const file = await fileSystem.open(temporary, 'create');
  try {
    await writeFully(file, Buffer.from(`${JSON.stringify(metadata)}\n`), 0);
    await file.sync();
  } finally {
    await file.close();
  }
  await fileSystem.rename(temporary, join(directory, NAME));
  await fileSystem.syncDirectory(directory);
}

function parseTopicMetadata(path: string, bytes: Uint8Array): TopicMetadata {
  try {
    const parsed: unknown = JSON.parse(new TextDecoder().decode(bytes));
    if (typeof parsed === 'object' && parsed !== null && 'partitions' in parsed) {
      const { partitions } = parsed;
      const retentionBytes = 'retentionBytes' in parsed ? parsed.retentionBytes : undefined;
      if (isCount(partitions) && retentionBytes === undefined) return { partitions };
      if (isCount(partitions) && isCount(retentionBytes)) return { partitions, retentionBytes };
    }
  } catch {
    // Answered below: whatever is wrong, the number of partitions is not known.
  }
  throw new FatalError('bus.corrupt-record', `${path} is damaged: expected {"partitions": n}`);
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0;
}
