import { afterEach, describe, expect, it } from 'vitest';
import { SNAPSHOT_CONSUMER, SNAPSHOT_FORMAT } from '../../../services/alerts/alerts-snapshot.ts';
import { announcementEvent } from '../../../services/alerts/announcement-event.ts';
import { decideTransition } from '../../../services/alerts/decide-transition.ts';
import { openShardAlerts } from '../../../services/alerts/shard-alerts.ts';
import type { Bus } from '../../../services/bus/bus.ts';
import type { ProvostEvent } from '../../../services/core/events/event.ts';
import { validateAcceptedEvent } from '../../../services/core/events/validate-event.ts';
import { parseJson } from '../../../services/core/json/parse-json.ts';
import { TOPICS } from '../../../services/core/topics.ts';
import { decided, found, governed, HOUR, later, loner, START } from '../../alerts/alert-story.ts';
import { createAlertWorld, createTestChannel } from './alert-world.ts';

type World = Awaited<ReturnType<typeof createAlertWorld>>;
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function world(options: { readonly partitions?: number } = {}): Promise<World> {
  const created = await createAlertWorld(options);
  closing.push(created.close);
  return created;
}

async function start(lab: World, process: Parameters<World['start']>[0]) {
  const running = await lab.start(process);
  closing.push(running.stop);
  return running;
}

/** A bus on which a process dies: from the event on, nothing that it says is heard. */
function busThatDiesAt(bus: Bus, dies: (type: string) => boolean, afterIt: boolean) {
  let dead = false;
  let tell = () => {};
  const died = new Promise<void>((resolve) => {
    tell = resolve;
  });
  const mortal: Pick<Bus, 'publish' | 'subscribe'> = {
    subscribe: bus.subscribe,
    publish: async (topic, records) => {
      const types = records.map(({ value }) =>
        String(JSON.parse(Buffer.from(value).toString()).type),
      );
      if (!dead && types.some(dies)) {
        dead = true;
        if (afterIt) await bus.publish(topic, records);
        tell();
      }
      if (dead) throw new Error('the process is dead');
      return await bus.publish(topic, records);
    },
  };
  return { mortal, died };
}

describe('the alert consumer', () => {
  it('turns a finding into an alert on record, tells people and records that it did', async () => {
    const lab = await world();
    const mail = createTestChannel('mail');
    const hook = createTestChannel('hook');
    await start(lab, { channels: [mail.channel, hook.channel] });
    await lab.publish([found('one', 0)]);
    const delivered = await lab.recorded('notification.delivered', 2);
    const [opened] = await lab.recorded('alert.opened', 1);
    if (opened?.type !== 'alert.opened') throw new Error('no alert');
    expect(opened).toMatchObject({
      id: `alert:${opened.data.alertId}:opened`,
      source: 'urn:provost',
      project: 'lab',
      trust: 'authenticated',
      data: { rule: 'tag-mutation', notify: ['mail', 'hook'], repository: 'lab/tool' },
    });
    expect(delivered.map(({ data }) => data)).toMatchObject([
      { alertId: opened.data.alertId, attempts: 1 },
      { alertId: opened.data.alertId, attempts: 1 },
    ]);
    expect(mail.sent).toMatchObject([
      {
        title: 'Tag 1.0 of lab/tool was overwritten',
        evidence: [{ url: 'https://provost.example/api/v1/entries/0/0' }],
        remediation: { summary: 'Move the tag back.' },
        acknowledge: {
          url: `https://provost.example/api/v1/alerts/${opened.data.alertId}`,
          command: `provost alerts acknowledge ${opened.data.alertId} --url https://provost.example`,
        },
      },
    ]);
    expect(lab.time.waits).toEqual([]);
  });

  it('states facts that fit the vocabulary', async () => {
    const lab = await world();
    const mail = createTestChannel('mail', {
      kind: 'rejected',
      code: 'channel.rejected',
      reason: '554',
    });
    await start(lab, { channels: [mail.channel] });
    await lab.publish([found('one', 0, { disposition: 'ticket' }), found('two', 1)]);
    const types = ['alert.opened', 'alert.escalated', 'notification.failed'] as const;
    for (const type of types) {
      const [event] = await lab.recorded(type, 1);
      const json = parseJson(Buffer.from(JSON.stringify(event)));
      expect(json.ok && validateAcceptedEvent(json.value)).toMatchObject({ ok: true });
    }
  });

  it('tells people once of a burst, in one thread when it escalates', async () => {
    const lab = await world();
    const mail = createTestChannel('mail');
    await start(lab, { channels: [mail.channel] });
    const about = (i: number) => ({
      subject: { kind: 'tag' as const, key: `tag:${i}`, repository: 'lab/tool' },
    });
    await lab.publish(
      Array.from({ length: 20 }, (_, i) =>
        found(`${i}`, i, { ...about(i), disposition: 'ticket' }),
      ),
    );
    await lab.recorded('alert.opened', 20);
    await lab.publish([found('page', 30, about(0))]);
    await lab.recorded('notification.delivered', 2);
    await lab.quiet();
    const [first, second] = mail.sent;
    expect(mail.sent.map(({ kind }) => kind)).toEqual(['opened', 'escalated']);
    expect(second?.threadId).toBe(first?.notificationId);
    expect(second?.incidentId).toBe(first?.incidentId);
  });

  it('only records where nobody is to be told', async () => {
    const lab = await world();
    const mail = createTestChannel('mail');
    const routes = [{ minimum: 'page' as const, channels: ['mail'] }];
    await start(lab, { channels: [mail.channel], routes });
    await lab.publish([found('one', 0, { disposition: 'ticket' })]);
    const [opened] = await lab.recorded('alert.opened', 1);
    await lab.quiet();
    expect(opened?.data).not.toHaveProperty('notify');
    expect(mail.sent).toEqual([]);
  });

  it('goes on with other alerts and channels while one is down, and delivers when it is up', async () => {
    const lab = await world();
    const down = { kind: 'retry', code: 'channel.unreachable', reason: 'ECONNREFUSED' } as const;
    const broken = createTestChannel('broken', down, down);
    const mail = createTestChannel('mail');
    await start(lab, { channels: [broken.channel, mail.channel] });
    await lab.publish([found('one', 0, loner('a')), found('two', 1, loner('b'))]);
    await lab.recorded('notification.delivered', 2);
    await lab.quiet();
    expect(mail.sent).toHaveLength(2);
    expect(await lab.bus.lag(TOPICS.ledger, 'provost-alert')).toMatchObject([{ lag: 0n }]);
    await lab.time.advance(HOUR);
    await lab.recorded('notification.delivered', 4);
    expect(broken.sent).toHaveLength(4);
  });

  it('keeps projects on different shards apart', async () => {
    const lab = await world({ partitions: 3 });
    const mail = createTestChannel('mail');
    await start(lab, { channels: [mail.channel] });
    const projects = ['lab', 'hub', 'bio', 'geo', 'sky'];
    await lab.publish(projects.map((project) => found(project, 0, {}, project)));
    await lab.recorded('notification.delivered', projects.length);
    expect(mail.sent.map(({ project }) => project).sort()).toEqual([...projects].sort());
    expect((await lab.ledger.shards()).length).toBeGreaterThan(1);
  });

  const crashes = [
    ['before the alert is stated', 'alert.opened', false, 1],
    ['after the alert is stated, before its offset is', 'alert.opened', true, 1],
    ['between delivery and record', 'notification.delivered', false, 2],
    ['after the record', 'notification.delivered', true, 1],
  ] as const;
  it.each(crashes)(
    'a process that dies %s loses nothing and repeats recognisably',
    async (_, type, afterIt, times) => {
      const lab = await world();
      const mail = createTestChannel('mail');
      const { mortal, died } = busThatDiesAt(lab.bus, (said) => said === type, afterIt);
      const first = await lab.start({ channels: [mail.channel], bus: mortal });
      await lab.publish([found('one', 0)]);
      await died;
      await first.stop();
      await start(lab, { channels: [mail.channel] });
      await lab.recorded('notification.delivered', 1);
      await lab.quiet();
      expect(mail.sent).toHaveLength(times);
      expect(new Set(mail.sent.map(({ notificationId }) => notificationId)).size).toBe(1);
      expect(await lab.recorded('alert.opened', 1)).toHaveLength(1);
      expect(await lab.recorded('notification.delivered', 1)).toHaveLength(1);
      expect(lab.refused).toEqual([]);
      expect(lab.failures).toEqual([]);
    },
  );

  it.each([
    ['before it is stated', false],
    ['after it is stated', true],
  ])(
    'closes an alert that an approved baseline explains once, also dying %s',
    async (_, afterIt) => {
      const lab = await world();
      const { mortal, died } = busThatDiesAt(lab.bus, (said) => said === 'alert.resolved', afterIt);
      const first = await lab.start({ channels: [], bus: mortal });
      const to = `sha256:${'a'.repeat(64)}`;
      await lab.publish([
        found('one', 0, { observed: { to } }),
        governed('baseline.proposed', 'ann', 1, { value: { digests: [to] } }),
        governed('baseline.approved', 'bob', 2),
      ]);
      await died;
      await first.stop();
      await start(lab, { channels: [] });
      const [resolved, ...more] = await lab.recorded('alert.resolved', 1);
      await lab.quiet();
      expect(more).toEqual([]);
      expect(resolved).toMatchObject({ receivedtime: later(2), data: { by: 'provost' } });
      const { state } = await openShardAlerts(lab.ledger, 0);
      expect([...state.alerts.values()]).toMatchObject([{ status: 'resolved' }]);
      expect([state.unannounced.size, lab.refused, lab.failures]).toEqual([0, [], []]);
    },
  );

  it('rebuilds from the ledger alone when its offsets are ahead of what was done', async () => {
    const lab = await world();
    const mail = createTestChannel('mail');
    // Everything was accepted while nobody alerted, and the group's offsets say that it was seen.
    await lab.publish([found('one', 0)]);
    await lab.recorded('finding.raised', 1);
    const skipped = await lab.bus.subscribe({
      topic: TOPICS.ledger,
      group: 'provost-alert',
      from: 'earliest',
      handler: async () => {},
      onFatal: () => {},
    });
    await lab.quiet();
    await skipped.stop();
    await start(lab, { channels: [mail.channel] });
    await lab.recorded('notification.delivered', 1);
    expect(mail.sent).toHaveLength(1);
  });

  it('survives an outage of the ledger at its start', async () => {
    const lab = await world();
    const mail = createTestChannel('mail');
    await lab.publish([found('one', 0)]);
    await lab.recorded('finding.raised', 1);
    lab.ledger.faults.outage(true);
    await start(lab, { channels: [mail.channel] });
    lab.ledger.faults.outage(false);
    await lab.recorded('notification.delivered', 1);
    expect(lab.failures).toEqual([]);
  });

  it('stops on a record that the ledger cannot have written', async () => {
    const lab = await world();
    await lab.bus.publish(TOPICS.ledger, [{ key: 'lab', value: Buffer.from('{}') }]);
    await start(lab, { channels: [] });
    while (lab.failures.length === 0) await new Promise((resolve) => setTimeout(resolve, 2));
    expect(lab.failures).toMatchObject([{ name: 'FatalError', code: 'bus.corrupt-record' }]);
  });
});

describe('the end of a suppression', () => {
  const DAYS = 24 * HOUR;

  /** A ticket that somebody has silenced for thirty days, on record. */
  async function silenced(lab: World) {
    const given = [found('one', 0, { disposition: 'ticket' })];
    await lab.publish(given);
    await lab.recorded('notification.delivered', 1);
    await lab.publish([decided(given, { kind: 'suppress', ms: 1, untilMs: 30 * DAYS })]);
    await lab.recorded('alert.suppressed', 1);
    await lab.quiet();
  }

  it('is stated at its time and not before, and people hear of it once', async () => {
    const lab = await world();
    const mail = createTestChannel('mail');
    await start(lab, { channels: [mail.channel] });
    await silenced(lab);
    await lab.time.advance(30 * DAYS - 1);
    await lab.quiet();
    expect(mail.sent.map(({ kind }) => kind)).toEqual(['opened']);
    await lab.time.advance(1);
    const [event] = await lab.recorded('alert.reopened', 1);
    expect(event).toMatchObject({ time: later(30 * DAYS), data: { notify: ['mail'] } });
    const json = parseJson(Buffer.from(JSON.stringify(event)));
    expect(json.ok && validateAcceptedEvent(json.value)).toMatchObject({ ok: true });
    await lab.recorded('notification.delivered', 2);
    await lab.time.advance(DAYS);
    await lab.quiet();
    expect(await lab.recorded('alert.reopened', 1)).toHaveLength(1);
    expect(mail.sent.map(({ kind }) => kind)).toEqual(['opened', 'reopened']);
    expect(mail.sent[1]?.threadId).toBe(mail.sent[0]?.threadId);
  });

  it('is stated by the next process when none ran at its time', async () => {
    const lab = await world();
    const mail = createTestChannel('mail');
    const first = await start(lab, { channels: [mail.channel] });
    await silenced(lab);
    await first.stop();
    await lab.time.advance(31 * DAYS);
    await start(lab, { channels: [mail.channel] });
    await lab.time.advance(0);
    await lab.recorded('alert.reopened', 1);
    await lab.recorded('notification.delivered', 2);
    expect(mail.sent.map(({ kind }) => kind)).toEqual(['opened', 'reopened']);
  });

  it('is told again after an outage of the bus', async () => {
    const lab = await world();
    let broken = true;
    const bus: Pick<Bus, 'publish' | 'subscribe'> = {
      subscribe: lab.bus.subscribe,
      publish: async (topic, records) => {
        const ends = records.some(({ value }) => Buffer.from(value).includes('alert.reopened'));
        if (broken && ends) throw new Error('away');
        return await lab.bus.publish(topic, records);
      },
    };
    await start(lab, { channels: [], bus });
    const given = [found('one', 0)];
    await lab.publish([...given, decided(given, { kind: 'suppress', ms: 1, untilMs: HOUR })]);
    await lab.recorded('alert.opened', 1);
    await lab.quiet();
    await lab.time.advance(2 * HOUR);
    broken = false;
    await lab.time.advance(HOUR);
    expect(await lab.recorded('alert.reopened', 1)).toHaveLength(1);
  });

  it('is nothing to a process that has given the shard away', async () => {
    const lab = await world();
    const running = await start(lab, { channels: [] });
    const given = [found('one', 0)];
    await lab.publish([...given, decided(given, { kind: 'suppress', ms: 1, untilMs: HOUR })]);
    await lab.recorded('alert.opened', 1);
    await lab.quiet();
    await running.stop();
    await lab.time.advance(2 * HOUR);
    await lab.quiet();
    expect(await lab.recorded('alert.reopened', 0)).toEqual([]);
  });
});

describe('the alerts of a shard', () => {
  async function filled(lab: World, count: number) {
    const events = Array.from({ length: count }, (_, i) => found(`${i}`, i, loner(`${i % 7}`)));
    await lab.ledger.writer(0).append(events);
  }

  it('read what the bus left out from the ledger, and each entry once', async () => {
    const lab = await world();
    const alerts = await openShardAlerts(lab.ledger, 0);
    await filled(lab, 9);
    const folded = await openShardAlerts(lab.ledger, 0);
    const [announcement] = folded.state.unannounced.values();
    if (announcement === undefined) throw new Error('nothing announced');
    await lab.ledger.writer(0).append([announcementEvent(announcement, [])]);
    const tenth = await lab.ledger.entry(0, 9);
    if (tenth === undefined) throw new Error('no entry');
    const entry = tenth as Parameters<typeof alerts.follow>[0];
    expect(await alerts.follow(entry)).toHaveLength(10);
    expect(await alerts.follow(entry)).toHaveLength(0);
    expect(alerts.nextIndex()).toBe(10);
    expect([...alerts.state.alerts.values()].reduce((sum, { count }) => sum + count, 0)).toBe(9);
  });

  it('wait for an entry that the ledger does not show yet instead of stepping over it', async () => {
    const lab = await world();
    const alerts = await openShardAlerts(lab.ledger, 0);
    await filled(lab, 3);
    lab.ledger.faults.loseEntry(0, 1);
    const last = await lab.ledger.entry(0, 2);
    if (last === undefined) throw new Error('no entry');
    const entry = last as Parameters<typeof alerts.follow>[0];
    await expect(alerts.follow(entry)).rejects.toMatchObject({ code: 'ledger.entry-missing' });
    expect(alerts.nextIndex()).toBe(1);
  });

  it('are the same from a snapshot and from the beginning', async () => {
    const lab = await world();
    const alerts = await openShardAlerts(lab.ledger, 0);
    await filled(lab, 12_000);
    await alerts.catchUp();
    await alerts.saveWhenDue();
    const snapshot = await lab.ledger.latestSnapshot(SNAPSHOT_CONSUMER, 0, SNAPSHOT_FORMAT);
    expect(snapshot?.nextIndex).toBe(12_000);
    await lab.ledger.writer(0).append([found('last', HOUR, loner('1'))]);
    await alerts.catchUp();
    const read: number[] = [];
    const counting = {
      ...lab.ledger,
      scan: (shard: number, from: number, to: number) => {
        read.push(from);
        return lab.ledger.scan(shard, from, to);
      },
    };
    const restored = await openShardAlerts(counting, 0);
    expect(read).toEqual([12_000]);
    expect(restored.state).toEqual(alerts.state);
  }, 30_000);

  it('begin anew when the snapshot cannot be read', async () => {
    const lab = await world();
    await filled(lab, 5);
    const broken = { consumer: SNAPSHOT_CONSUMER, shard: 0, format: SNAPSHOT_FORMAT };
    await lab.ledger.saveSnapshot({ ...broken, nextIndex: 5, state: Buffer.from('{') });
    const alerts = await openShardAlerts(lab.ledger, 0);
    expect(alerts.state.alerts.size).toBe(5);
  });

  it('follow what people decide', async () => {
    const lab = await world();
    await filled(lab, 1);
    const alerts = await openShardAlerts(lab.ledger, 0);
    const [alertId = ''] = alerts.state.alerts.keys();
    const command = {
      kind: 'suppress',
      alertId,
      by: 'ann',
      reason: 'known',
      commandId: 'c',
    } as const;
    const decided = decideTransition(alerts.state, { ...command, at: START, until: later(HOUR) });
    if (!decided.ok) throw new Error('refused');
    const events: ProvostEvent[] = [decided.value];
    await lab.ledger.writer(0).append(events);
    await alerts.catchUp();
    expect(alerts.state.alerts.get(alertId)).toMatchObject({ status: 'suppressed' });
  });
});
