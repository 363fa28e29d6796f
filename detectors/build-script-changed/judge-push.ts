import type { EventData } from '../../services/core/events/catalogue.ts';
import { inspectCommit } from '../context/git-commands.ts';
import type { ContextDraft, FindingDraft, JudgeContext } from '../detector.ts';
import { listWords } from '../text/list-words.ts';
import { DAY } from '../view/limits.ts';
import { isBuildFile } from '../view/sources/build-file.ts';
import { readPusher } from '../view/sources/pushers.ts';
import { commitAfter, isHabit, isOwnCommit, refName } from '../view/sources/ref-facts.ts';
import { leafOf, sourceName } from '../view/sources/source-name.ts';
import { type RefsView, refsOf } from '../view/sources/sources-view.ts';
import { missesOf, NOTHING_OBSERVED } from '../windows/bit-window.ts';

/** Pushes that name their files from which their habit is known, and how rarely they may touch build files. */
const OBSERVED = 8;
const RARE = 1 / 8;
const YOUNG = 14 * DAY;

/** A push touches a build file of a source whose pushes hardly ever do: known before any run follows it. */
export function judgePush(
  { view, at, actor }: JudgeContext,
  data: EventData<'source.ref-updated'>,
): readonly FindingDraft[] {
  const commit = commitAfter(data);
  if (data.paths === undefined || commit === undefined) return [];
  const ref = refName(data.ref);
  if (ref.kind !== 'branch') return [];
  const files = data.paths.filter(isBuildFile);
  if (files.length === 0) return [];
  const name = sourceName(data.sourceRepository);
  const source = view.sources.repositories.get(name);
  if (source === undefined) return [];
  const refs = refsOf(source);
  const { scripts = NOTHING_OBSERVED } = refs;
  if (scripts.count < OBSERVED || at - refs.since < YOUNG) return [];
  const touched = scripts.count - missesOf(scripts);
  if (touched > scripts.count * RARE) return [];
  return [
    {
      title: `A push to ${leafOf(name)} touches ${listWords(files.slice(0, 3))}`,
      message: `${actor || 'An unknown actor'} pushed ${commit} to ${ref.name} of ${name}, which touches ${listWords(files.slice(0, 8))}: ${touched} of the ${scripts.count} pushes before touched a build file.`,
      subject: { kind: 'source-ref', key: `script:${name}@${ref.name}`.slice(0, 1024) },
      observed: { files: files.slice(0, 64), commit },
      expected: { pushes: scripts.count, withBuildFiles: touched },
      role: 'the push',
      evidence: [],
      base: 0.2,
      context: strangerContext(refs, data, actor),
      atMost: 'ticket',
      remediation: {
        owner: 'owner of the source repository',
        steps: [
          inspectCommit(data.sourceRepository, commit, 'Read what changed in the build file.'),
          {
            text: 'Stop the runs that follow it until somebody who owns it has confirmed the change; revoke what they could read if nobody does.',
          },
        ],
      },
    },
  ];
}

function strangerContext(
  refs: RefsView,
  data: EventData<'source.ref-updated'>,
  actor: string,
): readonly ContextDraft[] {
  if (actor === '') return [];
  if (refs.pushers !== '' && readPusher(refs.pushers, actor) === undefined) {
    return [{ kind: 'pusher-new', reason: `${actor} has never pushed here`, effect: 0.2 }];
  }
  if (isOwnCommit(data) !== false || refs.ownBranches.count < OBSERVED) return [];
  if (!isHabit(refs.ownBranches)) return [];
  return [
    {
      kind: 'author-not-pusher',
      reason: 'It names somebody else as its author, which pushes here do not',
      effect: 0.15,
    },
  ];
}
