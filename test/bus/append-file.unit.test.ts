import { expect, test } from 'vitest';
import { createAppendFile } from '../../services/bus/local-log/append-file.ts';
import { createMemoryLogFileSystem, fileError } from '../fakes/memory-log-file-system.ts';

test('never writes again after a sync has failed', async () => {
  const fileSystem = createMemoryLogFileSystem();
  const file = await fileSystem.open('/f', 'create');
  const appendFile = createAppendFile({ path: '/f', salt: 0, file, size: 0 });
  await appendFile.append(Buffer.from('good'));
  fileSystem.hook = ({ name }) => {
    if (name === 'sync') throw fileError('EIO');
    return undefined;
  };
  const error: unknown = await appendFile.append(Buffer.from('bad')).catch((why: unknown) => why);
  let operations = 0;
  fileSystem.hook = () => {
    operations += 1;
    return undefined;
  };
  await expect(appendFile.append(Buffer.from('more'))).rejects.toBe(error);
  expect(operations).toBe(0);
  expect(appendFile.size()).toBe(4);
  expect(fileSystem.contents('/f').toString()).toBe('good');
});
