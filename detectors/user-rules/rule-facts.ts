import type { JudgeContext } from '../detector.ts';
import { tagChangesOf } from '../view/entry-facts.ts';
import { digestIn, explain, provenanceHabit } from '../view/explain.ts';
import { DAY } from '../view/limits.ts';
import { expectationOf } from '../view/tag-habit.ts';

/** What a user rule may ask about: the event as it was sent, and what the view knew before it. */
export type RuleFacts = {
  readonly event: Readonly<Record<string, unknown>>;
  readonly view: Readonly<Record<string, unknown>>;
  readonly baseline: Readonly<Record<string, unknown>>;
};

/** The event with `actor`, `repository` and `tags` filled in (empty where the event does not say). */
export function eventFacts({ entry: { event }, actor }: JudgeContext): RuleFacts['event'] {
  const { type, source, id, time, receivedtime, project, trust, data } = event;
  const repository = 'repository' in data ? (data.repository ?? '') : '';
  const tags = tagChangesOf(event).map(({ tag }) => tag);
  return { type, source, id, time, receivedtime, project, trust, data, actor, repository, tags };
}

/** What was known of the event's repository, tag, digest and actor before it. Ages are days. */
export function viewFacts(context: JudgeContext): RuleFacts['view'] {
  const { view, entry, actor, at } = context;
  const { data } = entry.event;
  const name = 'repository' in data ? (data.repository ?? '') : '';
  const repository = view.repositories.get(name);
  const [change] = tagChangesOf(entry.event);
  const digest =
    change?.to ?? ('digest' in data && typeof data.digest === 'string' ? data.digest : '');
  const tag = change === undefined ? undefined : repository?.tags.get(change.tag);
  const publisher = repository?.publishers.get(actor);
  const habit = repository && provenanceHabit(view, repository);
  return {
    repository: {
      known: repository !== undefined,
      age_days: repository === undefined ? 0 : Math.max(0, (at - repository.since) / DAY),
      pushes: repository?.pushes ?? 0,
      publishers: repository?.publishers.size ?? 0,
      tags: repository?.tags.size ?? 0,
      removals: repository?.deletions ?? 0,
      provenance: habit?.expects ?? 'nothing',
    },
    publisher: {
      known: publisher !== undefined,
      pushes: publisher?.count ?? 0,
      age_days: publisher === undefined ? 0 : Math.max(0, (at - publisher.first) / DAY),
      pushes_in_project: view.publishers.get(actor)?.count ?? 0,
    },
    tag: {
      known: tag !== undefined,
      digest: tag?.digest ?? '',
      moves: tag?.moves ?? 0,
      stays:
        repository !== undefined && change !== undefined
          ? expectationOf(repository, change.tag, tag, at).kind === 'stays'
          : false,
    },
    digest: {
      known: repository !== undefined && digestIn(repository, digest) !== undefined,
      explained: explain(view, repository, digest).kind !== 'none',
      cited: view.citations.has(digest),
    },
  };
}

/** What people approved as known good for the event's repository: `declared`, and the expectations by aspect. */
export function baselineFacts({ view, entry }: JudgeContext): RuleFacts['baseline'] {
  const { data } = entry.event;
  const approved =
    view.baselines.approved.get('repository' in data ? (data.repository ?? '') : '') ?? [];
  return {
    declared: approved.length > 0,
    ids: approved.map(({ id }) => id),
    values: approved.map(({ value }) => value),
  };
}
