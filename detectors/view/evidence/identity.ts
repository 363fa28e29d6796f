import type { EventData } from '../../../services/core/events/catalogue.ts';
import { shareOf } from '../../windows/bit-window.ts';
import type { IdentityView, SignerHabit } from './evidence-view.ts';

type Signer = NonNullable<EventData<'signature.attached'>['signer']>;

const MAX_LENGTH = 240;
/** A workflow's identity names the ref or commit that ran: that is another one for every release. */
const AT_REF = /@(?:refs\/.*|[0-9a-f]{40}|[0-9a-f]{64})$/i;

/** Who signed, as one text that is the same for every release: the identity without its ref, and the issuer. */
export function identityOf(signer: Signer): string {
  const identity = signer.identity.replace(AT_REF, '');
  const issuer = signer.issuer === undefined ? '' : ` (${signer.issuer})`;
  return `${identity}${issuer}`.slice(0, MAX_LENGTH);
}

/** Signatures until who signs is a habit, and of one signer until the signer is part of it. */
const MIN_TOTAL = 5;
const MIN_OWN = 3;
/** Signatures in a row with one key id until another is news; certificates of minutes have a new one each time. */
const MIN_KEY = 4;

/** How a signature differs from those before: not at all, by its key, by who signed; or it is too early to say. */
export type SignerNews = {
  readonly kind: 'young' | 'usual' | 'other-key' | 'other-identity';
  /** Who is usual; the one of the most signatures first. */
  readonly usual: readonly IdentityView[];
  /** Signatures here are verified, and do not come expired. */
  readonly verifies: boolean;
  readonly expires: boolean;
};

export function signerNews(habit: SignerHabit | undefined, signer: Signer | undefined): SignerNews {
  const verifies =
    habit !== undefined && habit.verified.count >= MIN_TOTAL && shareOf(habit.verified) >= 0.9;
  const expires = habit !== undefined && shareOf(habit.expired) > 0.1;
  const usual = (habit?.identities ?? [])
    .filter(({ count }) => count >= MIN_OWN)
    .sort((one, other) => other.count - one.count);
  const about = { usual, verifies, expires };
  if (habit === undefined || habit.total < MIN_TOTAL || usual.length === 0) {
    return { kind: 'young', ...about };
  }
  if (signer === undefined) return { kind: 'usual', ...about };
  const id = identityOf(signer);
  const known = usual.find((one) => one.id === id);
  if (known === undefined) return { kind: 'other-identity', ...about };
  const isOtherKey =
    signer.keyId !== undefined && known.keyCount >= MIN_KEY && known.key !== signer.keyId;
  return { kind: isOtherKey ? 'other-key' : 'usual', ...about };
}
