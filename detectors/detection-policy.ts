import type { Disposition } from '../services/core/finding.ts';
import { matchesGlob } from './text/match-glob.ts';

/** The part of the governance file that detection reads, for one project. Lists of names are exact or globs with `*`. */
export type DetectionPolicy = {
  /** Tags that may never move or go. */
  readonly immutableTags: readonly string[];
  /** Tags that may move freely. */
  readonly movingTags: readonly string[];
  /** What is in `to` (repositories) must have been in `from` before. */
  readonly promotions: readonly { readonly from: string; readonly to: string }[];
  /** Identities that may sign; empty while anybody may. */
  readonly signers: readonly string[];
  /** Days after which a base image is too old to build on; undefined while nobody minds. */
  readonly baseImageMaxDays: number | undefined;
  /** Tags that a retention rule removes when they are older than so many days. */
  readonly retention: readonly {
    readonly repositories: string;
    readonly tags: string;
    readonly days: number;
  }[];
  /** Whether removals need an announced change. */
  readonly removals: 'free' | 'announced';
  /** Principals that copy whole registries. */
  readonly mirrors: readonly string[];
  /** Principals that are dependency bots. */
  readonly bots: readonly string[];
  /** IANA time zone in which the project works. */
  readonly timezone: string;
  /** Days off, as `YYYY-MM-DD` in that zone. */
  readonly holidays: readonly string[];
  /** When what was seen counts as a learned baseline. */
  readonly learning: { readonly observations: number; readonly days: number };
  /** Whether what was learned is enough, or every repository needs a baseline that two people declared. */
  readonly baselines: 'learned' | 'declared';
  readonly rules: Readonly<Record<string, RuleSetting>>;
};

type RuleSetting = {
  readonly enabled?: boolean | undefined;
  readonly atMost?: Disposition | undefined;
};

type Optional<T> = { readonly [K in keyof T]?: T[K] | undefined };

/** Shape of the governance file as far as detection reads it (services/config checks the whole of it). */
export type GovernedDetection = {
  readonly projects?: readonly (Optional<Omit<DetectionPolicy, 'rules'>> & {
    readonly name: string;
  })[];
  readonly rules?: Readonly<Record<string, RuleSetting>>;
};

/** What holds where the governance file is silent. */
export const DEFAULT_POLICY: DetectionPolicy = {
  immutableTags: [],
  movingTags: [],
  promotions: [],
  signers: [],
  baseImageMaxDays: undefined,
  retention: [],
  removals: 'free',
  mirrors: [],
  bots: [],
  timezone: 'UTC',
  holidays: [],
  learning: { observations: 8, days: 14 },
  baselines: 'learned',
  rules: {},
};

/** What the governance file says about a project and about the rules; {@link DEFAULT_POLICY} where it is silent. */
export function detectionPolicyFor(
  governance: GovernedDetection,
  project: string,
): DetectionPolicy {
  const found = governance.projects?.find((candidate) => candidate.name === project);
  const said = Object.fromEntries(
    Object.entries(found ?? {}).filter(
      ([name, value]) => value !== undefined && Object.hasOwn(DEFAULT_POLICY, name),
    ),
  );
  return { ...DEFAULT_POLICY, ...said, rules: governance.rules ?? {} };
}

/** What the policy says about a tag; a tag that both lists name is immutable. */
export function policyOfTag(
  policy: DetectionPolicy,
  tag: string,
): 'immutable' | 'moving' | undefined {
  if (policy.immutableTags.some((pattern) => matchesGlob(pattern, tag))) return 'immutable';
  return policy.movingTags.some((pattern) => matchesGlob(pattern, tag)) ? 'moving' : undefined;
}
