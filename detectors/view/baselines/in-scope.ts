import type { BaselineScope } from '../../../services/core/baseline/baseline.ts';
import type { ProvostEvent } from '../../../services/core/events/event.ts';
import { matchesGlob } from '../../text/match-glob.ts';

/** Where something happened, as far as the events say; what they do not say is empty or absent. */
export type Circumstances = {
  readonly tags: readonly string[];
  readonly actor: string;
  readonly builder?: string | undefined;
  readonly platform?: string | undefined;
  readonly source?: string | undefined;
};

/** The circumstances of an event that sets these tags. */
export function circumstancesOf(
  event: ProvostEvent,
  tags: readonly string[],
  actor: string,
): Circumstances {
  const { platform } = { platform: undefined, ...event.data };
  return {
    tags,
    actor,
    source: event.source,
    builder: event.type === 'build.finished' ? event.data.builderId : undefined,
    platform: platform && `${platform.os}/${platform.architecture}`,
  };
}

/** Whether a baseline is about these circumstances: everything that its scope names has to be known, and to fit. */
export function isInScope(scope: BaselineScope, circumstances: Circumstances): boolean {
  const { tags, platform, builder, principal, source } = scope;
  return (
    (tags === undefined || fitAll(tags, circumstances.tags)) &&
    (platform === undefined || platform === circumstances.platform) &&
    (builder === undefined || isNamed(builder, circumstances.builder)) &&
    (principal === undefined || isNamed(principal, circumstances.actor)) &&
    (source === undefined || isNamed(source, circumstances.source))
  );
}

/**
 * The tags that a baseline is about, of those that an event sets. Whoever sets another tag along with them is bound all
 * the same; what is cleared has to be covered with all its tags.
 */
export function tagsInScope(scope: BaselineScope, tags: readonly string[]): readonly string[] {
  const { tags: patterns } = scope;
  return patterns === undefined ? tags : tags.filter((tag) => fitAll(patterns, [tag]));
}

function fitAll(patterns: readonly string[], tags: readonly string[]): boolean {
  return (
    tags.length > 0 && tags.every((tag) => patterns.some((pattern) => matchesGlob(pattern, tag)))
  );
}

function isNamed(pattern: string, name: string | undefined): boolean {
  return name !== undefined && name !== '' && matchesGlob(pattern, name);
}
