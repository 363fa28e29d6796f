export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** When the clock of a zone shows the given hour on the day that begins at `day` (UTC midnight); summer time included. */
export function localHour(day: number, hour: number, zone: string): number {
  const guess = day + hour * HOUR;
  return guess - offsetAt(guess, zone);
}

/** Day of the week of a moment in UTC, 0 = Sunday. */
export function weekday(at: number): number {
  return new Date(at).getUTCDay();
}

const formats = new Map<string, Intl.DateTimeFormat>();

function offsetAt(at: number, zone: string): number {
  let format = formats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
    });
    formats.set(zone, format);
  }
  const part = Object.fromEntries(
    format.formatToParts(at).map(({ type, value }) => [type, Number(value)]),
  );
  const shown = Date.UTC(
    part['year'] ?? 0,
    (part['month'] ?? 1) - 1,
    part['day'],
    part['hour'],
    part['minute'],
  );
  return shown - Math.floor(at / MINUTE) * MINUTE;
}
