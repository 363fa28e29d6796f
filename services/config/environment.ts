import { readFileSync } from 'node:fs';
import { type Problem, problem } from '../core/errors.ts';

/** Reads `PROVOST_*` variables, remembers every problem and every name that was asked for. */
export type EnvironmentReader = {
  readonly text: (name: string, fallback: string) => string;
  readonly integer: (name: string, fallback: number, minimum: number, maximum?: number) => number;
  readonly oneOf: <T extends string>(name: string, choices: readonly T[], fallback: T) => T;
  readonly url: (name: string) => string | undefined;
  /** Content of `NAME_FILE`, else `NAME`; both at once is a problem. */
  readonly secret: (name: string) => string | undefined;
  /** Content of the file that the variable names. */
  readonly file: (name: string) => string | undefined;
  readonly report: (name: string, message: string) => void;
  /** Reports `PROVOST_*` names that nobody asked for: a misspelt name must not be ignored. */
  readonly reportUnknown: () => void;
  readonly problems: () => readonly Problem[];
};

/** Read by tools around the service, not by the service. */
const FOREIGN_NAMES = [
  'PROVOST_URL',
  'PROVOST_TOKEN',
  'PROVOST_TOKEN_FILE',
  'PROVOST_VECTORS',
  'PROVOST_CACHE',
  'PROVOST_REQUIRE_KAFKA',
  'PROVOST_REQUIRE_ALL',
];

/** Creates a reader over an environment; an empty variable counts as not set. */
export function createEnvironmentReader(
  environment: Readonly<Record<string, string | undefined>>,
): EnvironmentReader {
  const problems: Problem[] = [];
  const known = new Set<string>(FOREIGN_NAMES);
  const report = (name: string, message: string) => {
    problems.push(problem('config.invalid', message, name));
  };
  const get = (name: string): string | undefined => {
    known.add(name);
    const value = environment[name];
    return value === undefined || value === '' ? undefined : value;
  };
  const file = (name: string): string | undefined => {
    const path = get(name);
    if (path === undefined) return undefined;
    try {
      return readFileSync(path, 'utf8').trim();
    } catch (cause) {
      report(
        name,
        `cannot read the file: ${cause instanceof Error ? cause.message : String(cause)}`,
      );
      return undefined;
    }
  };
  return {
    text: (name, fallback) => get(name) ?? fallback,
    integer: (name, fallback, minimum, maximum = Number.MAX_SAFE_INTEGER) => {
      const value = get(name);
      if (value === undefined) return fallback;
      const number = /^\d{1,16}$/.test(value) ? Number(value) : Number.NaN;
      if (number >= minimum && number <= maximum) return number;
      report(name, `expected an integer from ${minimum} to ${maximum}, received "${value}"`);
      return fallback;
    },
    oneOf: (name, choices, fallback) => {
      const value = get(name);
      if (value === undefined) return fallback;
      const choice = choices.find((candidate) => candidate === value);
      if (choice === undefined)
        report(name, `expected one of ${choices.join(', ')}, received "${value}"`);
      return choice ?? fallback;
    },
    url: (name) => {
      const value = get(name);
      if (value === undefined) return undefined;
      if (URL.canParse(value) && /^https?:$/.test(new URL(value).protocol))
        return value.replace(/\/+$/, '');
      report(name, 'expected an http or https URL');
      return undefined;
    },
    secret: (name) => {
      const value = get(name);
      const fromFile = file(`${name}_FILE`);
      if (value !== undefined && fromFile !== undefined)
        report(name, `set ${name} or ${name}_FILE, not both`);
      return fromFile ?? value;
    },
    file,
    report,
    reportUnknown: () => {
      for (const name of Object.keys(environment)) {
        if (name.startsWith('PROVOST_') && !known.has(name)) {
          report(name, 'unknown variable; docs/configuration.md lists the known ones');
        }
      }
    },
    problems: () => problems,
  };
}
