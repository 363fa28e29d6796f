export type LocalTime = { readonly date: string; readonly time: string; readonly weekday: string };

const formats = new Map<string, Intl.DateTimeFormat>();
const MAX_FORMATS = 64;

/** The moment as people of the time zone write it: `2026-03-01`, `02:40`, `Sunday`. An unknown zone counts as UTC. */
export function localTime(at: number, timezone: string): LocalTime {
  const parts = new Map(
    formatFor(timezone)
      .formatToParts(at)
      .map(({ type, value }) => [type, value]),
  );
  const of = (type: Intl.DateTimeFormatPartTypes): string => parts.get(type) ?? '';
  return {
    date: `${of('year')}-${of('month')}-${of('day')}`,
    time: `${of('hour')}:${of('minute')}`,
    weekday: of('weekday'),
  };
}

/** Making a format costs a thousand times its use; which zones exist never changes what a format says. */
function formatFor(timezone: string): Intl.DateTimeFormat {
  const known = formats.get(timezone);
  if (known !== undefined) return known;
  const format = createFormat(timezone);
  if (formats.size < MAX_FORMATS) formats.set(timezone, format);
  return format;
}

function createFormat(timezone: string): Intl.DateTimeFormat {
  const shape = {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    weekday: 'long',
    hourCycle: 'h23',
  } as const;
  try {
    return new Intl.DateTimeFormat('en-GB', { ...shape, timeZone: timezone });
  } catch {
    return new Intl.DateTimeFormat('en-GB', { ...shape, timeZone: 'UTC' });
  }
}
