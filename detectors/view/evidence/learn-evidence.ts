import type { EventData } from '../../../services/core/events/catalogue.ts';
import type { Entry } from '../../../services/core/events/event.ts';
import { splitPurl } from '../../../services/core/image/diff-packages.ts';
import { createBitWindow, observe } from '../../windows/bit-window.ts';
import { setNewest } from '../bounded-map.ts';
import { cutDigest } from '../content/image-record.ts';
import { actorOf, refOf } from '../entry-facts.ts';
import type { Learner } from '../learner.ts';
import { DAY, HOUR } from '../limits.ts';
import type { ProjectView, RepositoryView } from '../project-view.ts';
import { archiveKey } from './archives.ts';
import {
  createSignerHabit,
  type EvidenceView,
  MAX_IDENTITIES,
  type RebuildHabit,
  type SignerHabit,
} from './evidence-view.ts';
import { identityOf, signerNews } from './identity.ts';
import { learnPackage } from './learn-package.ts';
import {
  MAX_ARCHIVES,
  MAX_REBUILT,
  MAX_REMOVERS,
  MAX_ROTATIONS,
  MAX_SWITCHED,
  MAX_SWITCHES,
} from './releases-view.ts';
import { awaitSignature, learnSigned, SIGNATURE_EVENTS, settleUnsigned } from './unsigned.ts';

const PROVENANCE = 'https://slsa.dev/provenance/';
/** Comparisons with a rebuild until that they match is a habit. */
export const REBUILD_HABIT = 3;
/** Removals this far apart are two. */
export const REMOVAL_BURST = HOUR;

/** Who vouches for images and packages, what was rebuilt, and who removes. */
export const evidenceLearner: Learner = {
  listensTo: [
    ...new Set([
      ...SIGNATURE_EVENTS,
      'attestation.attached',
      'rebuild.compared',
      'package.published',
      'key.rotated',
      'token.revoked',
      'source.ref-updated',
      'artifact.deleted',
      'tag.deleted',
      'repository.deleted',
    ] as const),
  ],
  learn: (view, entry, at) => {
    const { event } = entry;
    if (view.now >= view.releases.nextUnsigned) settleUnsigned(view, event);
    switch (event.type) {
      case 'artifact.pushed':
      case 'tag.moved':
        awaitSignature(view, { ...entry, event }, at);
        return;
      case 'signature.attached':
        learnSignature(view, event.data, at);
        return;
      case 'attestation.attached':
        learnAttestation(view, event.data, at);
        return;
      case 'rebuild.compared':
        learnRebuild(view, event.data, at);
        return;
      case 'package.published':
        learnPackage(view, { ...entry, event }, at);
        return;
      case 'key.rotated':
      case 'token.revoked':
        learnRotation(view, { ...entry, event }, at);
        return;
      case 'source.ref-updated': {
        const { archiveDigest, sourceRepository, ref } = event.data;
        if (archiveDigest === undefined) return;
        const archive = { digest: archiveDigest, ref: refOf(entry) };
        setNewest(view.releases.archives, archiveKey(sourceRepository, ref), archive, MAX_ARCHIVES);
        return;
      }
      case 'artifact.deleted':
      case 'tag.deleted':
      case 'repository.deleted':
        learnRemoval(view, entry, event.data.repository, at);
        return;
      // Other types only show that time has passed.
      default:
        return;
    }
  },
};

export function isProvenance(predicateType: string): boolean {
  return predicateType.startsWith(PROVENANCE);
}

export function removerKey(actor: string, repository: string): string {
  return `${actor}\n${repository}`;
}

function learnSignature(
  view: ProjectView,
  data: EventData<'signature.attached'>,
  at: number,
): void {
  const repository = repositoryOf(view, data);
  if (repository === undefined) return;
  const evidence = evidenceOf(repository);
  evidence.signatures ??= createSignerHabit();
  const isExpired = data.expiresAt !== undefined && Date.parse(data.expiresAt) < at;
  learnSigner(view, repository.name, evidence.signatures, data, isExpired, at);
  learnSigned(view, repository, evidence, data.digest, at);
}

function learnAttestation(
  view: ProjectView,
  data: EventData<'attestation.attached'>,
  at: number,
): void {
  if (!isProvenance(data.predicateType)) return;
  const repository = repositoryOf(view, data);
  if (repository === undefined) return;
  const evidence = evidenceOf(repository);
  evidence.provenance ??= createSignerHabit();
  learnSigner(view, repository.name, evidence.provenance, data, false, at);
}

type Signed = {
  readonly signer?: EventData<'signature.attached'>['signer'];
  readonly verified: boolean;
};

/** An unverified signature where they verify makes no habit: anybody can attach one. */
function learnSigner(
  view: ProjectView,
  repository: string,
  habit: SignerHabit,
  { signer, verified }: Signed,
  isExpired: boolean,
  at: number,
): void {
  const news = signerNews(habit, signer);
  if (news.verifies && !verified) return;
  habit.total += 1;
  observe(habit.verified, verified);
  observe(habit.expired, isExpired);
  if (signer === undefined) return;
  const id = identityOf(signer);
  const usual = news.usual[0]?.id;
  if (news.kind === 'other-identity' && usual !== undefined) {
    learnSwitch(view, `${usual}\n${id}`, repository, at);
  } else if (news.kind === 'other-key') {
    const before = habit.identities.find((one) => one.id === id)?.key ?? '';
    learnSwitch(view, `${before}\n${signer.keyId ?? ''}`, repository, at);
  }
  const known = habit.identities.find((one) => one.id === id);
  if (known === undefined) {
    const fresh = { id, first: at, last: at, count: 1, key: signer.keyId ?? '', keyCount: 1 };
    habit.identities = [...habit.identities, fresh]
      .sort((one, other) => other.last - one.last)
      .slice(0, MAX_IDENTITIES);
    return;
  }
  known.count += 1;
  known.last = Math.max(known.last, at);
  if (signer.keyId === undefined) return;
  known.keyCount = known.key === signer.keyId ? known.keyCount + 1 : 1;
  known.key = signer.keyId;
}

function learnSwitch(view: ProjectView, key: string, repository: string, at: number): void {
  const { switches } = view.releases;
  const known = switches.get(key) ?? { last: at, repositories: [] };
  known.last = at;
  if (!known.repositories.includes(repository)) {
    known.repositories = [...known.repositories.slice(-(MAX_SWITCHED - 1)), repository];
  }
  setNewest(switches, key, known, MAX_SWITCHES);
}

/** A difference that stays is still one: after matches, only a match is a habit. */
function learnRebuild(view: ProjectView, data: EventData<'rebuild.compared'>, at: number): void {
  const repository = repositoryOf(view, data);
  let rebuilds = rebuildsOf(view, data);
  if (rebuilds === undefined) {
    rebuilds = { matches: createBitWindow(), mismatches: 0, since: 0 };
    if (repository !== undefined) evidenceOf(repository).rebuilds = rebuilds;
    else setNewest(view.releases.rebuilds, rebuiltName(view, data), rebuilds, MAX_REBUILT);
  }
  if (data.matches) {
    observe(rebuilds.matches, true);
    rebuilds.mismatches = 0;
    return;
  }
  if (rebuilds.matches.bits === 0) observe(rebuilds.matches, false);
  rebuilds.mismatches += 1;
  if (rebuilds.mismatches > 1) return;
  rebuilds.since = at;
  if (repository === undefined) return;
  const { releases } = view;
  releases.mismatching = [
    ...releases.mismatching.filter((one) => one.repository !== repository.name),
    { repository: repository.name, at },
  ].slice(-MAX_SWITCHED);
}

type Compared = Pick<EventData<'rebuild.compared'>, 'repository' | 'digest'>;

/** What rebuilds showed until now: of the repository, or of what is no image here, by its name. */
export function rebuildsOf(view: ProjectView, data: Compared): RebuildHabit | undefined {
  const repository = repositoryOf(view, data);
  if (repository !== undefined) return repository.evidence?.rebuilds;
  return view.releases.rebuilds.get(rebuiltName(view, data));
}

function rebuiltName(view: ProjectView, { repository, digest }: Compared): string {
  const purl = view.releases.published.get(cutDigest(digest));
  return repository ?? (purl === undefined ? digest : splitPurl(purl).name);
}

function learnRotation(
  view: ProjectView,
  entry: Entry & {
    readonly event: Extract<Entry['event'], { type: 'key.rotated' | 'token.revoked' }>;
  },
  at: number,
): void {
  const { event } = entry;
  const { rotations } = view.releases;
  rotations.push({
    at,
    key: event.type === 'key.rotated' ? event.data.keyId : '',
    previous: event.type === 'key.rotated' ? (event.data.previousKeyId ?? '') : event.data.tokenId,
    by: actorOf(event),
    ref: refOf(entry),
  });
  if (rotations.length > MAX_ROTATIONS) rotations.shift();
}

function learnRemoval(view: ProjectView, entry: Entry, repository: string, at: number): void {
  const { removals } = view.releases;
  const key = removerKey(actorOf(entry.event), repository);
  const known = removals.get(key);
  if (known !== undefined && at - known.last < REMOVAL_BURST && at - known.start < DAY) {
    known.count += 1;
    known.last = Math.max(known.last, at);
    if (known.broke !== true && takesNeeded(view, entry)) known.broke = true;
    return;
  }
  const burst = {
    start: at,
    last: at,
    count: 1,
    ...(takesNeeded(view, entry) ? { broke: true } : {}),
  };
  setNewest(removals, key, burst, MAX_REMOVERS);
}

/** Reasons that clean-up jobs give for what they remove. */
export const CLEAN_UP =
  /retention|retain|expir|clean.?up|lifecycle|garbage|\bgc\b|prun|untagged|older than|purge/i;

/** Whether a clean-up took what runs cite, or a part of an index that has a tag. */
function takesNeeded(view: ProjectView, { event }: Entry): boolean {
  if (event.type !== 'artifact.deleted' || !CLEAN_UP.test(event.data.reason ?? '')) return false;
  const repository = view.repositories.get(event.data.repository);
  const { digest } = event.data;
  if (view.citations.has(digest) || view.citedChildren.has(digest)) return true;
  return repository !== undefined && indexWith(repository, digest) !== undefined;
}

/** The tagged index that needs the digest. */
export function indexWith(repository: RepositoryView, digest: string): string | undefined {
  for (const known of repository.tagged.values()) {
    if (known.children?.includes(digest) === true) return known.digest;
  }
  return undefined;
}

function repositoryOf(
  view: ProjectView,
  data: { readonly repository?: string | undefined },
): RepositoryView | undefined {
  return data.repository === undefined ? undefined : view.repositories.get(data.repository);
}

function evidenceOf(repository: RepositoryView): EvidenceView {
  repository.evidence ??= {};
  return repository.evidence;
}
