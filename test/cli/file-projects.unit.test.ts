import { expect, test } from 'vitest';
import { createFileProjects } from '../../services/cli/replay/file-projects.ts';
import type { EventData, EventType } from '../../services/core/events/catalogue.ts';
import type { SourceEvent } from '../../services/core/events/event.ts';

function event<T extends EventType>(type: T, data: EventData<T>): SourceEvent {
  return { specversion: '1.0', id: 'e', source: 'urn:e', type, data } as unknown as SourceEvent;
}

const build = (repository: string, sourceRepository: string): SourceEvent =>
  event('build.finished', {
    runId: 'r',
    outcome: 'success',
    sourceRepository,
    outputs: [{ repository, digest: `sha256:${'0'.repeat(64)}` }],
  });
const login = event('login.succeeded', { actor: { name: 'ines' } });
const ref = (sourceRepository: string): SourceEvent =>
  event('source.ref-updated', { sourceRepository, ref: 'refs/heads/main' });

test('gives what names no image to the one project of the file', () => {
  const projectOf = createFileProjects([]);
  expect(projectOf(login)).toBe('unassigned');
  expect(projectOf(build('marsh/tool', 'https://git.example/a'))).toBe('marsh');
  expect(projectOf(login)).toBe('marsh');
  expect(projectOf(ref('https://git.example/other'))).toBe('marsh');
});

test('gives it to nobody once the file speaks of two, but for git repositories that a build has named', () => {
  const projectOf = createFileProjects([]);
  projectOf(build('marsh/tool', 'https://git.example/a'));
  projectOf(build('fen/tool', 'https://git.example/b'));
  expect(projectOf(login)).toBe('unassigned');
  expect(projectOf(ref('https://git.example/a'))).toBe('marsh');
  expect(projectOf(ref('https://git.example/b'))).toBe('fen');
  expect(projectOf(ref('https://git.example/c'))).toBe('unassigned');
});

test('lets the governance file decide first, and guesses nothing where it names several projects', () => {
  const matcher = {
    repositories: [],
    sourceRepositories: ['https://git.example/*'],
    workflows: [],
  };
  const projectOf = createFileProjects([
    { name: 'one', ...matcher },
    { name: 'two', ...matcher, sourceRepositories: [] },
  ]);
  expect(projectOf(ref('https://git.example/a'))).toBe('one');
  expect(projectOf(login)).toBe('unassigned');
});
