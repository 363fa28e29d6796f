import type { ProvostEvent } from '../../services/core/events/event.ts';
import { createBitWindow, observe } from '../windows/bit-window.ts';
import { areAttestationsDeclared } from './baselines/wants-attestation.ts';
import { oldestOf, setNewest } from './bounded-map.ts';
import { addDue, type Due, nextDue, peekDue, takeDue } from './due-queue.ts';
import { explain, originKey, provenanceHabit } from './explain.ts';
import {
  GAP_SPACING,
  MAX_AWAITED,
  MAX_AWAITED_TAGS,
  MAX_GRACE,
  MAX_ORIGINS,
  MIN_GRACE,
} from './limits.ts';
import { beingBuiltUntil, isBeingBuilt } from './pipelines/being-built.ts';
import type {
  AwaitedPush,
  BuildFact,
  DigestView,
  EntryRef,
  ProjectView,
  RepositoryView,
} from './project-view.ts';

export type FirstTagging = {
  readonly digest: DigestView;
  readonly at: number;
  readonly by: string;
  readonly ref: EntryRef;
  readonly publisherKnown: boolean;
  readonly tag: string;
  readonly from: string | undefined;
};

/**
 * Counts a digest's first tag as one push of the repository: at once when its explanation is there, else when the
 * explanation comes or its time is over.
 */
export function learnFirstTagging(
  view: ProjectView,
  repository: RepositoryView,
  first: FirstTagging,
): void {
  repository.pushes += 1;
  const { digest, at } = first;
  const explanation = explain(view, repository, digest.digest);
  const explained = explanation.kind !== 'none';
  const wantsAttestation =
    repository.attested !== undefined || areAttestationsDeclared(view.baselines, repository.name);
  const attested = digest.attestation !== undefined;
  if (explained) {
    learnExplained(view, repository, true);
    // Where order says something, an explanation that comes first outside a run says that it does not.
    if (repository.withinRun !== undefined) {
      learnWithinRun(repository, isBeingBuilt(view, repository.name));
    }
    if (explanation.kind === 'build') learnOrigin(repository, explanation.build, at);
  }
  if (attested) observeAttested(repository, true);
  if (explained && (attested || !wantsAttestation)) return;
  const habit = provenanceHabit(view, repository);
  const push: AwaitedPush = {
    repository: repository.name,
    digest: digest.digest,
    at,
    deadline: at + habit.grace,
    by: first.by,
    publisherKnown: first.publisherKnown,
    ref: first.ref,
    explained,
    attested: attested || !wantsAttestation,
    judgedAtPush: !explained && habit.before,
    withinRun: explained ? undefined : isBeingBuilt(view, repository.name),
    tags: [{ tag: first.tag, from: first.from }],
  };
  const others = view.awaited.get(digest.digest);
  if (others === undefined) {
    if (view.awaited.size >= MAX_AWAITED) settleOldest(view);
    view.awaited.set(digest.digest, [push]);
  } else {
    others.push(push);
  }
  addDue(view.due, { deadline: push.deadline, digest: push.digest });
}

/** Another tag went to a digest that still waits. */
export function addAwaitedTag(
  view: ProjectView,
  repository: RepositoryView,
  digest: string,
  move: AwaitedPush['tags'][number],
): void {
  for (const push of view.awaited.get(digest) ?? []) {
    if (push.repository === repository.name && push.tags.length < MAX_AWAITED_TAGS) {
      push.tags.push(move);
    }
  }
}

/** A build or an attestation of the digest has come after the push. */
export function resolveAwaited(
  view: ProjectView,
  digest: string,
  proof: { readonly at: number; readonly build?: BuildFact },
): void {
  const pushes = view.awaited.get(digest);
  if (pushes === undefined) return;
  const waiting = pushes.filter((push) => {
    const repository = view.repositories.get(push.repository);
    if (repository === undefined) return false;
    if (!push.explained) {
      push.explained = true;
      learnExplained(view, repository, false);
      learnLateness(repository, view.now - push.at);
      learnWithinRun(repository, push.withinRun);
      if (proof.build !== undefined) learnOrigin(repository, proof.build, proof.at);
    }
    if (proof.build === undefined && !push.attested) {
      push.attested = true;
      observeAttested(repository, true);
      learnLateness(repository, view.now - push.at);
    }
    return !push.attested;
  });
  if (waiting.length > 0) view.awaited.set(digest, waiting);
  else view.awaited.delete(digest);
}

/** Pushes whose time for an explanation is over at `now`, but for those that this very event explains. */
export function duePushes(
  view: ProjectView,
  now: number,
  event: ProvostEvent,
): readonly AwaitedPush[] {
  if (now < nextDue(view.due)) return [];
  const explained = digestsExplainedBy(event);
  return awaitedOf(view, peekDue(view.due, now), now)
    .filter((push) => !explained.has(push.digest) && dueAt(view, push) <= now)
    .sort(byPush);
}

/** The latest moment up to `now` at which the time of a push was over; undefined when none waits for so long. */
export function lastDuePush(view: ProjectView, now: number): number | undefined {
  if (now < nextDue(view.due)) return undefined;
  let last: number | undefined;
  for (const { digest, deadline } of peekDue(view.due, now)) {
    for (const push of view.awaited.get(digest) ?? []) {
      const due = Math.max(deadline, dueAt(view, push));
      if (due <= now) last = Math.max(last ?? due, due);
    }
  }
  return last;
}

/** Counts the due pushes as what they are by now, and forgets them. */
export function settleDue(view: ProjectView, now: number, event: ProvostEvent): void {
  if (now < nextDue(view.due)) return;
  const explained = digestsExplainedBy(event);
  for (const push of awaitedOf(view, takeDue(view.due, now), now).sort(byPush)) {
    if (explained.has(push.digest)) {
      // It is resolved right after; should only its attestation be missing then, it is due with the next event.
      addDue(view.due, { deadline: push.deadline, digest: push.digest });
      continue;
    }
    if (dueAt(view, push) > now) {
      addDue(view.due, { deadline: now + MIN_GRACE, digest: push.digest });
      continue;
    }
    settle(view, push);
    const waiting = (view.awaited.get(push.digest) ?? []).filter((other) => other !== push);
    if (waiting.length === 0) view.awaited.delete(push.digest);
    else view.awaited.set(push.digest, waiting);
  }
}

/** The pushes that still wait behind the entries of the queue, each once. */
function awaitedOf(view: ProjectView, due: readonly Due[], now: number): AwaitedPush[] {
  const pushes: AwaitedPush[] = [];
  for (const digest of new Set(due.map((one) => one.digest))) {
    for (const push of view.awaited.get(digest) ?? []) if (push.deadline <= now) pushes.push(push);
  }
  return pushes;
}

/** Oldest first; nothing depends on how the queue happens to lie. */
function byPush(a: AwaitedPush, b: AwaitedPush): number {
  return a.at - b.at || (a.digest < b.digest ? -1 : a.digest > b.digest ? 1 : 0);
}

/**
 * When its time is over. Where builds push within their runs, a push also waits for the end of the run that is under
 * way: deliveries are late, or the run is long.
 */
function dueAt(view: ProjectView, push: AwaitedPush): number {
  if (push.explained || push.withinRun !== true) return push.deadline;
  const until = beingBuiltUntil(view, push.repository) ?? 0;
  return Math.max(push.deadline, Math.min(push.at + MAX_GRACE, until));
}

function digestsExplainedBy(event: ProvostEvent): ReadonlySet<string> {
  if (event.type === 'build.finished' && event.data.outcome === 'success') {
    return new Set(event.data.outputs?.map((output) => output.digest));
  }
  return new Set(event.type === 'attestation.attached' ? [event.data.digest] : []);
}

function settle(view: ProjectView, push: AwaitedPush): void {
  const repository = view.repositories.get(push.repository);
  if (repository === undefined) return;
  if (!push.explained && isHabit(repository, push)) {
    repository.lastGap = push.at;
    observe(repository.explained, false);
    observe(view.explained, false);
  }
  if (!push.attested) observeAttested(repository, false);
}

/** Strangers make no habits where others publish, and a series of gaps is one. */
function isHabit(repository: RepositoryView, push: AwaitedPush): boolean {
  if (!push.publisherKnown) return false;
  return repository.lastGap === 0 || push.at - repository.lastGap >= GAP_SPACING;
}

function settleOldest(view: ProjectView): void {
  const oldest = oldestOf(view.awaited);
  if (oldest === undefined) return;
  for (const push of oldest[1]) settle(view, push);
  view.awaited.delete(oldest[0]);
}

function learnExplained(view: ProjectView, repository: RepositoryView, before: boolean): void {
  observe(repository.explained, true);
  observe(repository.explainedBefore, before);
  observe(view.explained, true);
  observe(view.explainedBefore, before);
}

export function observeAttested(repository: RepositoryView, attested: boolean): void {
  repository.attested ??= createBitWindow();
  observe(repository.attested, attested);
}

function learnWithinRun(repository: RepositoryView, withinRun: boolean | undefined): void {
  if (withinRun === undefined) return;
  repository.withinRun ??= createBitWindow();
  observe(repository.withinRun, withinRun);
}

/** By the project's clock, which late deliveries leave behind as well as late builds. */
function learnLateness(repository: RepositoryView, delay: number): void {
  repository.lateness = Math.max(delay, repository.lateness * 0.9, 1);
}

function learnOrigin(repository: RepositoryView, build: BuildFact, at: number): void {
  const key = originKey(build);
  const known = repository.origins.get(key) ?? { first: at, last: at, count: 0 };
  known.count += 1;
  known.last = Math.max(known.last, at);
  if (repository.origins.size >= MAX_ORIGINS)
    setNewest(repository.origins, key, known, MAX_ORIGINS);
  else repository.origins.set(key, known);
}
