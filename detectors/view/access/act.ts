import type { EventOf, ProvostEvent } from '../../../services/core/events/event.ts';
import { DAY } from '../limits.ts';
import type { ProjectView } from '../project-view.ts';
import type { AccessView, PrincipalView, TokenView } from './access-view.ts';
import { withoutPort } from './network-of.ts';

/** How much an act weighs: reading, entering, making a credential, writing, removing or changing who may do what. */
export const LEVEL = { read: 0, enter: 1, mint: 2, write: 3, power: 4 } as const;

/** What somebody did, as far as access is concerned. */
export type Act = {
  /** The principal: an actor's name, else `token:ID`, else `address:ADDRESS`. */
  readonly who: string;
  readonly level: number;
  readonly address: string;
  readonly agent: string;
  /** The credential that was used, or empty. */
  readonly token: string;
  readonly repository: string;
};

type Fields = {
  readonly actor?: { readonly name: string };
  readonly publisher?: { readonly name: string };
  readonly client?: {
    readonly address?: string;
    readonly userAgent?: string;
    readonly tokenId?: string;
  };
  readonly repository?: string;
  readonly tokenId?: string;
};

/** The act of an event, or undefined when it is none or nobody can be told apart by it. */
export function actOf(access: AccessView, event: ProvostEvent): Act | undefined {
  if (!isAct(event)) return undefined;
  const level = LEVELS[event.type];
  const { actor, publisher, client, repository = '', tokenId }: Fields = event.data;
  const token = (event.type === 'token.used' ? tokenId : client?.tokenId) ?? '';
  const address = withoutPort(client?.address ?? '');
  const who = actor?.name ?? publisher?.name ?? userOf(access, token, address);
  if (who === '') return undefined;
  return { who, level, address, agent: client?.userAgent ?? '', token, repository };
}

/** Whether the principal is only an address: it has no networks, and nobody knows who is behind it. */
export function isAddress(who: string): boolean {
  return who.startsWith('address:');
}

export function findPrincipal(access: AccessView, who: string): PrincipalView | undefined {
  return access.principals.get(who) ?? access.newcomers.get(who);
}

export function findToken(access: AccessView, token: string): TokenView | undefined {
  return token === '' ? undefined : (access.tokens.get(token) ?? access.newTokens.get(token));
}

/**
 * When an act counts as done: its own time, but never more than a day before the latest, so that a sender who dates it
 * back cannot place it before habits had formed. Late deliveries keep their time.
 */
export function momentOf(view: ProjectView, at: number): number {
  return Math.max(at, view.now - DAY);
}

function userOf(access: AccessView, token: string, address: string): string {
  if (token !== '') return findToken(access, token)?.owner || `token:${token}`;
  return address === '' ? '' : `address:${address}`;
}

const LEVELS = {
  'artifact.pulled': LEVEL.read,
  'login.succeeded': LEVEL.enter,
  'token.used': LEVEL.enter,
  'token.revoked': LEVEL.enter,
  'role.revoked': LEVEL.enter,
  'member.removed': LEVEL.enter,
  'build.finished': LEVEL.enter,
  'token.created': LEVEL.mint,
  'artifact.pushed': LEVEL.write,
  'tag.moved': LEVEL.write,
  'package.published': LEVEL.write,
  'artifact.deleted': LEVEL.power,
  'tag.deleted': LEVEL.power,
  'package.removed': LEVEL.power,
  'repository.deleted': LEVEL.power,
  'repository.visibility-changed': LEVEL.power,
  'role.granted': LEVEL.power,
  'member.added': LEVEL.power,
} as const;

type ActEvent = EventOf<keyof typeof LEVELS>;

// Looked up for every event: a set is the fastest way to say no.
const ACTS: ReadonlySet<string> = new Set(Object.keys(LEVELS));

function isAct(event: ProvostEvent): event is ActEvent {
  return ACTS.has(event.type);
}
