import { expect, test } from 'vitest';
import { image, rebuiltReleases, type Story, story } from '../../detectors/examples/story.ts';
import { tagMutation } from '../../detectors/tag-mutation.ts';
import type { Finding } from '../../services/core/finding.ts';
import { judgeStory } from './run-example.ts';

/** A repository that rebuilds its tags every week and whose builds come minutes after their push. */
function builtLater(): Story {
  return rebuiltReleases().times(4, (told, week) =>
    told.days(7).push('1.2.0', `late-${week}`).hours(0.2).build(`late-${week}`),
  );
}

function lastOf(told: Story): readonly Finding[] {
  return judgeStory([tagMutation], told.events()).findings.at(-1) ?? [];
}

test('a move that was judged late is told as it was, though the tag is back by then', () => {
  const told = builtLater().push('1.2.0', 'foreign', 'stranger').push('1.2.0', 'late-4');
  const [finding] = lastOf(told.days(1).push('9.0', 'other'));
  expect(finding?.title).toBe('lab/tool:1.2.0 points to other content');
  expect(finding?.observed).toEqual({
    from: image('late-4'),
    to: image('foreign'),
    explainedBy: 'none',
  });
  expect(finding?.evidence.map(({ role }) => role)).toEqual(['the move', 'the tag before']);
  expect(finding?.evidence[1]?.index).toBeLessThan(finding?.evidence[0]?.index ?? 0);
  expect(finding?.context.map(({ kind }) => kind)).not.toContain('there-and-back');
});

test('an excursion whose end is dated before its begin lasted no negative time', () => {
  const told = story()
    .times(20, (inner, turn) => inner.days(1).push(`1.${turn}.0`, `release-${turn}`))
    .days(1)
    .push('1.3.0', 'foreign', 'stranger')
    .hours(-2)
    .push('1.3.0', 'release-3', 'stranger');
  const [finding] = lastOf(told);
  expect(finding?.observed).toMatchObject({ excursionSeconds: 0 });
});

test('the deletion of a tag is evidence as a deletion', () => {
  const told = story()
    .times(20, (inner, turn) => inner.days(1).push(`1.${turn}.0`, `release-${turn}`))
    .deleteTag('1.4.0')
    .push('1.4.0', 'other');
  expect(lastOf(told)[0]?.evidence.map(({ role }) => role)).toEqual([
    'the move',
    'the removal of the tag',
  ]);
});
