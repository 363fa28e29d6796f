import { describe, expect, it } from 'vitest';
import { announcementEvent } from '../../services/alerts/announcement-event.ts';
import { notificationEvent } from '../../services/alerts/delivery/notification-event.ts';
import { found, START, tell } from './alert-story.ts';

describe('the outbox', () => {
  it('holds an announcement until each of its channels is on record', () => {
    const given = [found('one', 0)];
    const [announcement] = tell(given).state.unannounced.values();
    if (announcement === undefined) throw new Error('nothing announced');
    const opened = announcementEvent(announcement, ['mail', 'hook']);
    const { state } = tell([...given, opened]);
    expect(state.unannounced.size).toBe(0);
    expect([...state.outbox.values()]).toMatchObject([
      { channels: ['mail', 'hook'], finding: { index: 0 } },
    ]);
  });

  it('lets go of a channel when it is on record, and of the announcement with the last one', () => {
    const given = [found('one', 0)];
    const [announcement] = tell(given).state.unannounced.values();
    if (announcement === undefined) throw new Error('nothing announced');
    const opened = [...given, announcementEvent(announcement, ['mail', 'hook'])];
    const [item] = tell(opened).state.outbox.values();
    if (item === undefined) throw new Error('nothing pending');
    const head = { channelKind: 'email', attempts: 1, failure: undefined };
    const mailed = [...opened, notificationEvent(item, { ...head, channel: 'mail' }, START)];
    expect([...tell(mailed).state.outbox.values()]).toMatchObject([{ channels: ['hook'] }]);
    const failure = { code: 'channel.rejected', reason: 'HTTP 410' };
    const record = { ...head, channel: 'hook', failure };
    const { state, alerts } = tell([...mailed, notificationEvent(item, record, START)]);
    expect(state.outbox.size).toBe(0);
    expect(alerts[0]?.history.slice(-2)).toMatchObject([
      { kind: 'notified', by: 'mail' },
      { kind: 'notification-failed', by: 'hook', reason: 'channel.rejected' },
    ]);
  });

  it('stays empty for what nobody has to be told', () => {
    const given = [found('one', 0)];
    const [announcement] = tell(given).state.unannounced.values();
    if (announcement === undefined) throw new Error('nothing announced');
    const silent = announcementEvent({ ...announcement, notify: false }, ['mail']);
    expect(tell([...given, silent]).state.outbox.size).toBe(0);
  });
});
