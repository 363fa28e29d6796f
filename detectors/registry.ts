import { baseImageAge } from './base-image-age.ts';
import { baseImageChanged } from './base-image-changed.ts';
import { baselineViolation } from './baseline-violation.ts';
import { buildEnvironmentChanged } from './build-environment-changed.ts';
import { buildScriptChanged } from './build-script-changed.ts';
import { builderChanged } from './builder-changed.ts';
import { bulkRetag } from './bulk-retag.ts';
import { citationAtRisk } from './citation-at-risk.ts';
import { contentDrift } from './content-drift.ts';
import { correlatedIncident } from './correlated-incident.ts';
import { credentialInImage } from './credential-in-image.ts';
import { dependencyDrift } from './dependency-drift.ts';
import type { Detector } from './detector.ts';
import { dormantCredential } from './dormant-credential.ts';
import { environmentDrift } from './environment-drift.ts';
import { ledgerFork } from './ledger-fork.ts';
import { massDelete } from './mass-delete.ts';
import { massPull } from './mass-pull.ts';
import { nameConfusion } from './name-confusion.ts';
import { offHours } from './off-hours.ts';
import { packageProvenanceGap } from './package-provenance-gap.ts';
import { packagePublisherNew } from './package-publisher-new.ts';
import { permissionEscalation } from './permission-escalation.ts';
import { promotionPath } from './promotion-path.ts';
import { provenanceDowngrade } from './provenance-downgrade.ts';
import { provenanceGap } from './provenance-gap.ts';
import { publisherNew } from './publisher-new.ts';
import { rebuildMismatch } from './rebuild-mismatch.ts';
import { replay } from './replay.ts';
import { reproducibilityLoss } from './reproducibility-loss.ts';
import { retentionViolation } from './retention-violation.ts';
import { roleSeparation } from './role-separation.ts';
import { rollback } from './rollback.ts';
import { runPublishMismatch } from './run-publish-mismatch.ts';
import { runTagDrift } from './run-tag-drift.ts';
import { sideDoorWrite } from './side-door-write.ts';
import { signerChanged } from './signer-changed.ts';
import { sourceGap } from './source-gap.ts';
import { sourceRefAnomaly } from './source-ref-anomaly.ts';
import { sourceSilent } from './source-silent.ts';
import { sourceTagMutation } from './source-tag-mutation.ts';
import { staleMirror } from './stale-mirror.ts';
import { tagMutation } from './tag-mutation.ts';
import { taintJoin } from './taint-join.ts';
import { timeAnomaly } from './time-anomaly.ts';
import { tokenNewNetwork } from './token-new-network.ts';
import { unapprovedRemoval } from './unapproved-removal.ts';
import { volumeAnomaly } from './volume-anomaly.ts';

/** Every detector, in the order in which they speak. */
export const DETECTORS: readonly Detector[] = [
  tagMutation,
  provenanceGap,
  publisherNew,
  reproducibilityLoss,
  baselineViolation,
  sourceTagMutation,
  sourceRefAnomaly,
  packageProvenanceGap,
  packagePublisherNew,
  nameConfusion,
  massPull,
  volumeAnomaly,
  builderChanged,
  tokenNewNetwork,
  taintJoin,
  bulkRetag,
  permissionEscalation,
  massDelete,
  dormantCredential,
  offHours,
  rollback,
  buildScriptChanged,
  buildEnvironmentChanged,
  roleSeparation,
  // Second order: it hears what the rules above found.
  correlatedIncident,
  replay,
  sideDoorWrite,
  dependencyDrift,
  staleMirror,
  runPublishMismatch,
  runTagDrift,
  provenanceDowngrade,
  contentDrift,
  credentialInImage,
  baseImageChanged,
  rebuildMismatch,
  signerChanged,
  baseImageAge,
  promotionPath,
  retentionViolation,
  unapprovedRemoval,
  timeAnomaly,
  citationAtRisk,
  environmentDrift,
  ledgerFork,
  sourceSilent,
  sourceGap,
];
