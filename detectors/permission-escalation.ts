import type { Detector, DetectorMetadata, FindingDraft, JudgeContext } from './detector.ts';
import { permissionEscalationExamples } from './examples/permission-escalation-examples.ts';
import { judgeGrant } from './permission-escalation/judge-grant.ts';
import { judgePower } from './permission-escalation/judge-power.ts';
import { judgeScopes } from './permission-escalation/judge-scopes.ts';

const metadata: DetectorMetadata = {
  id: 'D16',
  rule: 'permission-escalation',
  version: 1,
  title: 'Somebody gets or uses more rights than before',
  description:
    'A role, a membership or the scope of a credential is widened by somebody who never gave rights here, or for oneself; or a principal uses a power (changes who sees a repository, removes it, removes much of it) that it never used and that no grant on record gives it. What the usual administrator gives to others is only put on record. What takes rights or content away after somebody else struck, and what turns a change back, is containment and silent.',
  severity: 'critical',
  listensTo: [
    'role.granted',
    'member.added',
    'token.created',
    'repository.visibility-changed',
    'repository.deleted',
    'artifact.deleted',
    'tag.deleted',
    'package.removed',
  ],
  falsePositives: [
    'A new administrator, or one who changes a visibility for the first time.',
    'Rights that were given before grants reached the ledger.',
  ],
  knownGaps: [
    'Whether a role or scope is powerful is guessed from its name.',
    'Rights given inside an identity provider that sends no events are not seen.',
    'The usual administrator whose account is stolen looks usual, but for the place (D15).',
    'Somebody with a second account who hides a strike by removing what it left looks like containment.',
  ],
  remediation:
    'Confirm with the owner of the project that the right was meant; if not, take it back, revoke the credentials of giver and receiver, and look at everything done with it.',
  references: {
    attack: ['T1098', 'T1078', 'T1548'],
    slsa: ['A: Producer', 'G: Package upload'],
    controls: ['AC-2', 'AC-6', 'AU-12'],
  },
};

function judge(context: JudgeContext): readonly FindingDraft[] {
  const { event } = context.entry;
  switch (event.type) {
    case 'role.granted':
    case 'member.added':
      return judgeGrant(context, event);
    case 'token.created':
      return judgeScopes(context, event);
    case 'repository.visibility-changed':
    case 'repository.deleted':
    case 'artifact.deleted':
    case 'tag.deleted':
    case 'package.removed':
      return judgePower(context, event);
    // No other type gives or uses such a right.
    default:
      return [];
  }
}

export const permissionEscalation: Detector = {
  metadata,
  judge,
  examples: permissionEscalationExamples,
};
