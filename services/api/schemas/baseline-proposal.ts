import { type Static, Type } from 'typebox';
import type { ProposalRequest } from '../../baselines/read-proposal.ts';
import { ASPECTS, BaselineScope, Expectations } from '../../core/baseline/baseline.ts';
import { RepositoryName } from '../../core/events/fields.ts';

/** Why somebody proposes or decides. */
export const Reason = Type.Optional(
  Type.String({ minLength: 1, maxLength: 4096, description: 'Why, for the record' }),
);

/** One of the three ways to say what is known good. */
export const ProposalBody = Type.Object(
  {
    repository: Type.Optional(RepositoryName),
    scope: Type.Optional(BaselineScope),
    value: Type.Optional(Expectations),
    learned: Type.Optional(
      Type.Union([Type.Boolean(), Type.Array(Type.Enum(ASPECTS), { minItems: 1, maxItems: 64 })], {
        description: 'Propose what is learned: true for all that is established, or the aspects',
      }),
    ),
    file: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 262_144,
        description: 'A baseline file, YAML or JSON',
      }),
    ),
    signature: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 524_288,
        description: 'C2SP signed note or DSSE envelope over the file',
      }),
    ),
    reason: Reason,
  },
  { additionalProperties: false },
);

/** What the body asks for, exactly one of the three ways; undefined for none or several. */
export function toProposal(
  body: Static<typeof ProposalBody>,
  by: ProposalRequest['by'],
): ProposalRequest | undefined {
  const { repository, scope = {}, value, learned, file: text, signature, reason } = body;
  const who = { by, reason };
  if (text !== undefined) {
    const isAlone = [repository, body.scope, value, learned].every((part) => part === undefined);
    return isAlone ? { kind: 'file', text, signature, ...who } : undefined;
  }
  if (repository === undefined || signature !== undefined) return undefined;
  if (value !== undefined)
    return learned === undefined ? { kind: 'values', repository, scope, value, ...who } : undefined;
  if (learned === undefined || learned === false) return undefined;
  const aspects = learned === true ? undefined : learned;
  return { kind: 'learned', repository, scope, aspects, ...who };
}
