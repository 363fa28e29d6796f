import { describe, expect, it } from 'vitest';
import type { Acceptance, SourceEvent } from '../../../services/core/events/event.ts';
import {
  acceptEvent,
  acceptedJson,
  validateAcceptedEvent,
} from '../../../services/core/events/validate-event.ts';

const event: SourceEvent = {
  specversion: '1.0',
  id: 'a"}\\b',
  source: 'https://registry.example.org',
  type: 'repository.created',
  data: { repository: 'lab/tool' },
};
const acceptance: Acceptance = {
  receivedtime: '2026-03-01T12:00:00.000Z',
  project: 'a "quoted" project\\',
  trust: 'claimed',
};

describe('the JSON of an accepted event', () => {
  it.each([
    ['without a time of its own', event, acceptance],
    ['with one', { ...event, time: '2026-02-28T00:00:00+01:00' }, acceptance],
    ['with a digest', event, { ...acceptance, payloaddigest: `sha256:${'0'.repeat(64)}` }],
  ])('is that of the event as accepted, %s', (_name, sent, given) => {
    const value = JSON.parse(acceptedJson(sent, given));
    expect(value).toEqual(acceptEvent(sent, given));
    expect(validateAcceptedEvent(value).ok).toBe(true);
  });
});
