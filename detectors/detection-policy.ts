import type { Disposition } from '../services/core/finding.ts';
import { matchesGlob } from './text/match-glob.ts';

/** The part of the governance file that detection reads, for one project. */
export type DetectionPolicy = {
  /** Tags that may never move or go, as names or globs with `*`. */
  readonly immutableTags: readonly string[];
  /** Tags that may move freely, as names or globs with `*`. */
  readonly movingTags: readonly string[];
  readonly rules: Readonly<Record<string, RuleSetting>>;
};

type RuleSetting = {
  readonly enabled?: boolean | undefined;
  readonly atMost?: Disposition | undefined;
};

/** Shape of the governance file as far as detection reads it (services/config checks the whole of it). */
export type GovernedDetection = {
  readonly projects?: readonly {
    readonly name: string;
    readonly immutableTags?: readonly string[] | undefined;
    readonly movingTags?: readonly string[] | undefined;
  }[];
  readonly rules?: Readonly<Record<string, RuleSetting>>;
};

/** What the governance file says about a project's tags and about the rules; without a word on them, nothing. */
export function detectionPolicyFor(
  governance: GovernedDetection,
  project: string,
): DetectionPolicy {
  const found = governance.projects?.find((candidate) => candidate.name === project);
  return {
    immutableTags: found?.immutableTags ?? [],
    movingTags: found?.movingTags ?? [],
    rules: governance.rules ?? {},
  };
}

/** What the policy says about a tag; a tag that both lists name is immutable. */
export function policyOfTag(
  policy: DetectionPolicy,
  tag: string,
): 'immutable' | 'moving' | undefined {
  if (policy.immutableTags.some((pattern) => matchesGlob(pattern, tag))) return 'immutable';
  return policy.movingTags.some((pattern) => matchesGlob(pattern, tag)) ? 'moving' : undefined;
}
