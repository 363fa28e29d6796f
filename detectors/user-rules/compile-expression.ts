import { type CelInput, type CelValue, celEnv, isCelError, parse, plan } from '@bufbuild/cel';
import { strings } from '@bufbuild/cel/ext';
import { fail, type Outcome, ok } from '../../services/core/outcome.ts';

/** A CEL expression (cel-spec), ready to be asked. It cannot loop without end, call out or change anything. */
export type Expression = {
  /** The value, or why there is none: a field that is not there, a type that does not fit. */
  readonly evaluate: (facts: Readonly<Record<string, unknown>>) => Outcome<CelValue, string>;
  /** Which of the facts it mentions at all. */
  readonly mentions: ReadonlySet<string>;
};

const MAX_NODES = 256;
const MAX_DEPTH = 32;
/** What one evaluation may cost grows with the length of the lists to this power, and lists are bounded by the schema. */
const MAX_NESTED_LOOPS = 1;
const MAX_LOOPS = 4;
const FACTS = ['event', 'view', 'baseline'] as const;

const environment = celEnv({ funcs: [...strings] });

/** Parses an expression and refuses what is too large, too deep or loops inside a loop. */
export function compileExpression(source: string): Outcome<Expression, string> {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(source);
  } catch (cause) {
    return fail(`is not CEL: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
  const shape = measure(parsed.expr);
  if (shape.nodes > MAX_NODES) return fail(`has ${shape.nodes} parts; at most ${MAX_NODES}`);
  if (shape.depth > MAX_DEPTH) return fail(`is nested ${shape.depth} deep; at most ${MAX_DEPTH}`);
  if (shape.loops > MAX_LOOPS) return fail(`has ${shape.loops} loops; at most ${MAX_LOOPS}`);
  if (shape.nestedLoops > MAX_NESTED_LOOPS) return fail('loops inside a loop');
  const unknown = [...shape.free].filter((name) => !FACTS.some((fact) => fact === name));
  if (unknown.length > 0) {
    return fail(`knows no "${unknown.join('", "')}"; there are event, view and baseline`);
  }
  const program = plan(environment, parsed);
  return ok({
    evaluate: (facts) => {
      const value = program(facts as Record<string, CelInput>);
      return isCelError(value) ? fail(value.message) : ok(value);
    },
    mentions: shape.free,
  });
}

type Shape = {
  nodes: number;
  depth: number;
  loops: number;
  nestedLoops: number;
  /** Identifiers that no loop binds. */
  readonly free: Set<string>;
};

function measure(root: unknown): Shape {
  const shape: Shape = { nodes: 0, depth: 0, loops: 0, nestedLoops: 0, free: new Set() };
  visit(root, { depth: 1, loops: 0, bound: [] }, shape);
  return shape;
}

type Place = {
  readonly depth: number;
  readonly loops: number;
  readonly bound: readonly string[];
};

/** Walks the syntax tree (cel.expr.Expr): a node says its kind and holds its parts. */
function visit(node: unknown, place: Place, shape: Shape): void {
  if (typeof node !== 'object' || node === null) return;
  if (Array.isArray(node)) {
    for (const part of node) visit(part, place, shape);
    return;
  }
  const { exprKind } = node as { exprKind?: { case?: string; value?: unknown } };
  if (exprKind === undefined) {
    for (const part of Object.values(node)) visit(part, place, shape);
    return;
  }
  shape.nodes += 1;
  shape.depth = Math.max(shape.depth, place.depth);
  const value = exprKind.value as Record<string, unknown> | undefined;
  const inner = { ...place, depth: place.depth + 1 };
  if (exprKind.case === 'identExpr') {
    const name = String(value?.['name'] ?? '').replace(/^\./, '');
    if (!place.bound.includes(name)) shape.free.add(name);
  }
  if (exprKind.case !== 'comprehensionExpr') {
    visit(value, inner, shape);
    return;
  }
  shape.loops += 1;
  shape.nestedLoops = Math.max(shape.nestedLoops, place.loops + 1);
  const { iterRange, accuInit, iterVar, iterVar2, accuVar, ...body } = value ?? {};
  visit(iterRange, inner, shape);
  visit(accuInit, inner, shape);
  const bound = [...place.bound, String(iterVar), String(iterVar2), String(accuVar)];
  visit(Object.values(body), { depth: inner.depth, loops: place.loops + 1, bound }, shape);
}
