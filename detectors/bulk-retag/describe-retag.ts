import { searchEntries } from '../context/ledger-commands.ts';
import { inspectDigest, placeOf, pointTagBack } from '../context/registry-commands.ts';
import type { ContextDraft, FindingDraft, JudgeContext } from '../detector.ts';
import { listWords } from '../text/list-words.ts';
import { shellQuote } from '../text/shell-quote.ts';
import type { RepositoryView } from '../view/project-view.ts';
import { collapseOf } from '../view/rhythm/retag-burst.ts';
import type { Retag } from './judge-burst.ts';

export type ToldRetag = Retag & {
  readonly kind: 'repository' | 'principal' | 'source';
  readonly name: string;
  readonly repository: RepositoryView | undefined;
  readonly context: readonly ContextDraft[];
};

/** Words, evidence and commands for many moves at once. */
export function describeRetag(context: JudgeContext, told: ToldRetag): FindingDraft {
  const { burst, habit, kind, name, moves, repository } = told;
  const by = context.actor || 'An unknown actor';
  const [first] = moves;
  const to = first?.to ?? '';
  const collapse = collapseOf(burst, to);
  const minutes = Math.max(1, Math.round((burst.last - burst.start) / 60_000));
  const where = kind === 'principal' ? listWords(burst.places) : name;
  const one = collapse >= 3 ? ` ${collapse} different digests ended at ${to}.` : '';
  return {
    title:
      kind === 'principal'
        ? `${name} moves tags in ${burst.places.length} repositories at once`
        : `${burst.moves} tags of ${name} move at once`,
    message: `${by} moved ${burst.moves} tags of ${where} within ${minutes} minutes (${listWords(burst.tags)}), ${burst.strange} of them as this is never done here.${one} Earlier bursts moved up to ${habit?.moves ?? 0}.`,
    subject: {
      kind: kind === 'source' ? 'source-ref' : kind,
      key: `${kind}:${name}`,
      ...(kind === 'repository' ? { repository: name, digest: to } : {}),
      ...(kind === 'principal' ? { principal: name } : {}),
    },
    observed: {
      moves: burst.moves,
      strange: burst.strange,
      digestsThatBecameOne: collapse,
      to,
      tags: burst.tags,
      ...(kind === 'principal' ? { repositories: burst.places } : {}),
    },
    expected: {
      movesAtOnce: habit?.moves ?? 0,
      digestsThatBecomeOne: Math.max(1, Math.ceil(habit?.collapse ?? 1)),
      bursts: habit?.bursts ?? 0,
    },
    role: 'the move that made it known',
    evidence: [{ ...burst.ref, role: 'the first move' }],
    tags: burst.tags,
    identity: [told.kind, name, String(burst.start), String(told.level)],
    base: told.base,
    context: told.context,
    remediation: {
      owner: kind === 'source' ? 'research-software administrators' : 'registry administrators',
      steps: stepsOf(context, told, first, repository),
    },
  };
}

function stepsOf(
  { actor }: JudgeContext,
  { kind, name }: ToldRetag,
  first: Retag['moves'][number] | undefined,
  repository: RepositoryView | undefined,
) {
  const ask = {
    text: `Ask ${actor || 'the publishers'} whether this was meant; if not, revoke the credential before anything else.`,
  };
  if (first === undefined) return [ask];
  if (kind === 'source' || repository === undefined) {
    return [
      ask,
      {
        text: 'See what the commit changes, in a clone of the source.',
        command: `git diff --end-of-options ${shellQuote(first.from)} ${shellQuote(first.to)}`,
      },
      {
        text: 'Point each tag back to its commit before.',
        command: `git push --force -- origin ${shellQuote(`${first.from}:refs/tags/${first.tag}`)}`,
      },
    ];
  }
  const place = placeOf(repository, { repository: repository.name });
  return [
    ask,
    inspectDigest(place, first.to, 'Look at what the tags give people now.'),
    pointTagBack(place, first.tag, first.from),
    searchEntries(
      'List every move of the burst, with the digests before.',
      kind === 'principal' ? { actor: name } : { repository: name },
    ),
  ];
}
