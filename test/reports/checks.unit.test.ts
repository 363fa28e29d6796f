import { describe, expect, it } from 'vitest';
import { utf8 } from '../../services/core/bytes.ts';
import type { ProvostEvent } from '../../services/core/events/event.ts';
import { built, digestOf, pushed, raised, sample, sampleFinding } from '../fakes/sample-events.ts';
import { auditOf, checkOf, ledgerWith, NOW } from './audited-ledger.ts';

const DAY = 24 * 60 * 60 * 1000;
const day = (n: number) => `2026-03-${String(n).padStart(2, '0')}T12:00:00Z`;

/** Pushes with a build each: a repository that has the habit. */
const habit = (count: number): ProvostEvent[] =>
  Array.from({ length: count }, (_, n) => {
    const digest = digestOf(`v${n}`);
    return [
      built({ id: `run-${n}`, time: day(n + 1), digest }),
      pushed({ id: `push-${n}`, time: day(n + 1), digest, tags: [`1.${n}`] }),
    ];
  }).flat();

const listing = (tags: Record<string, string>, options: { complete?: boolean; n?: number } = {}) =>
  sample(
    'registry.snapshot-taken',
    { id: `listing-${options.n ?? 20}`, time: day(options.n ?? 20) },
    {
      registry: 'registry.example',
      repository: 'lab/tool',
      tags: Object.entries(tags).map(([tag, word]) => ({ tag, digest: digestOf(word) })),
      complete: options.complete ?? true,
    },
  );

const listed = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, n) => [`1.${n}`, `v${n}`]));

describe('ledger-whole', () => {
  const check = async (spoil: (ledger: Awaited<ReturnType<typeof ledgerWith>>) => void) => {
    const ledger = await ledgerWith(habit(2));
    spoil(ledger);
    return checkOf(await auditOf(ledger), 'ledger-whole');
  };

  it('passes on a ledger that agrees with its tree and signatures', async () => {
    expect(await check(() => {})).toMatchObject({ status: 'pass', deviations: [] });
  });

  it('fails with the index of a changed entry and a command', async () => {
    const result = await check(({ faults }) => faults.replaceLeaf(0, 2, utf8('{}')));
    expect(result.status).toBe('fail');
    const changed = result.deviations.find(({ title }) => title.startsWith('Entry 2 of shard 0'));
    expect(changed?.evidence).toEqual([{ shard: 0, index: 2 }]);
    expect(changed?.steps[0]?.command).toBe('provost fsck --shard 0');
  });

  it('fails when another key signed the newest checkpoint, and says when no key was given', async () => {
    const ledger = await ledgerWith(habit(1));
    const stranger = await ledgerWith([]);
    const wrong = checkOf(
      await auditOf(ledger, { keys: [stranger.verifierKey(0)] }),
      'ledger-whole',
    );
    expect(wrong.titles).toEqual(['The newest checkpoint of shard 0 does not verify']);
    const none = checkOf(await auditOf(ledger, { keys: [] }), 'ledger-whole');
    expect(none).toMatchObject({ status: 'attention', deviations: [] });
  });
});

describe('tags-explained', () => {
  const check = async (events: readonly ProvostEvent[], to?: string) =>
    checkOf(await auditOf(await ledgerWith(events), to ? { to } : {}), 'tags-explained');

  it('passes when every tag has its build and the registry lists the same', async () => {
    expect(await check([...habit(5), listing(listed(5))])).toMatchObject({ status: 'pass' });
  });

  it('wants attention when the registry itself was never listed', async () => {
    const result = await check(habit(5));
    expect(result.status).toBe('attention');
    expect(result.summary).toContain('not compared with the registry itself');
  });

  it('names the tag that a push without a build moved, where builds are the habit', async () => {
    const evil = pushed({ id: 'evil', time: day(10), digest: digestOf('evil'), tags: ['1.2'] });
    const result = await check([...habit(5), evil]);
    expect(result.titles).toEqual(['No build explains lab/tool:1.2']);
    expect(result.deviations[0]?.evidence).toEqual([{ shard: 0, index: 10 }]);
  });

  it('stays silent on a push without a build where nobody builds, and on one that is minutes old', async () => {
    const plain = Array.from({ length: 5 }, (_, n) =>
      pushed({ id: `p${n}`, time: day(n + 1), digest: digestOf(`p${n}`), tags: [`${n}`] }),
    );
    expect((await check(plain)).deviations).toEqual([]);
    const young = pushed({ id: 'young', time: day(10), digest: digestOf('young'), tags: ['2'] });
    expect((await check([...habit(5), young], '2026-03-10T12:10:00Z')).deviations).toEqual([]);
  });

  it('takes an index for explained when all its parts are, and a part when its index is', async () => {
    const children = ['arm', 'amd'].map((word) => ({ digest: digestOf(word) }));
    const index = pushed({
      id: 'index',
      time: day(9),
      digest: digestOf('index'),
      tags: ['2'],
      data: { children },
    });
    const builds = ['arm', 'amd'].map((word) =>
      built({ id: `run-${word}`, time: day(9), digest: digestOf(word) }),
    );
    expect((await check([...habit(5), index])).titles).toEqual(['No build explains lab/tool:2']);
    expect((await check([...habit(5), index, ...builds])).titles).toEqual([]);
  });

  it('names what the registry lists otherwise than the ledger explains', async () => {
    const tags = { ...listed(2), '1.1': 'swapped', new: 'stray' };
    const result = await check([...habit(3), listing(tags)]);
    expect(result.titles.sort()).toEqual([
      'The registry has another lab/tool:1.1 than the ledger',
      'The registry has lab/tool:new, the ledger no event for it',
      'The registry no longer has lab/tool:1.2',
    ]);
    const partial = await check([...habit(3), listing({ '1.0': 'v0' }, { complete: false })]);
    expect(partial.deviations).toEqual([]);
  });

  it('compares a listing with the ledger as it was then, and takes an older listing for known', async () => {
    const before = listing({ old: 'old' }, { n: 1 });
    const again = listing({ old: 'old', ...listed(3) }, { n: 19 });
    const after = pushed({ id: 'after', time: day(21), digest: digestOf('v0'), tags: ['9'] });
    const result = await check([before, ...habit(3), again, after]);
    expect(result.deviations).toEqual([]);
    expect(result.summary).toContain('1 tag known from a listing only');
  });

  it('follows deletes, removals and moves in the ledger’s order', async () => {
    const head = { registry: 'registry.example', repository: 'lab/tool' };
    const events = [
      ...habit(4),
      sample('artifact.deleted', { id: 'd', time: day(9) }, { ...head, digest: digestOf('v0') }),
      sample('tag.deleted', { id: 't', time: day(9) }, { ...head, tag: '1.1' }),
      sample('tag.moved', { id: 'm', time: day(9) }, { ...head, tag: '1.2', to: digestOf('v3') }),
    ];
    const result = await check([...events, listing({ '1.2': 'v3', '1.3': 'v3' })]);
    expect(result).toMatchObject({ status: 'pass', deviations: [] });
    const stray = sample(
      'tag.moved',
      { id: 's', time: day(9) },
      { ...head, tag: '1.3', to: digestOf('never') },
    );
    expect((await check([...events, stray])).titles).toEqual([
      'lab/tool:1.3 points to a digest that nobody pushed',
    ]);
  });

  it('does not apply to a project without tags', async () => {
    expect((await check([])).status).toBe('not-applicable');
  });
});

describe('findings-handled and corrections-due', () => {
  const finding = sampleFinding({ word: 'one', occurredAt: day(5) });
  const opened = raised(finding, { time: day(5) });
  const decide = (
    type: 'alert.acknowledged' | 'alert.resolved' | 'alert.suppressed',
    alertId: string,
    until?: string,
  ) =>
    sample(
      'alert.acknowledged',
      { id: type, source: 'urn:provost', time: day(6) },
      {
        project: 'lab',
        alertId,
        incidentId: 'i',
        by: 'dave',
        reason: 'known',
        ...(until && { until }),
      },
    );
  const alertIdOf = async () => {
    const report = await auditOf(await ledgerWith([pushed({ id: 'push-1' }), opened]));
    const command = checkOf(report, 'findings-handled').deviations[0]?.steps[0]?.command;
    return /alerts acknowledge ([0-9a-f]+)/.exec(command ?? '')?.[1] ?? '';
  };
  const audit = async (more: readonly ProvostEvent[], now = NOW) =>
    auditOf(await ledgerWith([pushed({ id: 'push-1', time: day(1) }), opened, ...more]), { now });

  it('fails on a page that nobody took on for a day, with evidence and the detector’s own steps', async () => {
    const result = checkOf(await audit([]), 'findings-handled');
    expect(result).toMatchObject({ status: 'fail', summary: '1 finding: 1 open.' });
    expect(result.deviations[0]?.evidence).toEqual([
      { shard: 0, index: 1 },
      { shard: 0, index: 0 },
    ]);
    expect(result.deviations[0]?.steps.map(({ command }) => command)).toContain(
      "skopeo copy 'a' 'b'",
    );
    const soon = checkOf(await audit([], Date.parse(day(5)) + DAY), 'findings-handled');
    expect(soon.status).toBe('attention');
  });

  it('follows the alert: acknowledged, resolved, suppressed for a time', async () => {
    const alertId = await alertIdOf();
    const states: string[] = [];
    for (const type of ['alert.acknowledged', 'alert.resolved', 'alert.suppressed'] as const) {
      const until = type === 'alert.suppressed' ? '2026-05-01T00:00:00Z' : undefined;
      const event = { ...decide(type, alertId, until), type } as ProvostEvent;
      const report = await audit([event]);
      states.push(`${report.findings[0]?.state} ${report.corrections[0]?.state}`);
      expect(report.findings[0]?.handling.at(-1)).toMatchObject({ by: 'dave', reason: 'known' });
    }
    expect(states).toEqual(['acknowledged overdue', 'resolved done', 'suppressed accepted']);
    const over = { ...decide('alert.suppressed', alertId, day(20)), type: 'alert.suppressed' };
    expect((await audit([over as ProvostEvent])).findings[0]?.state).toBe('open');
  });

  it('sets the due date by severity unless somebody assigned one, and knows when it is over', async () => {
    const due = async (more: readonly ProvostEvent[], now?: number) =>
      (await audit(more, now)).corrections.map(({ owner, dueAt, state }) => [owner, dueAt, state]);
    expect(await due([], Date.parse(day(6)))).toEqual([
      ['registry administrator', '2026-03-12T12:00:00.000Z', 'open'],
    ]);
    const assigned = sample(
      'remediation.assigned',
      { id: 'a', time: day(6) },
      {
        remediationId: 'r1',
        findingId: finding.findingId,
        owner: { name: 'erin' },
        dueAt: day(30),
      },
    );
    expect(await due([assigned], Date.parse(day(20)))).toEqual([['erin', day(30), 'assigned']]);
    expect((await due([assigned]))[0]?.[2]).toBe('overdue');
    const completed = sample(
      'remediation.completed',
      { id: 'c', time: day(29) },
      { remediationId: 'r1' },
    );
    expect((await due([assigned, completed]))[0]?.[2]).toBe('done');
  });

  it('counts ten findings of one alert as one correction, and leaves out what is only on record', async () => {
    const many = Array.from({ length: 10 }, (_, n) =>
      raised(sampleFinding({ word: `n${n}`, occurredAt: day(6) }), { time: day(6) }),
    );
    const logged = raised(
      sampleFinding({ word: 'log', disposition: 'log', rule: 'other', occurredAt: day(6) }),
    );
    const report = await audit([...many, logged]);
    expect(report.corrections.map(({ findings }) => findings)).toEqual([11]);
    expect(report.counts.findings).toBe(12);
  });

  it('takes a finding into the period in which its event happened, whenever it was raised', async () => {
    const late = raised(finding, { time: '2026-04-01T12:00:00Z' });
    const ledger = await ledgerWith([pushed({ id: 'push-1', time: day(1) }), late]);
    expect((await auditOf(ledger)).findings).toHaveLength(1);
  });
});

describe('accepted deviations', () => {
  const accept = (deviationId: string, until?: string) =>
    sample(
      'deviation.accepted',
      { id: 'accept', time: day(28) },
      { deviationId, reason: 'seen', actor: { name: 'fay' }, ...(until && { until }) },
    );
  const events = [...habit(5), pushed({ id: 'e', time: day(10), digest: digestOf('evil') })];

  it('are shown and fail nothing, until their time is over', async () => {
    const before = checkOf(await auditOf(await ledgerWith(events)), 'tags-explained');
    const id = before.deviations[0]?.deviationId ?? '';
    const report = await auditOf(await ledgerWith([...events, accept(id)]));
    const after = checkOf(report, 'tags-explained');
    expect([before.status, after.status]).toEqual(['fail', 'attention']);
    expect(after.deviations[0]?.accepted).toEqual({ by: 'fay', reason: 'seen' });
    expect(report.counts).toMatchObject({ accepted: 1, deviations: 0 });
    const ended = await auditOf(await ledgerWith([...events, accept(id, day(29))]));
    expect(checkOf(ended, 'tags-explained').status).toBe('fail');
  });
});
