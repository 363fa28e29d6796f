import type { Problem } from '../core/errors.ts';

/** All problems as one text, a line each with its place. */
export function describeProblems(problems: readonly Problem[]): string {
  const lines = problems.map(({ message, at }) =>
    at === undefined ? `- ${message}` : `- ${at}: ${message}`,
  );
  return `the configuration has ${problems.length === 1 ? 'a problem' : `${problems.length} problems`}:\n${lines.join('\n')}`;
}
