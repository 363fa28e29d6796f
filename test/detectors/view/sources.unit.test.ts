import { describe, expect, test } from 'vitest';
import { DEFAULT_POLICY } from '../../../detectors/detection-policy.ts';
import {
  commit,
  GIT,
  pushBranch,
  pushTag,
  taggedReleases,
} from '../../../detectors/examples/git-story.ts';
import { story } from '../../../detectors/examples/story.ts';
import { createDetectStep } from '../../../detectors/run-detectors.ts';
import { sourceRefAnomaly } from '../../../detectors/source-ref-anomaly.ts';
import { sourceTagMutation } from '../../../detectors/source-tag-mutation.ts';
import { countRows } from '../../../detectors/view/packed-rows.ts';
import { viewFromJson, viewToJson } from '../../../detectors/view/snapshot.ts';
import { countUpdate, plainUpdatesOf } from '../../../detectors/view/sources/branches.ts';
import {
  COMMIT_WIDTH,
  commitKey,
  recallsCommit,
  rememberCommit,
} from '../../../detectors/view/sources/commits.ts';
import { readRuns, recallsRun } from '../../../detectors/view/sources/last-runs.ts';
import { countPush, readPusher, readPushers } from '../../../detectors/view/sources/pushers.ts';
import { refKind, refName } from '../../../detectors/view/sources/ref-facts.ts';
import { sourceName } from '../../../detectors/view/sources/source-name.ts';
import {
  MAX_BRANCHES,
  MAX_COMMITS,
  MAX_PUSHERS,
  MAX_RUNS,
  MAX_SOURCE_TAGS,
  MAX_SOURCES,
  MAX_WORKFLOW_ACTORS,
  MAX_WORKFLOW_REFS,
  MAX_WORKFLOWS,
} from '../../../detectors/view/sources/sources-view.ts';
import { readWorkflow, writeWorkflow } from '../../../detectors/view/sources/workflows.ts';
import { entryOf, judgeStory } from '../run-example.ts';

const NAME = 'git.example/lab/tool';

describe('names of git repositories', () => {
  test.each([
    'https://git.example/lab/tool',
    'https://git.example/lab/tool.git',
    'https://git.example/lab/tool/',
    'HTTPS://GIT.example/Lab/Tool',
    'git@git.example:lab/tool.git',
    'ssh://git@git.example/lab/tool.git',
    'git+https://git.example/lab/tool@refs/heads/main',
    'git+https://git.example/lab/tool.git#main',
    'https://user:secret@git.example/lab/tool',
    'git.example/lab/tool',
  ])('%s is the same repository', (said) => {
    expect(sourceName(said)).toBe(NAME);
  });

  test('other owners and hosts stay others', () => {
    expect(sourceName('https://git.example/stranger/tool')).not.toBe(NAME);
    expect(sourceName('https://git.example.evil/lab/tool')).not.toBe(NAME);
    expect(sourceName('https://evil@other.example/lab/tool')).toBe('other.example/lab/tool');
  });
});

describe('refs', () => {
  test.each([
    ['refs/tags/v1.0.0', 'tag', 'v1.0.0'],
    ['v1.0.0', 'tag', 'v1.0.0'],
    ['refs/heads/main', 'branch', 'main'],
    ['main', 'branch', 'main'],
    ['refs/pull/7/merge', 'other', 'refs/pull/7/merge'],
  ])('%s is a %s', (ref, kind, name) => {
    expect(refName(ref)).toEqual({ kind, name });
  });

  test('numbered branches and branches of one prefix are one kind of ref', () => {
    expect(refKind('refs/heads/bot/update-1')).toBe(refKind('refs/heads/bot/other'));
    expect(refKind('refs/heads/fix-1')).toBe(refKind('refs/heads/fix-22'));
    expect(refKind('refs/heads/main')).not.toBe(refKind('refs/heads/hotfix'));
  });
});

describe('remembered commits', () => {
  test('are recalled until newer ones push them out', () => {
    let commits = '';
    for (let n = 0; n < 10; n += 1) commits = rememberCommit(commits, `commit-${n}`, 4);
    expect(recallsCommit(commits, 'commit-9')).toBe(true);
    expect(recallsCommit(commits, 'commit-6')).toBe(true);
    expect(recallsCommit(commits, 'commit-5')).toBe(false);
  });

  test('differ wherever their words differ', () => {
    const words = Array.from(
      { length: 2000 },
      (_word, n) => `${'0'.repeat(20)}${n}${'0'.repeat(20)}`,
    );
    expect(new Set(words.map(commitKey)).size).toBe(words.length);
    for (const word of words) expect(commitKey(word)).toMatch(/^[\w-]{11}$/);
  });
});

describe('the view of sources', () => {
  test('stays bounded however many repositories, refs, pushers and workflows a sender invents', () => {
    const told = story();
    for (let n = 0; n < MAX_SOURCES + 5; n += 1) {
      pushTag(told, 'v1.0.0', 'one', { sourceRepository: `https://git.example/flood/${n}` });
    }
    for (let n = 0; n < 600; n += 1) {
      pushTag(told, `v1.${n}.0`, `change-${n}`, { pusher: { name: `pusher-${n}` } });
      pushBranch(told, `work-${n}`, {}, `branch-${n}`);
      told.event('build.started', {
        runId: `run-${n}`,
        sourceRepository: GIT,
        commit: commit(`change-${n}`),
        ref: `refs/heads/${String.fromCharCode(97 + (n % 26))}/x`,
        actor: { name: `actor-${n}` },
        workflow: { path: `flow-${n % 40}` },
      });
    }
    const { repositories } = judgeStory([], told.events()).view.sources;
    expect(repositories.size).toBe(MAX_SOURCES);
    const source = repositories.get(NAME);
    expect(source?.refs?.tags.size).toBe(MAX_SOURCE_TAGS);
    expect(countRows(source?.refs?.branches ?? '')).toBe(MAX_BRANCHES);
    expect(readPushers(source?.refs?.pushers ?? '').size).toBe(MAX_PUSHERS);
    expect(source?.refs?.commits.length).toBe(MAX_COMMITS * COMMIT_WIDTH);
    expect(countRows(source?.workflows ?? '')).toBe(MAX_WORKFLOWS);
    expect(readRuns(source?.runs ?? '')).toHaveLength(MAX_RUNS);
  });

  test('remembers of a workflow what it built last and who set it off last', () => {
    const told = story();
    for (let n = 0; n < 40; n += 1) {
      told.event('build.started', {
        runId: `run-${n}`,
        sourceRepository: GIT,
        commit: commit(`change-${n}`),
        ref: `refs/heads/${String.fromCharCode(97 + (n % 26))}/x`,
        actor: { name: `actor-${n}` },
      });
    }
    const source = judgeStory([], told.events()).view.sources.repositories.get(NAME);
    const workflow = readWorkflow(source?.workflows ?? '', '');
    expect(workflow?.runs).toBe(40);
    expect(workflow?.refs).toEqual(['i/*', 'j/*', 'k/*', 'l/*', 'm/*', 'n/*']);
    expect(workflow?.refs).toHaveLength(MAX_WORKFLOW_REFS);
    expect(workflow?.actors).toHaveLength(MAX_WORKFLOW_ACTORS);
    expect(workflow?.actors.at(-1)).toBe('actor-39');
    const runs = source?.runs ?? '';
    expect(readRuns(runs).at(-1)).toMatchObject({
      commit: commitKey(commit('change-39')),
      ref: 'refs/heads/n/x',
    });
    expect(recallsRun(runs, 'run-32')).toBe(true);
    expect(recallsRun(runs, 'run-31')).toBe(false);
  });

  test('a pusher is known by what they pushed, the one unseen for longest first', () => {
    const push = { isTag: false, isForeign: false };
    let pushers = countPush('', 'ada', { ...push, at: 1000 });
    pushers = countPush(pushers, 'maya', { ...push, at: 2000, isTag: true });
    pushers = countPush(pushers, 'ada', { ...push, at: 500, isForeign: true });
    expect(readPusher(pushers, 'ada')).toEqual({
      first: 1000,
      last: 1000,
      count: 2,
      tags: 0,
      foreign: 1,
    });
    expect([...readPushers(pushers).keys()]).toEqual(['maya', 'ada']);
    expect(readPusher(pushers, 'ad')).toBeUndefined();
  });

  test('a branch that was rewritten once counts no more', () => {
    let branches = countUpdate(countUpdate('', 'main', false), 'main', false);
    expect(plainUpdatesOf(branches, 'main')).toBe(2);
    branches = countUpdate(countUpdate(branches, 'main', true), 'main', false);
    expect(plainUpdatesOf(branches, 'main')).toBe(0);
    expect(plainUpdatesOf(branches, 'mai')).toBe(0);
  });

  test('a workflow comes back as it was written', () => {
    const workflow = {
      runs: 70,
      seen: { bits: 0xfedcba98, count: 32 },
      refs: ['tags'],
      actors: [],
    };
    const written = writeWorkflow('', 'flow', workflow);
    expect(readWorkflow(written, 'flow')).toEqual(workflow);
    expect(readWorkflow(written, '')).toBeUndefined();
  });

  test('judges the same after a snapshot', () => {
    const detectors = [sourceTagMutation, sourceRefAnomaly];
    const told = pushTag(taggedReleases().days(1), 'v1.3.0', 'foreign', {
      pusher: { name: 'stranger' },
      reachableFrom: [],
    });
    const events = told.events();
    const { findings } = judgeStory(detectors, events);
    const before = judgeStory(detectors, events.slice(0, -1)).view;
    const restored = viewFromJson(viewToJson(before));
    const last = events.at(-1);
    if (restored === undefined || last === undefined) throw new Error('no snapshot');
    const entry = entryOf(last, events.length - 1);
    const again = createDetectStep(detectors)(restored, entry, DEFAULT_POLICY);
    expect(again).toEqual(findings.at(-1));
    expect(again.length).toBe(2);
  });

  test('an attack that goes on for days does not become the habit', () => {
    const told = taggedReleases();
    for (let n = 0; n < 6; n += 1) {
      pushTag(told.days(0.5), `v9.${n}.0`, `foreign-${n}`, { reachableFrom: [] });
    }
    const { findings } = judgeStory([sourceRefAnomaly], told.events());
    expect(findings.at(-1)?.[0]?.disposition).toBe('ticket');
  });

  test('a new way of releasing becomes the habit after some weeks', () => {
    const told = taggedReleases();
    for (let n = 0; n < 12; n += 1) {
      pushTag(told.days(8), `v9.${n}.0`, `dist-${n}`, { reachableFrom: [] });
    }
    const { findings } = judgeStory([sourceRefAnomaly], told.events());
    expect(findings.at(-1)).toEqual([]);
  });
});
