import { type Problem, problem } from '../../services/core/errors.ts';
import { fail, type Outcome, ok } from '../../services/core/outcome.ts';
import type { UserRule } from '../../services/core/rules/user-rule.ts';
import { searchEntries } from '../context/ledger-commands.ts';
import type { Detector, FindingDraft, JudgeContext } from '../detector.ts';
import { setNewest } from '../view/bounded-map.ts';
import { DAY, HOUR } from '../view/limits.ts';
import { rememberLast } from '../view/remember-last.ts';
import { MAX_COUNTS } from '../view/rules/rules-view.ts';
import { compileExpression, type Expression } from './compile-expression.ts';
import { baselineFacts, eventFacts, viewFacts } from './rule-facts.ts';

const BASE = { log: 0.3, ticket: 0.6, page: 0.85 } as const;
const UNITS = { s: 1000, m: 60_000, h: HOUR, d: DAY } as const;
const MAX_KEY = 256;

/**
 * Makes a detector of a user rule, or says what is wrong with its expressions (`rule.expression`). An expression that
 * cannot be evaluated for an event (a field that it does not have) is not true for it.
 */
export function compileRule(rule: UserRule): Outcome<Detector> {
  const where = compileExpression(rule.where);
  if (!where.ok) return fail(wrong(rule, 'where', where.problem));
  const by = rule.count?.by === undefined ? undefined : compileExpression(rule.count.by);
  if (by !== undefined && !by.ok) return fail(wrong(rule, 'count.by', by.problem));
  const counting: Counting | undefined = rule.count && {
    atLeast: rule.count.atLeast,
    within: durationOf(rule.count.within),
    by: by?.value,
  };
  // A counted rule asks twice of an entry: when it judges and when it counts.
  const holds = rememberLast((context: JudgeContext): boolean => {
    const value = where.value.evaluate(factsFor(where.value, context));
    return value.ok && value.value === true;
  });

  return ok({
    metadata: {
      id: 'USR',
      rule: rule.rule,
      version: rule.version ?? 1,
      title: rule.title,
      description: rule.description,
      severity: rule.severity === 'page' ? 'high' : rule.severity === 'ticket' ? 'medium' : 'low',
      listensTo: rule.on,
      falsePositives: rule.falsePositives ?? [],
      knownGaps: [],
      remediation: rule.remediation,
      references: { attack: rule.attack ?? [], slsa: [], controls: [] },
    },
    judge: (context) => {
      if (!holds(context)) return [];
      if (counting === undefined) return [describe(rule, context, undefined)];
      const key = keyOf(rule, counting, context);
      const times = recent(context.view.rules.counts.get(key), context.at, counting.within);
      // Once a window: the entry that reaches the number says it, further ones only count.
      return times.length + 1 === counting.atLeast
        ? [describe(rule, context, { key, count: times.length + 1 })]
        : [];
    },
    ...(counting === undefined
      ? {}
      : {
          learn: (context) => {
            if (!holds(context)) return;
            const { counts } = context.view.rules;
            const key = keyOf(rule, counting, context);
            const times = recent(counts.get(key), context.at, counting.within);
            setNewest(counts, key, [...times, context.at].slice(-counting.atLeast), MAX_COUNTS);
          },
        }),
    examples: () => ({ fires: [], silent: [] }),
  });
}

type Counting = {
  readonly atLeast: number;
  /** Milliseconds. */
  readonly within: number;
  readonly by: Expression | undefined;
};

function factsFor(expression: Expression, context: JudgeContext): Record<string, unknown> {
  const { mentions } = expression;
  return {
    event: eventFacts(context),
    ...(mentions.has('view') ? { view: viewFacts(context) } : {}),
    ...(mentions.has('baseline') ? { baseline: baselineFacts(context) } : {}),
  };
}

function keyOf(rule: UserRule, { by }: Counting, context: JudgeContext): string {
  const value = by?.evaluate(factsFor(by, context));
  const text = value?.ok === true ? String(value.value) : '';
  return `${rule.rule}\t${text.slice(0, MAX_KEY)}`;
}

function recent(times: readonly number[] | undefined, at: number, within: number): number[] {
  return (times ?? []).filter((time) => at - time < within);
}

function durationOf(text: string): number {
  const unit = text.at(-1);
  const factor = unit === 's' || unit === 'm' || unit === 'h' || unit === 'd' ? UNITS[unit] : 0;
  return Number(text.slice(0, -1)) * factor;
}

function describe(
  rule: UserRule,
  context: JudgeContext,
  counted: { readonly key: string; readonly count: number } | undefined,
): FindingDraft {
  const { actor, entry } = context;
  const { data } = entry.event;
  const repository = 'repository' in data ? data.repository : undefined;
  const about = repository ?? (actor === '' ? context.view.project : actor);
  return {
    title: rule.title,
    message: `${rule.description}${counted === undefined ? '' : ` (${counted.count} within ${rule.count?.within ?? ''})`}`,
    subject: {
      kind: repository === undefined && actor !== '' ? 'principal' : 'repository',
      key: `rule:${rule.rule}:${counted?.key.split('\t')[1] || about}`,
      ...(repository === undefined ? {} : { repository }),
      ...(actor === '' ? {} : { principal: actor }),
    },
    observed: {
      type: entry.event.type,
      ...(counted === undefined ? {} : { count: counted.count }),
    },
    expected: { rule: rule.where },
    role: 'the event that fits the rule',
    evidence: [],
    base: BASE[rule.severity],
    context:
      rule.mode === 'live'
        ? []
        : [{ kind: 'dry-run', reason: 'The rule is on trial: a record only', effect: 0 }],
    ...(rule.mode === 'live' ? {} : { atMost: 'log' as const }),
    remediation: {
      owner: rule.owner ?? 'security team',
      steps: [
        searchEntries(
          'See what else happened there.',
          repository === undefined ? { actor } : { repository },
        ),
      ],
    },
  };
}

function wrong({ rule }: UserRule, part: string, message: string): Problem {
  return problem('rule.expression', `${part} of rule "${rule}" ${message}`, part);
}
