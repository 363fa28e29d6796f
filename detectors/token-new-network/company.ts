import type { ContextDraft } from '../detector.ts';
import { listWords } from '../text/list-words.ts';
import type { AccessView } from '../view/access/access-view.ts';
import { findPrincipal } from '../view/access/act.ts';
import { GATHERING } from '../view/access/learn-principal.ts';
import { settledPlaces } from '../view/access/place-habit.ts';
import { DAY } from '../view/limits.ts';

/** A network in use for so long by so many is one of the project's own. */
const KNOWN = { age: 14 * DAY, users: 2 };

/**
 * Who else is in the network, as context: colleagues at home there make it the project's own; strangers who came there
 * in the same week from different homes are how one attacker with several accounts looks.
 */
export function companyOf(
  access: AccessView,
  who: string,
  name: string,
  at: number,
): readonly ContextDraft[] {
  const network = access.networks.get(name);
  if (network === undefined) return [];
  const residents = network.users.filter(
    (user) => user !== who && isAtHome(access, user, name, at),
  );
  if (at - network.first >= KNOWN.age && residents.length >= KNOWN.users) {
    return [
      {
        kind: 'known-network',
        reason: `${residents.length} others have worked from this network for weeks`,
        effect: -0.25,
      },
    ];
  }
  if (at - (network.strangeSince ?? 0) > GATHERING) return [];
  const homes = homesOf(access, who, at);
  const strangers = (network.strangers ?? []).filter(
    (user) => user !== who && !homesOf(access, user, at).some((home) => homes.includes(home)),
  );
  if (strangers.length === 0) return [];
  return [
    {
      kind: 'shared-by-strangers',
      reason: `${listWords(strangers.slice(-4))} came to the same new network within days, though they never shared one`,
      effect: strangers.length >= 2 ? 0.25 : 0.15,
    },
  ];
}

function isAtHome(access: AccessView, who: string, name: string, at: number): boolean {
  return homesOf(access, who, at).includes(name);
}

function homesOf(access: AccessView, who: string, at: number): readonly string[] {
  return settledPlaces(findPrincipal(access, who)?.networks, at);
}
