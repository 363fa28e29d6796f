import { tagClass } from '../../tag-class.ts';
import { momentIn } from '../../tag-habit.ts';
import type { AspectReader, Observed } from './learned-aspect.ts';
import { recentChanges } from './recent-changes.ts';

const CLASSES = {
  full: 'versions with three numbers, a date or a commit',
  partial: 'versions with one or two numbers',
  name: 'names without a number',
} as const;

/** Whether tags of each class stay where they are: of the days on which they changed, how many had no move. */
export const readTagBehaviour: AspectReader = (_view, repository) =>
  (['full', 'partial', 'name'] as const).flatMap((name): readonly Observed[] => {
    const habit = repository.habits[name];
    if (habit === undefined || habit.tags === 0) return [];
    const { days, moveDays } = habit;
    const stays = moveDays <= days / 2;
    return [
      {
        aspect: 'tag-behaviour',
        part: CLASSES[name],
        expectation: [stays ? 'immutable' : 'moving'],
        observations: days,
        consistent: stays ? days - moveDays : moveDays,
        since: repository.since,
        until: momentIn(repository, 0),
        evidence: recentChanges(repository, (_tag, tag) => tagClass(tag) === name),
      },
    ];
  });
