import { claimsOf } from '../../detectors/context/approved-baseline/claims.ts';
import type { Finding } from '../core/finding.ts';
import { type Strange, worst } from './alert.ts';

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
  const { severity, disposition, evidence } = finding;
  const source = evidence[0]?.source;
  const strange: Strange = {
    tags: tagsOf(finding.subject.tag, tags),
    actor: finding.actor ?? '',
    ...(typeof builder === 'string' ? { builder } : {}),
    ...(source === undefined ? {} : { source }),
    severity,
    disposition,
    ways: ways.map((way) => way.map(({ aspect, values }) => ({ aspect, values: [...values] }))),
  };
  const text = textOf(strange);
  const same = known.find((other) => textOf(other) === text);
  if (same !== undefined) {
    const heavier = { ...same, ...worst(same, finding) };
    return { strange: known.map((other) => (other === same ? heavier : other)) };
  }
  return known.length < MAX_STRANGE ? { strange: [...known, strange] } : {};
}

/** What is strange, however much it weighs. */
function textOf({ tags, actor, builder, source, ways }: Strange): string {
  return JSON.stringify([tags, actor, builder, source, ways]);
}

/** Every tag that the finding names; none when it names so many that some may be left out. */
function tagsOf(tag: string | undefined, observed: unknown): string[] {
  const named: readonly unknown[] = Array.isArray(observed) ? observed : [];
  if (named.length >= MAX_NAMED) return [];
  const tags = named.filter((item) => typeof item === 'string');
  return [...new Set(tag === undefined ? tags : [tag, ...tags])];
}
