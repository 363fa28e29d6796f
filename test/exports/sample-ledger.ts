import { generateKeyPairSync } from 'node:crypto';
import { createNoteSigner } from '../../services/core/note/signed-note.ts';
import type { ShardWriter } from '../../services/ledger/ledger.ts';
import { createMemoryLedger } from '../fakes/memory-ledger.ts';
import { built, digestOf, pushed, raised, sample, sampleFinding } from '../fakes/sample-events.ts';

const ORIGIN = 'log.example/lab';

/** A ledger of two shards with entries of two projects in turn, a finding, its alert and an event too large for a leaf. */
export async function createSampleLedger(pushes = 40) {
  const { privateKey } = generateKeyPairSync('ed25519');
  const clock = { now: () => Date.parse('2026-04-01T00:00:00Z') };
  const ledger = createMemoryLedger({ origin: ORIGIN, privateKey, clock });
  const signer = createNoteSigner(ORIGIN, privateKey);
  const finding = await appendSample(async (shard) => ledger.writer(shard), pushes);
  return { ledger, signer, finding, vkey: signer.verifierKey };
}

/** Appends the sample's entries to any ledger. */
export async function appendSample(
  openWriter: (shard: number) => Promise<Pick<ShardWriter, 'append'>>,
  pushes: number,
) {
  const [first, second] = [await openWriter(0), await openWriter(2)];
  const at = (n: number) => new Date(Date.parse('2026-03-01T00:00:00Z') + n * 60_000).toISOString();
  await first.append([
    pushed({ id: 'push-0', time: '2026-02-01T00:00:00Z', digest: digestOf('before') }),
  ]);
  for (let n = 1; n <= pushes; n++) {
    const digest = digestOf(`tool-${n}`);
    const tags = [`1.${n}`];
    await first.append([
      pushed({ id: `push-${n}`, time: at(n), digest, tags }),
      pushed({ id: `other-${n}`, time: at(n), project: 'else', repository: 'else/x', digest }),
    ]);
    await second.append([built({ id: `run-${n}`, time: at(n), digest })]);
  }
  const evidence = [
    { shard: 0, index: 1, source: 'urn:test:registry', id: 'push-1', role: 'judged' },
    { shard: 0, index: 0, source: 'urn:test:registry', id: 'push-0', role: 'before' },
    { shard: 0, index: 2, source: 'urn:test:registry', id: 'other-1', role: 'elsewhere' },
  ];
  const finding = sampleFinding({ word: 'one', occurredAt: at(1), evidence });
  const labels = Object.fromEntries(
    Array.from({ length: 20 }, (_, n) => [`label-${n}`, `${n % 10}`.repeat(4000)]),
  );
  await first.append([
    raised(finding, { time: '2026-03-20T00:00:00Z' }),
    sample(
      'alert.opened',
      { id: 'alert-1', source: 'urn:provost', time: '2026-03-20T00:00:01Z' },
      {
        project: 'lab',
        alertId: 'a1',
        incidentId: 'i1',
        fingerprint: 'f1',
        rule: finding.rule,
        severity: finding.severity,
        disposition: finding.disposition,
        title: finding.title,
        findingId: finding.findingId,
      },
    ),
    pushed({ id: 'large', time: at(pushes + 1), digest: digestOf('large'), data: { labels } }),
  ]);
  return finding;
}

export const SCOPE = {
  project: 'lab',
  from: '2026-03-01T00:00:00Z',
  to: '2026-03-15T00:00:00Z',
} as const;
