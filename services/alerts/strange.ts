import { claimsOf } from '../../detectors/context/approved-baseline/claims.ts';
import type { Finding } from '../core/finding.ts';
import type { Strange } from './alert.ts';

/** Different things that an alert keeps of its findings; an alert about more is not closed by a baseline. */
const MAX_STRANGE = 8;
/** Tags that findings list at most. */
const MAX_NAMED = 16;

/**
 * What the findings of an alert call strange, with one more finding; nothing when no baseline could explain all of
 * them, because an alert is explained only as a whole.
 */
export function withStrange(
  known: readonly Strange[],
  finding: Finding,
): { readonly strange?: Strange[] } {
  const ways = claimsOf(finding);
  const { builder, tags } = finding.observed;
  if (ways.length === 0) return {};
  const strange: Strange = {
    tags: tagsOf(finding.subject.tag, tags),
    actor: finding.actor ?? '',
    ...(typeof builder === 'string' ? { builder } : {}),
    ways: ways.map((way) => way.map(({ aspect, values }) => ({ aspect, values: [...values] }))),
  };
  const text = JSON.stringify(strange);
  if (known.some((other) => JSON.stringify(other) === text)) return { strange: [...known] };
  return known.length < MAX_STRANGE ? { strange: [...known, strange] } : {};
}

/** Every tag that the finding names; none when it names so many that some may be left out. */
function tagsOf(tag: string | undefined, observed: unknown): string[] {
  const named: readonly unknown[] = Array.isArray(observed) ? observed : [];
  if (named.length >= MAX_NAMED) return [];
  const tags = named.filter((item) => typeof item === 'string');
  return [...new Set(tag === undefined ? tags : [tag, ...tags])];
}
