import type { NamesView } from '../view/packages/names-view.ts';
import { isOneLetterOff } from '../view/packages/near-names.ts';
import { skeletonOf } from '../view/packages/skeleton.ts';

/** Public registries whose names are neighbours of each other by accident. */
const PUBLIC = new Set([
  'docker.io',
  'index.docker.io',
  'ghcr.io',
  'gcr.io',
  'icr.io',
  'ocir.io',
  'lscr.io',
  'nvcr.io',
  'quay.io',
  'public.ecr.aws',
  'mcr.microsoft.com',
  'registry.k8s.io',
  'k8s.gcr.io',
  'us.gcr.io',
  'eu.gcr.io',
  'cgr.dev',
]);
/** Uses after which a host is one that the project knows. */
const KNOWN_USES = 10;

/** The host in regular use that a new one could be taken for. */
export function hostLike(names: NamesView, host: string): string | undefined {
  if (names.hosts.has(host) || PUBLIC.has(host)) return undefined;
  const skeleton = skeletonOf(host);
  for (const [known, { uses }] of names.hosts) {
    if (uses < KNOWN_USES) continue;
    if (skeletonOf(known) === skeleton || isOneLetterOff(known, host)) return known;
  }
  return undefined;
}
