import { expect, test } from 'vitest';
import { DEFAULT_POLICY } from '../../../detectors/detection-policy.ts';
import { builtReleases, image, story } from '../../../detectors/examples/story.ts';
import { createDetectStep } from '../../../detectors/run-detectors.ts';
import { taintJoin } from '../../../detectors/taint-join.ts';
import { createProjectView } from '../../../detectors/view/create-view.ts';
import { viewFromJson, viewToJson } from '../../../detectors/view/snapshot.ts';
import { compareVersions, isBadVersion } from '../../../detectors/view/taints/in-range.ts';
import {
  MAX_LISTED_KEYS,
  MAX_LISTS,
  MAX_PULLED,
  MIN_USES,
} from '../../../detectors/view/taints/taints-view.ts';
import { bareIdOf, digestKey, readPackage } from '../../../detectors/view/taints/use-keys.ts';
import {
  addUse,
  createUseLog,
  keepNewestUses,
  visitUses,
} from '../../../detectors/view/taints/use-log.ts';
import type { Entry, ProvostEvent } from '../../../services/core/events/event.ts';
import { judgeStory } from '../run-example.ts';

const bad = (name: string) => ({ digest: image(name), reason: 'Known bad' });

test.each([
  ['1.0', '1.0.0', 0],
  ['1.10', '1.9', 1],
  ['1.0-rc1', '1.0', -1],
  ['1.0-alpha.2', '1.0-alpha.10', -1],
  ['1.0.post1', '1.0', 1],
  ['2.0.0+build.7', '2.0.0', 0],
  ['5.6.1+really5.4.5', '5.6.1', 1],
  ['99999999999999999999998', '99999999999999999999999', -1],
  ['2026.03.19', '2026.3.19', 0],
  ['1.0.rc1', '1.0.1', -1],
])('%s and %s are in order', (one, other, order) => {
  expect(Math.sign(compareVersions(one, other))).toBe(order);
  expect(Math.sign(compareVersions(other, one))).toBe(order === 0 ? 0 : -order);
});

test('a version that goes back in all but name is judged by what it is', () => {
  const range = { versions: [], ranges: [{ introduced: '5.6.0', lastAffected: '5.6.1' }] };
  expect(isBadVersion(range, '5.6.1')).toBe(true);
  expect(isBadVersion(range, '5.6.1-1')).toBe(false);
  expect(isBadVersion(range, '5.6.1+really5.4.5-1')).toBe(false);
  expect(isBadVersion({ versions: ['5.6.1-1'], ranges: [] }, '5.6.1-1')).toBe(true);
});

test.each([
  ['pkg:npm/%40scope/left@1.0?x=y#z', undefined, 'npm/@scope/left', '1.0'],
  ['pkg:npm/@scope/left', 'v2.1', 'npm/@scope/left', '2.1'],
  ['pkg:pypi/Left_Right@1', undefined, 'pypi/left-right', '1'],
  ['pkg:githubactions/Example/Setup@v0.2.5', undefined, 'githubactions/example/setup', '0.2.5'],
  ['left@1.0', undefined, '?left', '1.0'],
  ['@scope/left', '1.0', '?@scope/left', '1.0'],
])('reads %s as a package', (name, version, id, read) => {
  expect(readPackage(name, version)).toEqual({ id, version: read });
});

test('a bare name meets the purl of the same name', () => {
  expect(bareIdOf('npm/@scope/left')).toBe('?@scope/left');
  expect(bareIdOf('maven/org.example/left')).toBe('?org.example:left');
});

test('a digest has one key, with or without its algorithm', () => {
  expect(digestKey(`sha1:${'ab'.repeat(20)}`)).toBe(digestKey('ab'.repeat(20)));
  expect(digestKey(image('release-1'))).not.toBe(digestKey(image('release-2')));
  expect(Number.isSafeInteger(digestKey(image('x')))).toBe(true);
});

test('many uses are one finding with the whole list, and the count of what it cannot show', () => {
  const told = story()
    .times(100, (inner, turn) =>
      inner.build(`made-${turn}`, { baseImage: { digest: image('base') } }),
    )
    .event('digest.tainted', bad('base'));
  const [finding] = judgeStory([taintJoin], told.events()).findings.flat();
  expect(finding?.observed).toMatchObject({ uses: 100, 'publishing-build': 100 });
  expect(finding?.evidence).toHaveLength(64);
  expect(finding?.evidence[0]?.index).toBe(100);
  expect(new Set(finding?.evidence.map(({ index }) => index)).size).toBe(64);
});

test('what the view has forgotten is said, and the ledger is named', () => {
  const told = story()
    .times(2 * MIN_USES, (inner, turn) =>
      inner.build(`made-${turn}`, { baseImage: { digest: image(`base-${turn % 2}`) } }),
    )
    .event('digest.tainted', bad('base-1'));
  const [finding] = judgeStory([taintJoin], told.events()).findings.flat();
  expect(finding?.observed).toMatchObject({ complete: false });
  expect(JSON.stringify(finding?.remediation.steps)).toContain('provost entries --digest=');
});

test('the offspring of offspring is found, however many builds lie between', () => {
  const told = story()
    .build('one', { baseImage: { digest: image('base') } })
    .build('two', { baseImage: { digest: image('one') } })
    .build('three', { baseImage: { digest: image('two') } })
    .run('three', { citation: 'doi:10.1000/1' })
    .event('digest.tainted', bad('base'));
  const [finding] = judgeStory([taintJoin], told.events()).findings.flat();
  expect(finding?.observed).toMatchObject({ uses: 4, 'publishing-build': 3, 'cited-run': 1 });
});

test('dependencies by the hundred are kept once, and are found', () => {
  const resolved = Array.from({ length: 300 }, (_, n) => ({
    name: `pkg:npm/p${n}`,
    version: '1.0',
  }));
  const told = builtReleases()
    .times(20, (inner, turn) => inner.build(`made-${turn}`, { dependencies: { resolved } }))
    .event('digest.tainted', { purl: 'pkg:npm/p250@1.0', reason: 'Known bad' });
  const { findings, view } = judgeStory([taintJoin], told.events());
  expect(view.taints.lists.size).toBe(1);
  expect(findings.flat()[0]?.observed).toMatchObject({ 'publishing-build': 20 });
});

test.each([
  [[1, -2, 9007199254740991], [3]],
  [4503599627370496, []],
  [[], []],
])('a use is read back as it was, and only where a key is asked for', (keys, makes) => {
  const use = {
    kind: 'image' as const,
    what: 'lab\ttool',
    ref: { shard: 3, index: 70_000, source: 'urn:\t7\t9:\n', id: '\t\t#1,2😀' },
    keys,
    makes,
  };
  const log = createUseLog();
  const other = { ...use, what: 'lab/other', keys: [77], makes: [78, 79] };
  for (const one of [other, use, other, use]) addUse(log, one);
  const read = (isAsked: (key: number) => boolean) => {
    const found: unknown[] = [];
    visitUses(log, isAsked, isAsked, (position, one) => found.push([position, one]));
    return found;
  };
  const asked = new Set([...(typeof keys === 'number' ? [keys] : keys), ...makes]);
  const isFound = asked.size > 0;
  expect(read((key) => asked.has(key))).toEqual(
    isFound
      ? [
          [1, use],
          [3, use],
        ]
      : [],
  );
  expect(read((key) => key === 79)).toEqual([
    [0, other],
    [2, other],
  ]);
  keepNewestUses(log, 2);
  expect(read(() => true)).toEqual(
    isFound
      ? [
          [0, other],
          [1, use],
        ]
      : [[0, other]],
  );
  expect(log.count).toBe(2);
});

test('the view stays within its limits, whatever is sent', () => {
  const flood = story();
  flood.times(MAX_PULLED + 100, (inner, turn) =>
    inner.event('artifact.pulled', { repository: 'lab/tool', digest: image(`p${turn}`) }),
  );
  flood.times(MAX_LISTS + 50, (inner, turn) =>
    inner.event('sbom.attached', {
      digest: image(`s${turn}`),
      format: 'SPDX 2.3',
      components: Array.from({ length: 200 }, (_, n) => ({ purl: `pkg:npm/a${turn}-${n}@1.0` })),
    }),
  );
  const { view } = judgeStory([taintJoin], flood.events());
  const { taints } = view;
  expect(taints.pulled.size).toBe(MAX_PULLED);
  expect(taints.lists.size).toBeLessThanOrEqual(MAX_LISTS);
  expect(taints.listedKeys).toBeLessThanOrEqual(MAX_LISTED_KEYS);
  const keys = [...taints.lists.values()].reduce((sum, list) => sum + list.length, 0);
  expect(taints.listedKeys).toBe(keys);
  expect(taints.uses.count).toBeLessThanOrEqual(MIN_USES * 1.25);
  expect(taints.forgotten).toBe(true);
});

test('a snapshot in between changes no judgement', () => {
  const told = builtReleases()
    .build('next', { baseImage: { digest: image('base') } })
    .event('digest.tainted', bad('base'))
    .run('next', { citation: 'doi:10.1000/1' })
    .event('digest.tainted', bad('release-3'))
    .event('artifact.pulled', { repository: 'lab/tool', digest: image('release-3') })
    .events();
  const straight = judgeAll(told, false);
  expect(straight.length).toBeGreaterThan(3);
  expect(judgeAll(told, true)).toEqual(straight);
});

function judgeAll(events: readonly ProvostEvent[], withSnapshots: boolean) {
  const step = createDetectStep([taintJoin]);
  let view = createProjectView('lab');
  return events.flatMap((event, index) => {
    if (withSnapshots) view = viewFromJson(viewToJson(view)) ?? view;
    const entry: Entry = { shard: 0, index, event };
    return step(view, entry, DEFAULT_POLICY);
  });
}
