import type { ContextDraft, EvidenceDraft } from '../detector.ts';
import { DAY } from '../view/limits.ts';
import type { ProjectView } from '../view/project-view.ts';

/** A rotation explains what changes this long after it; everything follows within that. */
const ROTATION = 14 * DAY;
const SEVERAL = 2;

export type SignerSwitch = {
  readonly repository: string;
  /** Identity or key that signed until now, and the one that signs instead. */
  readonly from: string;
  readonly to: string;
  /** Key ids, where the event says them. */
  readonly fromKey?: string;
  readonly toKey?: string;
  readonly at: number;
};

export type RotationContext = {
  readonly context: readonly ContextDraft[];
  readonly evidence: readonly EvidenceDraft[];
};

/**
 * Says whether a change of who signs is a rotation: the key service rotated the key or revoked the old credential
 * beforehand, or other repositories changed in the same way. What the signature says of itself clears nothing.
 */
export function signerRotation(view: ProjectView, change: SignerSwitch): RotationContext {
  const context: ContextDraft[] = [];
  const evidence: EvidenceDraft[] = [];
  const { rotations, switches } = view.releases;
  const recent = rotations.filter(({ at }) => change.at >= at && change.at - at <= ROTATION);
  const rotation = recent.findLast(
    ({ key, previous }) => names(change, key, 'to') || names(change, previous, 'from'),
  );
  if (rotation !== undefined) {
    const isNew = names(change, rotation.key, 'to');
    context.push({
      kind: 'rotation',
      reason: isNew
        ? `The key was rotated to this one beforehand (entry ${rotation.ref.index} of shard ${rotation.ref.shard})`
        : `The old key or credential was revoked or replaced beforehand (entry ${rotation.ref.index} of shard ${rotation.ref.shard})`,
      effect: isNew ? -0.4 : -0.3,
    });
    evidence.push({ ...rotation.ref, role: 'the rotation' });
  }
  const together = switches.get(`${change.from}\n${change.to}`);
  const others = (together?.repositories ?? []).filter((name) => name !== change.repository);
  if (together !== undefined && others.length >= SEVERAL && change.at - together.last <= ROTATION) {
    context.push({
      kind: 'switched-together',
      reason: `${others.length} other repositories changed from the one to the other: ${others.join(', ')}`,
      effect: -0.25,
    });
  }
  return { context, evidence };
}

function names(change: SignerSwitch, key: string, side: 'from' | 'to'): boolean {
  if (key === '') return false;
  const keyId = side === 'from' ? change.fromKey : change.toKey;
  return key === keyId || key === change[side];
}
