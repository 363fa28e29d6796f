import type { EventOf } from '../services/core/events/event.ts';
import { placeOf } from './context/registry-commands.ts';
import type { Detector, DetectorMetadata, FindingDraft, JudgeContext } from './detector.ts';
import { sideDoorWriteExamples } from './examples/side-door-write-examples.ts';
import { describeWrite, type UnseenWrite } from './side-door-write/describe-write.ts';
import { digestIn } from './view/explain.ts';
import { HOUR } from './view/limits.ts';
import { isForeignTo, isObserved } from './view/rhythm/unseen-write.ts';

/** A listing that was read while a push was under way may be a little behind, or ahead of its event. */
const RACE = HOUR;

const metadata: DetectorMetadata = {
  id: 'D29',
  rule: 'side-door-write',
  version: 1,
  title: 'Something was written past the events',
  description:
    'In a repository whose pushes are told to us, a listing, a pull by tag, an inspection or the digest before of a move shows content that no push, move or build ever named: somebody wrote through a way that is not watched, or an event was kept from us.',
  severity: 'critical',
  listensTo: [
    'registry.snapshot-taken',
    'tag.moved',
    'tag.deleted',
    'artifact.pulled',
    'artifact.inspected',
  ],
  falsePositives: [
    'A webhook that was down: the source is silent or its numbers have a gap at the same time.',
    'A registry that rewrites manifests when it serves them.',
  ],
  knownGaps: [
    'A repository with fewer than ten observed pushes in two weeks (four, where listings or pulls have confirmed them) proves nothing yet.',
    'Without listings, pulls or inspections nobody contradicts what the events say.',
  ],
  remediation:
    "Find the write in the registry's own log; until it is explained, treat the content as foreign and point the tag back.",
  references: {
    attack: ['T1525', 'T1195.002', 'T1562.008'],
    slsa: ['G: Package upload', 'H: Package registry threats'],
    controls: ['AU-12', 'SI-7', 'CM-5'],
  },
};

function judge(context: JudgeContext): readonly FindingDraft[] {
  const { event } = context.entry;
  switch (event.type) {
    case 'registry.snapshot-taken':
      return judgeListing(context, event);
    case 'tag.moved':
      return judgeClaim(context, event.data.repository, event.data.tag, event.data.from);
    case 'tag.deleted':
      return judgeClaim(context, event.data.repository, event.data.tag, event.data.digest);
    case 'artifact.pulled':
      return judgePull(context, event);
    case 'artifact.inspected':
      return judgeInspection(context, event);
    // The detector hears no other type.
    default:
      return [];
  }
}

/** A listing is one statement, however many of its tags nobody wrote. */
function judgeListing(
  context: JudgeContext,
  event: EventOf<'registry.snapshot-taken'>,
): readonly FindingDraft[] {
  const { view, at } = context;
  const repository = view.repositories.get(event.data.repository);
  if (repository === undefined || repository.pushes === 0 || !isObserved(repository, at)) return [];
  const writes: UnseenWrite[] = [];
  for (const { tag, digest } of event.data.tags) {
    const known = repository.tags.get(tag);
    if (known !== undefined && known.digest === digest && !known.gone) continue;
    const fresh = known !== undefined && at - known.last <= RACE;
    if (fresh && known.before?.at(-1)?.digest === digest) continue;
    if (known?.gone === true && (fresh || known.digest === digest)) continue;
    writes.push({ tag, digest, expected: known, foreign: isForeignTo(view, repository, digest) });
  }
  const listed = event.data.complete ? new Set(event.data.tags.map(({ tag }) => tag)) : undefined;
  const missing: string[] = [];
  for (const [tag, { gone, last }] of listed === undefined ? [] : repository.tags) {
    if (!gone && at - last > RACE && listed?.has(tag) === false) missing.push(tag);
  }
  if (writes.length === 0 && missing.length === 0) return [];
  return [
    describeWrite(context, repository, { how: 'a listing of the registry', writes, missing }),
  ];
}

/** The producer of a move says where the tag was; if that is not where it was seen last, a write is missing. */
function judgeClaim(
  context: JudgeContext,
  name: string,
  tag: string,
  claimed: string | null | undefined,
): readonly FindingDraft[] {
  const { view, at } = context;
  const repository = view.repositories.get(name);
  const known = repository?.tags.get(tag);
  if (!claimed || repository === undefined || known === undefined || known.gone) return [];
  if (known.digest === claimed || at < known.last || !isObserved(repository, at)) return [];
  if (known.before?.some((point) => point.digest === claimed) === true) return [];
  const foreign = isForeignTo(view, repository, claimed);
  const writes = [{ tag, digest: claimed, expected: known, foreign }];
  return [
    describeWrite(context, repository, {
      how: 'the digest before of a change',
      writes,
      missing: [],
    }),
  ];
}

function judgePull(
  context: JudgeContext,
  event: EventOf<'artifact.pulled'>,
): readonly FindingDraft[] {
  const { view, at } = context;
  const { tag, digest, registry } = event.data;
  if (tag === undefined || digest === undefined) return [];
  const repository = view.repositories.get(event.data.repository);
  const known = repository?.tags.get(tag);
  if (repository === undefined || known === undefined || known.digest === digest) return [];
  // What another registry serves under the name is no word about ours.
  const { registry: home } = placeOf(repository, { repository: repository.name });
  if (registry !== undefined && home !== '' && registry !== home) return [];
  if (!isForeignTo(view, repository, digest) || !isObserved(repository, at)) return [];
  const writes = [{ tag, digest, expected: known, foreign: true }];
  return [describeWrite(context, repository, { how: 'a pull by tag', writes, missing: [] })];
}

function judgeInspection(
  context: JudgeContext,
  event: EventOf<'artifact.inspected'>,
): readonly FindingDraft[] {
  const { view, at } = context;
  const { digest } = event.data;
  const repository = view.repositories.get(event.data.repository);
  if (repository === undefined || digestIn(repository, digest) !== undefined) return [];
  if (!isForeignTo(view, repository, digest) || !isObserved(repository, at)) return [];
  const writes = [{ tag: undefined, digest, expected: undefined, foreign: true }];
  return [describeWrite(context, repository, { how: 'an inspection', writes, missing: [] })];
}

export const sideDoorWrite: Detector = { metadata, judge, examples: sideDoorWriteExamples };
