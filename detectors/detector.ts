import type { EventType } from '../services/core/events/catalogue.ts';
import type { Entry, EventOf, ProvostEvent } from '../services/core/events/event.ts';
import type {
  Disposition,
  Finding,
  FindingSubject,
  RemediationStep,
  Severity,
} from '../services/core/finding.ts';
import type { DetectionPolicy } from './detection-policy.ts';
import type { AwaitedPush, EntryRef, ProjectView } from './view/project-view.ts';

/**
 * A detector: what it is, how it judges, and examples of both answers. Both judging functions are pure and see the
 * view as it was before the entry; they return a draft for everything that they have to say and stay silent otherwise.
 */
export type Detector = {
  readonly metadata: DetectorMetadata;
  /** Judges an entry of one of the types in `listensTo`. */
  readonly judge: (context: JudgeContext) => readonly FindingDraft[];
  /**
   * Judges a push whose time for an explanation is over: called once a push, with the entry whose time shows it.
   * The draft says `about` the push.
   */
  readonly judgeDue?: (context: JudgeContext, due: AwaitedPush) => readonly FindingDraft[];
  /**
   * Judges what the rules before it found about this entry, together with what they found lately (`view.cases`): a
   * second-order rule. Never called without findings.
   */
  readonly judgeFindings?: (
    context: JudgeContext,
    findings: readonly Finding[],
  ) => readonly FindingDraft[];
  /** Keeps what the rule itself has to remember of an entry that it listens to, after it was judged (`view.rules`). */
  readonly learn?: (context: JudgeContext) => void;
  /** Told when asked for: stories of months need not lie in the memory of a service. */
  readonly examples: () => Examples;
};

export type Examples = { readonly fires: readonly Example[]; readonly silent: readonly Example[] };

export type DetectorMetadata = {
  /** Class id of the catalogue, e.g. D01. */
  readonly id: string;
  /** The class that findings name, where several rules watch for one class in unlike places; the id where absent. */
  readonly catalogue?: string;
  /** Stable rule name, e.g. tag-mutation. */
  readonly rule: string;
  /** Goes up with every change of the logic (detectors.lock.json holds the digest of each version). */
  readonly version: number;
  readonly title: string;
  readonly description: string;
  /** The most that a finding of this rule can be. */
  readonly severity: Severity;
  /** Event types that can make it speak. */
  readonly listensTo: readonly EventType[];
  readonly falsePositives: readonly string[];
  readonly knownGaps: readonly string[];
  /** What a person should do, in one sentence; the drafts carry the commands. */
  readonly remediation: string;
  readonly references: {
    /** MITRE ATT&CK technique ids. */
    readonly attack: readonly string[];
    /** SLSA threat letters with their names. */
    readonly slsa: readonly string[];
    /** NIST SP 800-53 control ids. */
    readonly controls: readonly string[];
  };
};

export type JudgeContext = {
  readonly entry: Entry;
  readonly view: ProjectView;
  readonly policy: DetectionPolicy;
  /** Milliseconds since the epoch: when the entry happened, as `timeOf` reads it. */
  readonly at: number;
  /** Who acted, or empty when the event does not say. */
  readonly actor: string;
};

export type EvidenceDraft = EntryRef & { readonly role: string };

/** One circumstance that moved the score, up (aggravates) or down (explains). */
export type ContextDraft = {
  readonly kind: string;
  readonly reason: string;
  readonly effect: number;
};

export type FindingDraft = {
  readonly title: string;
  readonly message: string;
  readonly subject: FindingSubject;
  readonly observed: Readonly<Record<string, unknown>>;
  readonly expected: Readonly<Record<string, unknown>>;
  /** What the finding is about when that is an earlier entry than the one that made it known. */
  readonly about?: { readonly ref: EntryRef; readonly at: number; readonly actor: string };
  /** Role of the judged entry, which is always the first evidence. */
  readonly role: string;
  /** Evidence beside the judged entry. */
  readonly evidence: readonly EvidenceDraft[];
  /** Every tag that it touches, when that is not the subject's one tag. */
  readonly tags?: readonly string[];
  /**
   * What makes the finding this one, in place of its evidence: for a burst that is one finding however many entries
   * it has, e.g. the principal and the start of the window.
   */
  readonly identity?: readonly string[];
  /** Score from 0 to 1 before any context; the frame adds the effects and derives severity and disposition. */
  readonly base: number;
  readonly context: readonly ContextDraft[];
  /** The most that this finding may ask of people, whatever its score. */
  readonly atMost?: Disposition;
  /** Who should do what; the frame adds the metadata's sentence. */
  readonly remediation: {
    readonly owner: string;
    readonly steps: readonly RemediationStep[];
  };
};

/** A little history and an event to judge after it. */
export type Example = {
  readonly name: string;
  readonly given: readonly ProvostEvent[];
  readonly when: EventOf<EventType>;
  readonly policy?: Partial<DetectionPolicy>;
  /** For an example that fires: the highest disposition of its findings. */
  readonly disposition?: Disposition;
  /** For an example that fires: what its findings, as JSON, contain. */
  readonly says?: string;
};
