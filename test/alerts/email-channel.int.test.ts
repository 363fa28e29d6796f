import { createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { Channel } from '../../services/alerts/channels/channel.ts';
import { createEmailChannel } from '../../services/alerts/channels/email-channel.ts';
import { createSmtpCatcher, partOf, type SmtpCatcher } from '../support/smtp-catcher.ts';
import { sampleNotification } from './sample-notification.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function catcher(port?: number): Promise<SmtpCatcher> {
  const smtp = await createSmtpCatcher(port === undefined ? {} : { port });
  closing.push(smtp.close);
  return smtp;
}

function channelTo(smtpUrl: string): Channel {
  const channel = createEmailChannel({
    name: 'mail',
    to: ['duty@example.org', 'lead@example.org'],
    from: 'provost@provost.example',
    smtpUrl,
  });
  closing.push(channel.close);
  return channel;
}

const never = new AbortController().signal;
const id = (letter: string) => letter.repeat(32);

describe('the mail channel', () => {
  it('sends text and HTML, marked as automatic, under an id made from the notification’s', async () => {
    const smtp = await catcher();
    const result = await channelTo(smtp.url).deliver(sampleNotification(), never);
    expect(result).toEqual({ kind: 'delivered' });
    const [mail] = await smtp.waitFor(1);
    if (mail === undefined) throw new Error('no mail');
    expect(mail.to).toEqual(['duty@example.org', 'lead@example.org']);
    expect(Object.fromEntries(mail.headers)).toMatchObject({
      from: ['Provost <provost@provost.example>'],
      subject: ['[Provost] critical page: Tag 1.0 of lab/tool was overwritten (lab)'],
      'message-id': [`<${id('a')}@provost.example>`],
      'auto-submitted': ['auto-generated'],
      'x-auto-response-suppress': ['All'],
      date: ['Sun, 01 Mar 2026 00:00:01 +0000'],
    });
    expect(mail.headers.get('content-type')?.[0]).toMatch(/^multipart\/alternative/);
    expect(partOf(mail, 'text/plain')).toContain("skopeo copy 'docker://a' 'docker://b'");
    expect(partOf(mail, 'text/html')).toContain('<h1');
  });

  it('begins a thread with the incident and answers in it later', async () => {
    const smtp = await catcher();
    const channel = channelTo(smtp.url);
    await channel.deliver(sampleNotification(), never);
    await channel.deliver(
      sampleNotification({ notificationId: id('b'), threadId: id('a'), kind: 'escalated' }),
      never,
    );
    const [first, second] = await smtp.waitFor(2);
    expect(first?.headers.has('in-reply-to')).toBe(false);
    expect(first?.headers.has('references')).toBe(false);
    expect(second?.headers.get('in-reply-to')).toEqual(first?.headers.get('message-id'));
    expect(second?.headers.get('references')).toEqual(first?.headers.get('message-id'));
    expect(second?.headers.get('message-id')).not.toEqual(first?.headers.get('message-id'));
  });

  it('sends the same message again under the same id', async () => {
    const smtp = await catcher();
    await channelTo(smtp.url).deliver(sampleNotification(), never);
    await channelTo(smtp.url).deliver(sampleNotification(), never);
    const [first, second] = await smtp.waitFor(2);
    expect(second?.headers.get('message-id')).toEqual(first?.headers.get('message-id'));
    expect(second?.headers.get('date')).toEqual(first?.headers.get('date'));
  });

  it.each(['\r\nBcc: all@example.org', '\nBcc: all@example.org\n\nbody', '\u2028Bcc: x', '\r'])(
    'lets no field write a header: %j',
    async (attack) => {
      const smtp = await catcher();
      const hostile = sampleNotification({
        title: `tag${attack}`,
        project: `lab${attack}`,
        incidentId: `c${attack}`,
        alertId: `d${attack}`,
        actor: attack,
        message: attack,
      });
      await channelTo(smtp.url).deliver(hostile, never);
      const [mail] = await smtp.waitFor(1);
      expect(mail?.headers.has('bcc')).toBe(false);
      expect(mail?.to).toEqual(['duty@example.org', 'lead@example.org']);
      expect(mail?.headers.get('subject')).toHaveLength(1);
      expect(mail?.headers.get('content-type')?.[0]).toMatch(/^multipart\/alternative/);
    },
  );

  it('asks for another attempt while the server is down, and delivers when it is up', async () => {
    const smtp = await createSmtpCatcher();
    const channel = channelTo(smtp.url);
    await smtp.close();
    const down = await channel.deliver(sampleNotification(), never);
    expect(down).toMatchObject({ kind: 'retry', code: 'channel.unreachable' });
    const again = await catcher(smtp.port);
    expect(await channel.deliver(sampleNotification(), never)).toEqual({ kind: 'delivered' });
    expect(again.mails).toHaveLength(1);
  });

  it('tells a refusal for now from a refusal for good', async () => {
    const smtp = await catcher();
    smtp.refuse(451, 554);
    const channel = channelTo(smtp.url);
    expect(await channel.deliver(sampleNotification(), never)).toMatchObject({ kind: 'retry' });
    expect(await channel.deliver(sampleNotification(), never)).toMatchObject({
      kind: 'rejected',
      code: 'channel.rejected',
      reason: expect.stringContaining('554'),
    });
  });

  it('gives up waiting for a server that says nothing when its time is up', async () => {
    const sockets: Socket[] = [];
    const silent = createServer((socket) => sockets.push(socket));
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    closing.push(async () => {
      for (const socket of sockets) socket.destroy();
      silent.close();
    });
    const address = silent.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const aborted = AbortSignal.timeout(100);
    expect(
      await channelTo(`smtp://127.0.0.1:${port}`).deliver(sampleNotification(), aborted),
    ).toMatchObject({ kind: 'retry', code: 'channel.unreachable' });
  });

  it('keeps the credentials out of what it says', async () => {
    const channel = channelTo('smtp://robot:hunter2@127.0.0.1:1');
    const result = await channel.deliver(sampleNotification(), never);
    expect(JSON.stringify(result)).not.toMatch(/hunter2|robot/);
  });
});
