import { expect, it } from 'vitest';
import { image, REPOSITORY, type Story, story } from '../../detectors/examples/story.ts';
import { volumeAnomaly } from '../../detectors/volume-anomaly.ts';
import { runExample } from './run-example.ts';

const SECOND_HOURS = 1 / 3600;
const MINUTE_HOURS = 1 / 60;

function pulls(told: Story, count: number): Story {
  return told.times(count, (inner) =>
    inner.hours(SECOND_HOURS - MINUTE_HOURS).event('artifact.pulled', {
      repository: REPOSITORY,
      digest: image('release'),
      actor: { name: 'reader' },
    }),
  );
}

/** Four weeks in which most is pulled on Sundays, and a Monday on which seventy images are. */
function busySundays() {
  return pulls(
    story().times(28, (told, day) => {
      const count = day % 7 === 0 ? 40 : 22;
      return pulls(told, count).hours(24 - count * SECOND_HOURS);
    }),
    70,
  ).example();
}

/** Score and context of the one finding of the Monday, while these days are off. */
function judged(holidays: readonly string[], timezone = 'UTC') {
  const example = { name: 'busy Sundays', ...busySundays(), policy: { holidays, timezone } };
  const [finding] = runExample(volumeAnomaly, example);
  return { score: finding?.score.final ?? 0, kinds: finding?.context.map(({ kind }) => kind) };
}

it('compares a day off with Sundays, and says so', () => {
  const [workday, dayOff] = [judged([]), judged(['2026-02-02'])];
  expect(workday.kinds).toEqual(['anomaly-score']);
  expect(dayOff.kinds).toEqual(['anomaly-score', 'holiday']);
  expect(dayOff.score).toBeLessThan(workday.score);
});

it('takes the day from the calendar of the project', () => {
  // Nine in the morning in UTC is ten at night on Samoa's Sunday, or Monday night on the line's other side.
  expect(judged(['2026-02-01'], 'Pacific/Pago_Pago').kinds).toContain('holiday');
  expect(judged(['2026-02-02'], 'Pacific/Pago_Pago').kinds).not.toContain('holiday');
  expect(judged(['2026-02-02'], 'Pacific/Auckland').kinds).toContain('holiday');
});
