import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openDirectory } from '../../services/runtime/open-directory.ts';

const directory = mkdtempSync(join(tmpdir(), 'provost-open-'));
afterAll(() => rmSync(directory, { recursive: true }));

describe('opening a directory', () => {
  it('makes it with its parents, for its owner only, and is content with one that is there', async () => {
    const path = join(directory, 'a/b/c');
    await Promise.all([openDirectory(path, '--out'), openDirectory(path, '--out')]);
    await openDirectory(path, '--out');
    expect(statSync(path).mode & 0o777).toBe(0o700);
  });

  it('refuses a file, and what lies below one, and says how to name another', async () => {
    const file = join(directory, 'file');
    writeFileSync(file, '');
    for (const path of [file, join(file, 'below')]) {
      const refused = openDirectory(path, '--out');
      await expect(refused).rejects.toMatchObject({ code: 'config.invalid' });
      await expect(refused).rejects.toThrow(`${path} cannot be made or written`);
      await expect(refused).rejects.toThrow('name another one with --out');
    }
  });

  it('refuses at once where the file system takes no directory', async (context) => {
    if (!existsSync('/proc/self')) context.skip('this machine has no /proc');
    await expect(openDirectory('/proc/nope/deeper', '--out')).rejects.toThrow('ENOENT');
  });
});
