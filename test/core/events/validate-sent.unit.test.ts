import { describe, expect, it } from 'vitest';
import {
  validateAcceptedEvent,
  validateSourceEvent,
} from '../../../services/core/events/validate-event.ts';

const event = {
  specversion: '1.0',
  id: 'one',
  source: 'https://registry.example.org',
  type: 'repository.created',
  data: { repository: 'lab/tool' },
};
const acceptance = { receivedtime: '2026-03-01T12:00:00Z', project: 'lab', trust: 'claimed' };

describe('an event that is sent', () => {
  it.each(['2024-02-29', '2000-02-29', '2026-01-31', '2026-04-30', '2026-12-31'])(
    'may be of %s',
    (day) => {
      expect(validateSourceEvent({ ...event, time: `${day}T23:59:59Z` }).ok).toBe(true);
    },
  );

  it.each(['2026-02-29', '2026-02-30', '1900-02-29', '2026-04-31', '2026-06-31'])(
    'is refused when it says %s, which Date.parse takes for another day',
    (day) => {
      const time = `${day}T00:00:00Z`;
      expect(Number.isNaN(Date.parse(time))).toBe(false);
      expect(validateSourceEvent({ ...event, time })).toMatchObject({
        ok: false,
        problem: { code: 'event.envelope', at: '/time' },
      });
    },
  );

  it.each(['id', 'source', 'subject'])('has no control character in its %s', (name) => {
    for (const character of ['\u0000', '\n', '\u001b', '\u007f', '\u009b'])
      expect(validateSourceEvent({ ...event, [name]: `a${character}b` })).toMatchObject({
        ok: false,
        problem: { code: 'event.envelope', at: `/${name}` },
      });
    expect(validateSourceEvent({ ...event, [name]: 'Grüße 東京 🚀' }).ok).toBe(true);
  });

  it('can be read for ever once it was accepted', () => {
    for (const old of [{ id: 'a\u0000b' }, { time: '2026-02-30T00:00:00Z' }])
      expect(
        validateAcceptedEvent({ ...event, time: '2026-03-01T00:00:00Z', ...old, ...acceptance }).ok,
      ).toBe(true);
  });
});
