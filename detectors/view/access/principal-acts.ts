import type { EventType } from '../../../services/core/events/catalogue.ts';

/** What a principal does with its credential, as far as every rule about credentials looks at it. */
export const PRINCIPAL_ACTS = [
  'artifact.pulled',
  'artifact.pushed',
  'artifact.deleted',
  'tag.moved',
  'tag.deleted',
  'repository.deleted',
  'repository.visibility-changed',
  'login.succeeded',
  'token.created',
  'token.used',
  'role.granted',
  'member.added',
  'package.published',
  'package.removed',
] as const satisfies readonly EventType[];
