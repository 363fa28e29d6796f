import type { DetectionPolicy } from '../detection-policy.ts';
import { type LocalTime, localTime } from '../text/local-time.ts';

/** The day by the project's calendar when the policy says that it is a day off; undefined on other days. */
export function dayOffOf(
  { holidays, timezone }: Pick<DetectionPolicy, 'holidays' | 'timezone'>,
  at: number,
): LocalTime | undefined {
  if (holidays.length === 0) return undefined;
  const local = localTime(at, timezone);
  return holidays.includes(local.date) ? local : undefined;
}
