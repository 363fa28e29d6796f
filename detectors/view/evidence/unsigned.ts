import type { EventType } from '../../../services/core/events/catalogue.ts';
import type { Entry, EventOf, ProvostEvent } from '../../../services/core/events/event.ts';
import { createBitWindow, observe, shareOf } from '../../windows/bit-window.ts';
import { cutDigest } from '../content/image-record.ts';
import { actorOf, refOf, tagChangesOf } from '../entry-facts.ts';
import { DEFAULT_GRACE, GAP_SPACING, MAX_GRACE, MIN_GRACE } from '../limits.ts';
import type { ProjectView, RepositoryView } from '../project-view.ts';
import { type EvidenceView, MAX_COUNTED } from './evidence-view.ts';
import { MAX_UNSIGNED, type UnsignedPush } from './releases-view.ts';

/** Events that show that the time of a push to be signed is over: the learner and the detector hear the same ones. */
export const SIGNATURE_EVENTS = [
  'artifact.pushed',
  'tag.moved',
  'signature.attached',
  'attestation.attached',
  'artifact.inspected',
  'artifact.pulled',
  'build.started',
  'build.finished',
  'source.ref-updated',
  'workflow-run.finished',
  'registry.snapshot-taken',
  'deadline.passed',
] as const satisfies readonly EventType[];

const CUT = 16;

/** Pushes whose time for a signature is over, but for those that this very event signs. */
export function duePushes(
  view: ProjectView,
  now: number,
  event: ProvostEvent,
): readonly UnsignedPush[] {
  if (now < view.releases.nextUnsigned) return [];
  const signed = event.type === 'signature.attached' ? event.data.digest : '';
  return view.releases.unsigned.filter(
    ({ deadline, digest }) => deadline <= now && digest !== signed,
  );
}

/** The latest moment up to `now` at which the time of a push to be signed was over; undefined when none waits for so long. */
export function lastDueSignature({ releases }: ProjectView, now: number): number | undefined {
  if (now < releases.nextUnsigned) return undefined;
  let last: number | undefined;
  for (const { deadline } of releases.unsigned) {
    if (deadline <= now) last = Math.max(last ?? deadline, deadline);
  }
  return last;
}

/** Whether nearly every release of a repository is signed. */
export function signsReleases(evidence: EvidenceView | undefined): boolean {
  const signed = evidence?.signed;
  return signed !== undefined && signed.count >= 8 && shareOf(signed) >= 0.9;
}

/** A digest got a tag in a repository that knows signatures: it has one already, or waits for it. */
export function awaitSignature(
  view: ProjectView,
  entry: Entry & { readonly event: EventOf<'artifact.pushed' | 'tag.moved'> },
  at: number,
): void {
  const { event } = entry;
  const repository = view.repositories.get(event.data.repository);
  const evidence = repository?.evidence;
  if (repository === undefined || evidence?.signatures === undefined) return;
  const change = tagChangesOf(event)[0];
  // Signatures are themselves stored under tags, named after the digest that they sign.
  if (change === undefined || /^sha\d{3}-[0-9a-f]{64}/.test(change.tag)) return;
  const digest = cutDigest(change.to);
  if (isCounted(evidence, digest)) return;
  const { releases } = view;
  if (
    releases.unsigned.some(
      (push) => push.digest === change.to && push.repository === repository.name,
    )
  ) {
    return;
  }
  const by = actorOf(event);
  const known = repository.publishers.get(by);
  count(evidence, digest);
  const push: UnsignedPush = {
    repository: repository.name,
    digest: change.to,
    tag: change.tag,
    at,
    deadline: at + graceOf(evidence),
    by,
    // The push itself has made its publisher known a moment ago.
    publisherKnown: by === '' || (known !== undefined && known.count > 1),
    ref: refOf(entry),
  };
  releases.unsigned.push(push);
  if (releases.unsigned.length > MAX_UNSIGNED) {
    const oldest = releases.unsigned.shift();
    if (oldest !== undefined) settle(view, oldest);
  }
  releases.nextUnsigned = Math.min(releases.nextUnsigned, push.deadline);
}

/** A signature came: for a push that waits for it, or before the digest gets its tag. */
export function learnSigned(
  view: ProjectView,
  repository: RepositoryView,
  evidence: EvidenceView,
  digest: string,
  at: number,
): void {
  const { releases } = view;
  const waiting = releases.unsigned.findIndex(
    (push) => push.digest === digest && push.repository === repository.name,
  );
  evidence.signed ??= createBitWindow();
  const push = releases.unsigned[waiting];
  if (push !== undefined) {
    releases.unsigned.splice(waiting, 1);
    releases.nextUnsigned = earliest(releases.unsigned);
    observe(evidence.signed, true);
    evidence.signatureDelay = Math.max(at - push.at, (evidence.signatureDelay ?? 0) * 0.9, 1);
    return;
  }
  if (isCounted(evidence, cutDigest(digest))) return;
  // Several signatures over one digest are one signed release.
  count(evidence, cutDigest(digest));
  observe(evidence.signed, true);
}

export function settleUnsigned(view: ProjectView, event: ProvostEvent): void {
  const { releases } = view;
  const due = new Set(duePushes(view, view.now, event));
  if (due.size === 0) return;
  for (const push of due) settle(view, push);
  const rest = releases.unsigned.filter((push) => !due.has(push));
  releases.unsigned.splice(0, releases.unsigned.length, ...rest);
  releases.nextUnsigned = earliest(rest);
}

/** Strangers make no habits, and a series of unsigned pushes is one. */
function settle(view: ProjectView, push: UnsignedPush): void {
  const evidence = view.repositories.get(push.repository)?.evidence;
  if (evidence === undefined || !push.publisherKnown) return;
  if (evidence.lastUnsigned !== undefined && push.at - evidence.lastUnsigned < GAP_SPACING) return;
  evidence.lastUnsigned = push.at;
  evidence.signed ??= createBitWindow();
  observe(evidence.signed, false);
}

function graceOf({ signatureDelay }: EvidenceView): number {
  if (signatureDelay === undefined) return DEFAULT_GRACE;
  return Math.min(MAX_GRACE, Math.max(MIN_GRACE, 3 * signatureDelay));
}

function earliest(pushes: readonly UnsignedPush[]): number {
  return pushes.reduce((least, { deadline }) => Math.min(least, deadline), Number.MAX_SAFE_INTEGER);
}

function isCounted({ counted = '' }: EvidenceView, digest: string): boolean {
  for (let at = 0; at < counted.length; at += CUT) if (counted.startsWith(digest, at)) return true;
  return false;
}

function count(evidence: EvidenceView, digest: string): void {
  evidence.counted = ((evidence.counted ?? '') + digest.padEnd(CUT, '0')).slice(-MAX_COUNTED * CUT);
}
