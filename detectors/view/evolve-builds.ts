import type { Entry, EventOf } from '../../services/core/events/event.ts';
import { setNewest } from './bounded-map.ts';
import { actorOf, refOf } from './entry-facts.ts';
import { markOf } from './entry-mark.ts';
import { observeAttested, resolveAwaited } from './evolve-provenance.ts';
import { digestIn } from './explain.ts';
import { MAX_BUILDS } from './limits.ts';
import type { AttestationFact, BuildFact, ProjectView } from './project-view.ts';
import { shareDigest, shareText } from './shared-text.ts';

const PROVENANCE_PREDICATE = 'https://slsa.dev/provenance/';

/** A successful run explains its outputs; one that failed explains nothing, whatever it lists. */
export function learnBuild(
  view: ProjectView,
  entry: Entry & { readonly event: EventOf<'build.finished'> },
  at: number,
): void {
  const { data } = entry.event;
  if (data.outcome !== 'success' || data.outputs === undefined) return;
  const ref = refOf(entry);
  const build: BuildFact = {
    mark: markOf(ref, at),
    producer: ref.source,
    builder: shareText(data.builderId ?? ''),
    source: shareText(data.sourceRepository ?? ''),
    by: shareText(actorOf(entry.event)),
  };
  for (const { digest: told, repository } of data.outputs) {
    const digest = shareDigest(told);
    setNewest(view.builds, digest, build, MAX_BUILDS);
    const home = repository === undefined ? undefined : view.repositories.get(repository);
    const known = home && digestIn(home, digest);
    if (known !== undefined) known.build = build;
    for (const push of view.awaited.get(digest) ?? []) {
      const place = view.repositories.get(push.repository);
      const pushed = place && digestIn(place, digest);
      if (pushed !== undefined) pushed.build = build;
    }
    resolveAwaited(view, digest, { at, build });
  }
}

/** Provenance that was verified here explains a digest; what is merely claimed explains nothing. */
export function learnAttestation(
  view: ProjectView,
  entry: Entry & { readonly event: EventOf<'attestation.attached'> },
  at: number,
): void {
  const { data } = entry.event;
  if (!data.verified || !data.predicateType.startsWith(PROVENANCE_PREDICATE)) return;
  const ref = refOf(entry);
  const attestation: AttestationFact = {
    mark: markOf(ref, at),
    producer: ref.source,
    signer: shareText(data.signer?.identity ?? ''),
  };
  setNewest(view.attestations, shareDigest(data.digest), attestation, MAX_BUILDS);
  const home = data.repository === undefined ? undefined : view.repositories.get(data.repository);
  const known = home && digestIn(home, data.digest);
  if (known !== undefined) known.attestation = attestation;
  // The first attestation of a repository starts its habit; the pushes after it wait for theirs.
  if (home !== undefined && home.attested === undefined) observeAttested(home, true);
  resolveAwaited(view, data.digest, { at });
}
