import { generateKeyPairSync } from 'node:crypto';
import { expect, it } from 'vitest';
import { statusAt } from '../../services/alerts/alert.ts';
import { readHandledFindings } from '../../services/reports/handled-findings.ts';
import { DAY, decided, found, governed, HOUR, later, START, tell } from '../alerts/alert-story.ts';
import { createMemoryLedger } from '../fakes/memory-ledger.ts';
import { digestOf } from '../fakes/sample-events.ts';

const { privateKey } = generateKeyPairSync('ed25519');

const moved = (to: string, disposition: 'page' | 'ticket') =>
  ({
    subject: {
      kind: 'tag',
      key: 'tag:lab/tool:1.0',
      repository: 'lab/tool',
      tag: '1.0',
      digest: to,
    },
    observed: { to },
    disposition,
    severity: disposition === 'page' ? 'high' : 'medium',
  }) as const;

it('tells of an alert what the fold of everything tells, also where a baseline has lowered it', async () => {
  const events = [
    found('one', 0, moved(digestOf('other'), 'ticket')),
    found('two', 1, moved(digestOf('good'), 'page')),
    governed('baseline.proposed', 'ann', 10, { value: { digests: [digestOf('good')] } }),
    governed('baseline.approved', 'bob', 20),
  ];
  events.push(decided(events, { kind: 'suppress', ms: 30, untilMs: DAY }));
  events.push(found('three', 40, moved(digestOf('strange'), 'page')));
  const ledger = createMemoryLedger({ origin: 'test.example/log', privateKey, clock: Date });
  await ledger.writer(0).append(events);
  const now = START + HOUR;
  const period = { project: 'lab', from: later(-HOUR), to: later(DAY) };
  const handled = await readHandledFindings(ledger, period, now);
  const [alert] = tell(events).alerts;
  // What was silenced was a ticket by then, so the page is heard of.
  expect(alert && statusAt(alert, now)).toBe('open');
  expect(handled.map(({ state }) => state)).toEqual(['open', 'open', 'open']);
  expect(handled[0]?.alert?.history).toEqual(alert?.history);
});
