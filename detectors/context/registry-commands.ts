import type { RemediationStep } from '../../services/core/finding.ts';
import { shellQuote } from '../text/shell-quote.ts';
import type { RepositoryView } from '../view/project-view.ts';

/** Where a repository lies, for commands: without a known registry host the person sets `$REGISTRY` first. */
export type Place = { readonly registry: string; readonly repository: string };

export function placeOf(
  repository: RepositoryView | undefined,
  data: { readonly registry?: string | undefined; readonly repository: string },
): Place {
  return {
    registry: data.registry ?? repository?.registry ?? '',
    repository: data.repository,
  };
}

export function inspectDigest(place: Place, digest: string, text: string): RemediationStep {
  return { text: text + hint(place), command: `skopeo inspect ${reference(place, `@${digest}`)}` };
}

/** Points the tag back to a digest that the registry still holds, byte for byte. */
export function pointTagBack(place: Place, tag: string, digest: string): RemediationStep {
  return {
    text: `Once it is clear that the move was not meant, point the tag back to the digest before.${hint(place)}`,
    command: `skopeo copy --all --preserve-digests ${reference(place, `@${digest}`)} ${reference(place, `:${tag}`)}`,
  };
}

export function listReferrers(place: Place, digest: string): RemediationStep {
  return {
    text: `See which attestations and signatures the registry holds for the digest.${hint(place)}`,
    command: `oras discover ${reference(place, `@${digest}`, '')}`,
  };
}

export function restoreDigest(place: Place, digest: string): RemediationStep {
  return {
    text: `Push the digest back from a copy (a mirror, a site cache, an archive): replace COPY by where it lies.${hint(place)}`,
    command: `skopeo copy --all --preserve-digests COPY ${reference(place, `@${digest}`)}`,
  };
}

function reference({ registry, repository }: Place, suffix: string, scheme = 'docker://'): string {
  if (registry !== '') return shellQuote(`${scheme}${registry}/${repository}${suffix}`);
  return `"${scheme}$REGISTRY"${shellQuote(`/${repository}${suffix}`)}`;
}

function hint({ registry }: Place): string {
  return registry === '' ? ' Set REGISTRY to the host name of the registry first.' : '';
}
