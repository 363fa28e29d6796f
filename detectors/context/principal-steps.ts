import type { RemediationStep } from '../../services/core/finding.ts';
import { searchEntries } from './ledger-commands.ts';

/** What the principal is called in a sentence: an actor's name stands for itself. */
export function nameOf(who: string): string {
  if (who.startsWith('address:')) return `the address ${who.slice('address:'.length)}`;
  if (who.startsWith('token:')) return `the credential ${who.slice('token:'.length)}`;
  return who;
}

/** The same at the start of a sentence or a title. */
export function titleOf(who: string): string {
  const name = nameOf(who);
  return name === who ? who : `T${name.slice(1)}`;
}

/** Finds what the principal did around the moment; for a credential or an address, everything of that day. */
export function searchPrincipal(who: string, at: number): RemediationStep {
  const from = new Date(at - 86_400_000).toISOString().slice(0, 10);
  const isActor = nameOf(who) === who;
  return searchEntries(`See what ${nameOf(who)} did since the day before.`, {
    ...(isActor ? { actor: who } : {}),
    from,
  });
}
