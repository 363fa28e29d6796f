import { searchEntries } from '../context/ledger-commands.ts';
import { placeOf, restoreDigest } from '../context/registry-commands.ts';
import type { ContextDraft, FindingDraft, JudgeContext } from '../detector.ts';
import { listWords } from '../text/list-words.ts';
import { tagsTaken } from '../view/rhythm/removal-burst.ts';
import type { RemovalBurst, RemovalHabit, RemoverKind } from '../view/rhythm/rhythm-view.ts';
import type { Taken } from './judge-removal.ts';

export type ToldRemoval = Taken & {
  readonly burst: RemovalBurst;
  readonly habit: RemovalHabit | undefined;
  readonly base: number;
  readonly level: number;
  readonly circumstances: readonly ContextDraft[];
};

const WHO: Readonly<Record<RemoverKind, string>> = {
  stranger: 'who never published or removed anything here',
  new: 'who published here for the first time today',
  publisher: 'who never removed anything before',
  remover: 'who has removed things before, but never so many',
  unnamed: 'whom the producer does not name',
};

function describeTaken(burst: RemovalBurst, kind: Taken['kind']): string {
  const { live, untagged } = burst;
  const tags = tagsTaken(burst);
  if (tags === 0) return `${untagged} untagged manifests`;
  // What was live is known of the first package only.
  return kind === 'package' ? `${tags} versions` : `${tags} of ${Math.max(live, tags)} tags`;
}

/** Words, evidence and commands for a burst of removals. */
export function describeRemoval(context: JudgeContext, told: ToldRemoval): FindingDraft {
  const { burst, habit, kind, name, repository, removal } = told;
  const actor = context.actor || 'An unknown actor';
  const what = describeTaken(burst, kind);
  const where = kind === 'package' ? 'the packages of the project' : name;
  const first = removal.tags[0];
  const digest = first === undefined ? undefined : repository?.tags.get(first)?.digest;
  return {
    title: `${what} of ${where} removed at once`,
    message: `${actor}, ${WHO[burst.by]}, removed ${what} of ${where} within ${Math.max(1, Math.round((burst.last - burst.start) / 60_000))} minutes${burst.named.length > 0 ? `: ${listWords(burst.named)}` : ''}. Earlier clean-ups here removed up to ${habit?.tags ?? 0} tags.`,
    subject: {
      kind,
      key: kind === 'package' ? 'package:removals' : `${kind}:${name}`,
      ...(repository === undefined ? {} : { repository: repository.name }),
      ...(context.actor === '' ? {} : { principal: context.actor }),
    },
    observed: {
      tags: tagsTaken(burst),
      untagged: burst.untagged,
      ofTags: burst.live,
      cited: burst.cited,
      named: burst.named,
      by: burst.by,
    },
    expected: {
      tagsAtOnce: habit?.tags ?? 0,
      untaggedAtOnce: habit?.untagged ?? 0,
      cleanUps: habit?.bursts ?? 0,
    },
    role: 'the removal that made it known',
    evidence: [{ ...burst.ref, role: 'the first removal' }],
    tags: burst.named,
    identity: [told.scope, context.actor, String(burst.start), String(told.level)],
    base: told.base,
    context: told.circumstances,
    remediation: {
      owner: 'registry administrators',
      steps: [
        {
          text: `Ask ${context.actor || 'the owners'} whether this was meant; if not, revoke the credential at once.`,
        },
        searchEntries(
          'List every removal, with the digests that were there.',
          repository === undefined
            ? { actor: context.actor || 'unknown' }
            : { repository: repository.name },
        ),
        ...(digest === undefined || repository === undefined
          ? []
          : [restoreDigest(placeOf(repository, { repository: repository.name }), digest)]),
      ],
    },
  };
}
