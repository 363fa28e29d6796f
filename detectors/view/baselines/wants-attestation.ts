import { allows } from './allows.ts';
import type { ApprovedBaseline, BaselinesView } from './baselines-view.ts';

/** Whether the baseline says that what is pushed gets an attestation. */
export function wantsAttestation({ value: { attestation } }: ApprovedBaseline): boolean {
  return attestation !== undefined && !allows('attestation', attestation, ['none']);
}

/** Whether an approved baseline of the repository wants attestations, of all that is pushed or of a part. */
export function areAttestationsDeclared(baselines: BaselinesView, repository: string): boolean {
  return baselines.count > 0 && baselines.approved.get(repository)?.some(wantsAttestation) === true;
}
