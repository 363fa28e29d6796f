import type { EventOf } from '../../services/core/events/event.ts';
import type { AccessView } from '../view/access/access-view.ts';
import { packageOf, publisherOf, wereLately } from '../view/access/learn-packages.ts';

const ENOUGH = 5;

/**
 * Whether a package that is published by its pipeline (attested, or without any long-lived credential) is published by
 * one: a credential or an account from before, or one that the project knows. Says what is usual, else undefined.
 */
export function supersededFor(
  access: AccessView,
  { data }: EventOf<'package.published'>,
): string | undefined {
  const known = access.packages.get(packageOf(data.purl));
  const tokenId = data.client?.tokenId;
  if (known === undefined || data.attested === true) return undefined;
  const attested = wereLately(known.attested, ENOUGH);
  const tokenless = wereLately(known.tokenless, ENOUGH);
  const isFormer = known.publishers.slice(0, -1).includes(publisherOf(data));
  if (tokenId !== undefined && tokenless && (attested || isFormer)) {
    return attested
      ? 'its versions come attested from a pipeline, without a long-lived credential'
      : 'its versions come without a long-lived credential';
  }
  const isReturning = isFormer && known.publishers.at(-1) !== publisherOf(data);
  return attested && data.attested === false && isReturning
    ? 'its versions come attested from a pipeline'
    : undefined;
}
