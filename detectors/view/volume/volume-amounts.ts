import type { ProvostEvent } from '../../../services/core/events/event.ts';
import { actorOf } from '../entry-facts.ts';
import { createMemo } from '../memo.ts';
import type { VolumeKind } from './volume-view.ts';

/** What an event adds to one series. */
export type VolumeAmount = {
  readonly kind: VolumeKind;
  readonly key: string;
  /** Empty for the whole project, else a repository or `@` and a principal. */
  readonly subject: string;
  readonly amount: number;
};

/** The series that an event counts in: its kind for the project, for its repository and for who acted. */
export function volumeAmountsOf(event: ProvostEvent): readonly VolumeAmount[] {
  // The rule and the learner ask one after the other.
  if (latest?.event !== event) latest = { event, amounts: readAmounts(event) };
  return latest.amounts;
}

let latest: { readonly event: ProvostEvent; readonly amounts: readonly VolumeAmount[] } | undefined;

const NONE: readonly VolumeAmount[] = [];

function readAmounts(event: ProvostEvent): readonly VolumeAmount[] {
  const kind = kindOf(event);
  if (kind === undefined) return NONE;
  const repository = 'repository' in event.data ? (event.data.repository ?? '') : '';
  const actor = actorOf(event);
  const principal = actor === '' ? '' : `@${actor}`;
  const amounts = [amount(kind, '', 1)];
  if (repository !== '') amounts.push(amount(kind, repository, 1));
  if (principal !== '') amounts.push(amount(kind, principal, 1));
  const bytes = event.type === 'artifact.pulled' ? (event.data.bytes ?? 0) : 0;
  if (bytes > 0) {
    amounts.push(amount('bytes', '', bytes));
    if (principal !== '') amounts.push(amount('bytes', principal, bytes));
  }
  return amounts;
}

/** A key of the map is joined once and keeps its hash, while its subject is active; `+` would keep the parts as well. */
const MAX_KEYS = 1024;

const KEYS: Readonly<Record<VolumeKind, (subject: string) => string>> = {
  pushes: keysOf('pushes'),
  pulls: keysOf('pulls'),
  removals: keysOf('removals'),
  bytes: keysOf('bytes'),
  failures: keysOf('failures'),
};

function keysOf(kind: VolumeKind): (subject: string) => string {
  return createMemo(MAX_KEYS, (subject) => [kind, subject].join('\t'));
}

function amount(kind: VolumeKind, subject: string, value: number): VolumeAmount {
  return { kind, key: KEYS[kind](subject), subject, amount: value };
}

function kindOf(event: ProvostEvent): VolumeKind | undefined {
  switch (event.type) {
    case 'artifact.pushed':
    case 'tag.moved':
    case 'package.published':
      return 'pushes';
    case 'artifact.pulled':
      return 'pulls';
    case 'artifact.deleted':
    case 'tag.deleted':
    case 'package.removed':
      return 'removals';
    case 'login.failed':
      return 'failures';
    case 'build.finished':
      return event.data.outcome === 'failure' ? 'failures' : undefined;
    // Other types are rare by nature; their rates say nothing.
    default:
      return undefined;
  }
}
