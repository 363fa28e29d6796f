import type { Governance } from '../config/governance.ts';
import type { Aspect, BaselineScope, Expectations } from '../core/baseline/baseline.ts';
import { utf8 } from '../core/bytes.ts';
import { problem } from '../core/errors.ts';
import { fail, type Outcome, ok } from '../core/outcome.ts';
import { toDigest } from '../core/to-digest.ts';
import type { Proposal } from './declared/declared-book.ts';
import type { Person } from './declared/declared-events.ts';
import { readDocument } from './documents/read-document.ts';
import { type SignedDocument, verifyDocument } from './documents/verify-document.ts';
import { chooseHabits, evidenceOf, toExpectations } from './learned/choose-habits.ts';
import type { LearnedBook } from './learned/learned-book.ts';

/** What somebody proposes: values, what was learned, or a file. */
export type ProposalRequest = {
  readonly by: Person;
  readonly reason?: string | undefined;
} & (
  | {
      readonly kind: 'values';
      readonly repository: string;
      readonly scope: BaselineScope;
      readonly value: Expectations;
    }
  | {
      readonly kind: 'learned';
      readonly repository: string;
      readonly scope: BaselineScope;
      /** Everything that is established when absent. */
      readonly aspects?: readonly Aspect[] | undefined;
    }
  | { readonly kind: 'file'; readonly text: string; readonly signature?: string | undefined }
);

type Deps = {
  readonly learned: LearnedBook;
  readonly governance: Pick<Governance, 'projects'>;
  readonly projectOf: (repository: string) => string;
};

/** Makes a proposal of what was asked for; a file is read, and its signature checked, before anything of it counts. */
export async function readProposal(
  deps: Deps,
  request: ProposalRequest,
): Promise<Outcome<Proposal>> {
  switch (request.kind) {
    case 'values': {
      const { repository, scope, value, by, reason } = request;
      const project = deps.projectOf(repository);
      const mode = 'declared';
      return ok({ project, repository, scope, value, mode, by, reason, evidence: [] });
    }
    case 'learned':
      return await readLearned(deps, request);
    case 'file':
      return readFile(deps, request);
  }
}

async function readLearned(
  deps: Deps,
  request: ProposalRequest & { readonly kind: 'learned' },
): Promise<Outcome<Proposal>> {
  const { repository, scope, aspects, by, reason } = request;
  const project = deps.projectOf(repository);
  const habits = (await deps.learned.of(project, repository, scope))?.aspects ?? [];
  const chosen = chooseHabits(habits, aspects);
  const value = toExpectations(chosen);
  if (Object.keys(value).length === 0)
    return fail(
      problem(
        'baseline.transition',
        `nothing of this is learned well enough in ${repository} so far: say what is known good`,
      ),
    );
  const evidence = evidenceOf(chosen);
  return ok({ project, repository, scope, value, mode: 'declared', by, reason, evidence });
}

function readFile(
  deps: Deps,
  request: ProposalRequest & { readonly kind: 'file' },
): Outcome<Proposal> {
  const { text, signature, by } = request;
  const document = readDocument(text);
  if (!document.ok) return document;
  const { repository, scope, value } = document.value;
  const project = deps.projectOf(repository);
  const governed = deps.governance.projects?.find(({ name }) => name === project);
  let signed: SignedDocument | undefined;
  if (signature !== undefined) {
    const verified = verifyDocument(text, signature, governed?.baselineKeys ?? []);
    if (!verified.ok) return verified;
    signed = verified.value;
  }
  return ok({
    project,
    repository,
    scope,
    value,
    mode: signed === undefined ? 'declared' : 'source',
    by,
    reason: request.reason ?? document.value.reason,
    document: {
      digest: toDigest(utf8(text)),
      ...(signed === undefined ? {} : { key: signed.key, format: signed.format }),
    },
    evidence: [],
    inForceBy: governed?.signedBaselines === 'wait' ? undefined : signed?.key,
  });
}
