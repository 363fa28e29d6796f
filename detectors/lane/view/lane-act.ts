import type { ProvostEvent } from '../../../services/core/events/event.ts';
import { networkOf } from '../../view/access/network-of.ts';
import { createMemo } from '../../view/memo.ts';

/** What somebody did, as far as the lane is concerned. */
export type LaneAct = {
  /** Actor, publisher or pusher; empty when the event names nobody. */
  readonly who: string;
  /** A robot or a service, as the producer says. */
  readonly robot: boolean;
  /** The credential that was used, or empty. */
  readonly token: string;
  /** The network that it came from; empty when unknown or private, where many share one. */
  readonly network: string;
  readonly level: 'read' | 'enter' | 'mint' | 'write';
  readonly repository: string;
};

const LEVELS: ReadonlyMap<string, LaneAct['level']> = new Map(
  Object.entries({
    'artifact.pulled': 'read',
    'login.succeeded': 'enter',
    'token.used': 'enter',
    'token.created': 'mint',
    'artifact.pushed': 'write',
    'tag.moved': 'write',
    'artifact.deleted': 'write',
    'tag.deleted': 'write',
    'repository.deleted': 'write',
    'repository.visibility-changed': 'write',
    'source.ref-updated': 'write',
    'package.published': 'write',
    'package.removed': 'write',
    'role.granted': 'write',
    'member.added': 'write',
  }),
);

type Fields = {
  readonly actor?: Person;
  readonly publisher?: Person;
  readonly pusher?: Person;
  readonly client?: { readonly address?: string; readonly tokenId?: string };
  readonly tokenId?: string;
  readonly repository?: string;
  readonly sourceRepository?: string;
  readonly purl?: string;
};

type Person = { readonly name: string; readonly kind?: string };

const PRIVATE = /^(?:10|127|192\.168|172\.(?:1[6-9]|2\d|3[01])|169\.254)\.|^f[cde]|^::1/i;

const MAX_ADDRESSES = 8192;

const publicNetworkOf = createMemo(MAX_ADDRESSES, (address: string) =>
  PRIVATE.test(address) ? '' : networkOf(address),
);

/** The act of an event, or undefined for one that nobody does. */
export function laneActOf(event: ProvostEvent): LaneAct | undefined {
  const level = LEVELS.get(event.type);
  if (level === undefined) return undefined;
  const data = event.data as Fields;
  const person = data.actor ?? data.publisher ?? data.pusher;
  const address = data.client?.address ?? '';
  return {
    who: person?.name ?? '',
    robot: person?.kind === 'robot' || person?.kind === 'service',
    token: (event.type === 'token.used' ? data.tokenId : data.client?.tokenId) ?? '',
    network: address === '' ? '' : publicNetworkOf(address),
    level,
    repository: data.repository ?? data.sourceRepository ?? data.purl ?? '',
  };
}
