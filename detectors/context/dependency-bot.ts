import type { ContextDraft, JudgeContext } from '../detector.ts';
import type { RunPlace } from '../view/pipelines/run-facts.ts';
import { EMPTY_TALLY, seenIn } from '../view/pipelines/tally.ts';
import { isBot } from './run-context.ts';

/** Runs that an account needs before it can be taken for the bot that it says it is. */
const OLD_HAND = 5;
const BOT = /\[bot\]$|^(?:renovate|dependabot|snyk|pyup|scala-steward)(?:-bot|\[bot\])?$/i;

const NO_BOTS_WORK: ReadonlySet<string> = new Set(['content', 'origin', 'unlocked', 'downgrade']);

type DriftKind = { readonly kind: string };

/**
 * A dependency bot that only asks for other versions, as context that lowers a little: an account that the policy
 * names, or one that says it is a bot and has long set off runs of this source. What resolves to other content for the
 * same request, comes from elsewhere or goes back to an older version is no bot's work and is not lowered.
 */
export function dependencyBot(
  context: JudgeContext,
  { runs }: RunPlace,
  drifts: readonly DriftKind[],
): readonly ContextDraft[] {
  const { actor, entry } = context;
  if (drifts.some(({ kind }) => NO_BOTS_WORK.has(kind))) return [];
  const named = isBot(context, actor);
  const seen = seenIn(runs?.actors ?? EMPTY_TALLY, actor);
  const { data } = entry.event;
  const saysSo = BOT.test(actor) || ('actor' in data && data.actor?.kind === 'robot');
  if (!named && !(saysSo && seen !== undefined && seen.count >= OLD_HAND)) return [];
  return [
    {
      kind: 'dependency-bot',
      reason: named
        ? `The policy names ${actor} as a dependency bot`
        : `${actor} is a bot that has set off ${seen?.count ?? 0} runs of this source`,
      effect: -0.2,
    },
  ];
}
