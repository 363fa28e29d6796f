import type { RemediationStep } from '../../services/core/finding.ts';
import { shellQuote } from '../text/shell-quote.ts';

/** Shows what a commit changed, who wrote it and when, without trusting any local clone. */
export function inspectCommit(source: string, commit: string, text: string): RemediationStep {
  return {
    text,
    command: `git init --quiet look && git -C look fetch --depth=2 -- ${shellQuote(source)} ${shellQuote(commit)} && git -C look show --stat --format=fuller FETCH_HEAD`,
  };
}

export function listBranchesWith(source: string, commit: string): RemediationStep {
  return {
    text: 'See which branches of the repository itself hold the commit (none: it came from a fork or was only tagged).',
    command: `git clone --quiet --filter=blob:none --no-checkout -- ${shellQuote(source)} look && git -C look branch --remotes --contains ${shellQuote(commit)}`,
  };
}

/** Points a ref back, but only while it still points to what was judged. */
export function pointRefBack(
  source: string,
  ref: string,
  commits: { readonly from: string; readonly to: string },
): RemediationStep {
  const lease = `--force-with-lease=${ref}:${commits.to}`;
  return {
    text: 'Once it is clear that the move was not meant, point the ref back to the commit before (from a clone that has it).',
    command: `git push ${shellQuote(lease)} -- ${shellQuote(source)} ${shellQuote(`${commits.from}:${ref}`)}`,
  };
}
