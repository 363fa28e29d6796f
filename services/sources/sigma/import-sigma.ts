import { type Static, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { problem } from '../../core/errors.ts';
import { audienceOf, EVENT_TYPES, type EventType } from '../../core/events/catalogue.ts';
import { fail, type Outcome, ok } from '../../core/outcome.ts';
import type { UserRule } from '../../core/rules/user-rule.ts';
import { conditionToCel } from './sigma-condition.ts';
import { searchToCel } from './sigma-search.ts';

/** The part of a Sigma rule (sigma-specification 2.0) that is read; other keys are left alone. */
const SigmaRule = Type.Object({
  title: Type.String({ minLength: 1, maxLength: 256 }),
  description: Type.Optional(Type.String({ maxLength: 4096 })),
  level: Type.Optional(Type.Enum(['informational', 'low', 'medium', 'high', 'critical'] as const)),
  logsource: Type.Object({
    category: Type.Optional(Type.String()),
    product: Type.Optional(Type.String()),
    service: Type.Optional(Type.String()),
  }),
  detection: Type.Intersect([
    Type.Object({ condition: Type.String({ maxLength: 2048 }) }),
    Type.Record(Type.String({ maxLength: 128 }), Type.Unknown()),
  ]),
  falsepositives: Type.Optional(Type.Array(Type.String({ maxLength: 1024 }), { maxItems: 16 })),
  tags: Type.Optional(Type.Array(Type.String({ maxLength: 128 }), { maxItems: 64 })),
});
type SigmaRule = Static<typeof SigmaRule>;

const validator = Compile(SigmaRule);

const SEVERITY = {
  informational: 'log',
  low: 'log',
  medium: 'ticket',
  high: 'ticket',
  critical: 'page',
} as const;

/** Prefixes of event types by what a log source is called. */
const SOURCES: Readonly<Record<string, readonly string[]>> = {
  registry: ['artifact.', 'tag.', 'repository.'],
  ci: ['build.'],
  build: ['build.'],
  scm: ['source.'],
  git: ['source.'],
  authentication: ['login.', 'token.'],
  access: ['login.', 'token.', 'role.', 'member.', 'key.'],
  iam: ['role.', 'member.', 'key.'],
  package: ['package.'],
  workflow: ['workflow-run.'],
};

/**
 * Turns a Sigma rule (parsed YAML) into a rule on trial. It carries no tests, so it has to get some before it loads.
 * What lies outside the common subset is refused with `rule.document` rather than left out.
 */
export function importSigma(document: unknown): Outcome<Omit<UserRule, 'tests'>> {
  if (!validator.Check(document)) {
    const [first] = validator.Errors(document);
    return fail(
      problem('rule.document', `not a Sigma rule: ${first?.message ?? ''}`, first?.instancePath),
    );
  }
  const { condition, ...named } = document.detection;
  if ('timeframe' in named) {
    return fail(
      problem('rule.document', 'a timeframe is not taken; use count and within', '/detection'),
    );
  }
  const searches = new Map<string, string>();
  for (const [name, search] of Object.entries(named)) {
    const cel = searchToCel(search);
    if (!cel.ok) return fail(problem('rule.document', cel.problem, `/detection/${name}`));
    searches.set(name, cel.value);
  }
  const where = conditionToCel(condition, searches);
  if (!where.ok) return fail(problem('rule.document', where.problem, '/detection/condition'));
  return ok({
    rule: nameOf(document.title),
    title: document.title,
    description: document.description ?? document.title,
    severity: SEVERITY[document.level ?? 'medium'],
    mode: 'dry-run',
    on: typesOf(document.logsource),
    where: where.value,
    ...(document.falsepositives === undefined ? {} : { falsePositives: document.falsepositives }),
    remediation: 'See what the event did, and whether it was meant.',
    attack: (document.tags ?? []).flatMap((tag) => {
      const [, id] = /^attack\.(t\d{4}(?:\.\d{3})?)$/i.exec(tag) ?? [];
      return id === undefined ? [] : [id.toUpperCase()];
    }),
  });
}

function nameOf(title: string): string {
  const words = title.toLowerCase().match(/[a-z0-9]+/g) ?? [];
  const name = words.join('-').slice(0, 60).replace(/-$/, '');
  return /^[a-z]/.test(name) ? name : `sigma-${name}`;
}

function typesOf({
  category = '',
  product = '',
  service = '',
}: SigmaRule['logsource']): EventType[] {
  const prefixes = [service, category, product].map((word) => SOURCES[word.toLowerCase()]);
  const chosen = prefixes.find((known) => known !== undefined);
  return EVENT_TYPES.filter(
    (type) =>
      audienceOf(type) === 'source' &&
      (chosen === undefined || chosen.some((prefix) => type.startsWith(prefix))),
  );
}
