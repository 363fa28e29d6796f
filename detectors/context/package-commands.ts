import type { RemediationStep } from '../../services/core/finding.ts';
import { shellQuote } from '../text/shell-quote.ts';

/** Fetches a published version without running any of it, so that a person can compare it with the source. */
export function fetchPackage(key: string, version: string): RemediationStep {
  const type = key.slice(4, key.indexOf('/'));
  const name = key.slice(key.indexOf('/') + 1);
  const text = 'Fetch the version without installing it, and compare it with its source.';
  if (type === 'pypi') {
    return {
      text,
      command: `pip download --no-deps --no-binary :all: ${shellQuote(`${name}==${version}`)} || pip download --no-deps --only-binary :all: ${shellQuote(`${name}==${version}`)}`,
    };
  }
  if (type === 'npm') {
    return { text, command: `npm pack --ignore-scripts ${shellQuote(`${name}@${version}`)}` };
  }
  if (type === 'cargo') {
    return {
      text,
      command: `curl -fLO ${shellQuote(`https://static.crates.io/crates/${name}/${version}/download`)}`,
    };
  }
  return {
    text: `${text} (${key} ${version})`,
    command: `provost entries --type=package.published`,
  };
}
