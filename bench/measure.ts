/**
 * One measured figure. `limit` is what the machine or a peer does in the same run, `ratio` is value ÷ limit,
 * and `ok` says whether the goal is met.
 */
export type Measure = {
  readonly measure: string;
  readonly value: number;
  readonly unit: string;
  readonly limit: number | null;
  readonly ratio: number | null;
  readonly goal: string;
  readonly ok: boolean;
};

/** A measure whose goal is about the ratio to a limit of the same run. */
export function ratioMeasure(
  measure: string,
  value: number,
  unit: string,
  limit: number,
  goal: { readonly atLeast: number },
): Measure {
  const ratio = round(value / limit);
  return {
    measure,
    value: round(value),
    unit,
    limit: round(limit),
    ratio,
    goal: `ratio >= ${goal.atLeast}`,
    ok: ratio >= goal.atLeast,
  };
}

/** A measure whose goal is an absolute value; the limit beside it tells how far the machine could go. */
export function valueMeasure(
  measure: string,
  value: number,
  unit: string,
  goal: { readonly atLeast: number } | { readonly atMost: number },
  limit?: number,
): Measure {
  const ok = 'atLeast' in goal ? value >= goal.atLeast : value <= goal.atMost;
  const text = 'atLeast' in goal ? `>= ${goal.atLeast}` : `<= ${goal.atMost}`;
  return {
    measure,
    value: round(value),
    unit,
    limit: limit === undefined ? null : round(limit),
    ratio: limit === undefined ? null : round(value / limit),
    goal: `${text} ${unit}`,
    ok,
  };
}

function round(value: number): number {
  return Math.abs(value) >= 100 ? Math.round(value) : Math.round(value * 1000) / 1000;
}
