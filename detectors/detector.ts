import type { EventType } from '../services/core/events/catalogue.ts';
import type { Entry, EventOf, ProvostEvent } from '../services/core/events/event.ts';
import type {
  Disposition,
  FindingSubject,
  RemediationStep,
  Severity,
} from '../services/core/finding.ts';
import type { ProjectView } from './view/project-view.ts';

/**
 * A detector: what it is, how it judges, and examples of both answers. `judge` is pure and sees the view as it was
 * before the entry; it returns a draft for everything that it has to say and stays silent otherwise.
 */
export type Detector = {
  readonly metadata: DetectorMetadata;
  readonly judge: (context: JudgeContext) => readonly FindingDraft[];
  readonly examples: { readonly fires: readonly Example[]; readonly silent: readonly Example[] };
};

export type DetectorMetadata = {
  /** Class id of the catalogue, e.g. D01. */
  readonly id: string;
  /** Stable rule name, e.g. tag-mutation. */
  readonly rule: string;
  /** Goes up with every change of the logic (detectors.lock.json holds the digest of each version). */
  readonly version: number;
  readonly title: string;
  readonly description: string;
  readonly severity: Severity;
  /** Event types that can make it speak. */
  readonly listensTo: readonly EventType[];
  readonly falsePositives: readonly string[];
  readonly knownGaps: readonly string[];
  /** What a person should do, in one sentence; the drafts carry the commands. */
  readonly remediation: string;
  readonly references: {
    readonly attack: readonly string[];
    readonly slsa: readonly string[];
    readonly controls: readonly string[];
  };
};

export type JudgeContext = {
  readonly entry: Entry;
  readonly view: ProjectView;
  readonly policy: DetectionPolicy;
};

/** The part of the governance file that detectors read, for the entry's project. */
export type DetectionPolicy = {
  readonly immutableTags: readonly string[];
  readonly movingTags: readonly string[];
};

export type EvidenceDraft = {
  readonly shard: number;
  readonly index: number;
  readonly source: string;
  readonly id: string;
  readonly role: string;
};

export type FindingDraft = {
  readonly severity: Severity;
  readonly disposition: Disposition;
  readonly title: string;
  readonly message: string;
  readonly subject: FindingSubject;
  readonly observed: Readonly<Record<string, unknown>>;
  readonly expected: Readonly<Record<string, unknown>>;
  /** Beside the judged entry itself, which is always the first evidence. */
  readonly evidence: readonly EvidenceDraft[];
  readonly score: { readonly base: number; readonly final: number };
  readonly context: readonly {
    readonly kind: string;
    readonly reason: string;
    readonly effect: number;
  }[];
  readonly remediation: {
    readonly summary: string;
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
};
