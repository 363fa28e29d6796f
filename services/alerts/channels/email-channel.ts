import { createTransport } from 'nodemailer';
import type { Notification } from '../delivery/notification.ts';
import { toLine } from '../delivery/plain-text.ts';
import { renderEmail } from '../delivery/render-email.ts';
import type { Channel, DeliveryResult } from './channel.ts';

export type EmailChannelOptions = {
  readonly name: string;
  readonly to: readonly string[];
  readonly from: string;
  /** `smtp://` or `smtps://`, credentials included; it never appears in a result. */
  readonly smtpUrl: string;
};

const CONNECT_MS = 10_000;
const SILENCE_MS = 30_000;

/**
 * Sends one message a notification, with a Message-ID made from the notification's id: a repeated attempt is the
 * same message, and every message of an incident answers the first one (RFC 5322 section 3.6.4).
 */
export function createEmailChannel(options: EmailChannelOptions): Channel {
  const transport = createTransport({
    url: options.smtpUrl,
    pool: true,
    maxConnections: 2,
    connectionTimeout: CONNECT_MS,
    greetingTimeout: CONNECT_MS,
    socketTimeout: SILENCE_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const domain = toLine(options.from.split('@').at(-1) ?? '') || 'provost.invalid';
  return {
    name: options.name,
    kind: 'email',
    deliver: async (notification, signal) => {
      const message = toMessage(notification, options, domain);
      const sent = transport.sendMail(message).then(
        (): DeliveryResult => ({ kind: 'delivered' }),
        (error: unknown) => toResult(error),
      );
      return await before(signal, sent);
    },
    close: async () => transport.close(),
  };
}

function toMessage(notification: Notification, options: EmailChannelOptions, domain: string) {
  const { subject, text, html } = renderEmail(notification);
  const messageId = (id: string) => `<${id}@${domain}>`;
  const thread =
    notification.threadId === notification.notificationId
      ? {}
      : {
          inReplyTo: messageId(notification.threadId),
          references: [messageId(notification.threadId)],
        };
  return {
    from: { name: 'Provost', address: options.from },
    to: options.to.map((address) => ({ name: '', address })),
    messageId: messageId(notification.notificationId),
    ...thread,
    subject,
    text,
    html,
    date: new Date(notification.raisedAt),
    headers: {
      // RFC 3834: no out-of-office answers this.
      'Auto-Submitted': 'auto-generated',
      'X-Auto-Response-Suppress': 'All',
      'X-Provost-Incident': toLine(notification.incidentId),
      'X-Provost-Alert': toLine(notification.alertId),
    },
  };
}

function toResult(error: unknown): DeliveryResult {
  const code = detail(error, 'code');
  const responseCode = detail(error, 'responseCode');
  const response = detail(error, 'response');
  // The server's answer to a login could hold what was sent to it, and a fixed password is worth waiting for.
  if (code === 'EAUTH')
    return { kind: 'retry', code: 'channel.rejected', reason: 'the mail server refused the login' };
  const said = typeof response === 'string' ? toLine(response, 500) : String(code ?? 'no answer');
  if (typeof responseCode === 'number' && responseCode >= 500)
    return { kind: 'rejected', code: 'channel.rejected', reason: said };
  return { kind: 'retry', code: 'channel.unreachable', reason: said };
}

function detail(error: unknown, name: string): unknown {
  return error instanceof Error ? Object.getOwnPropertyDescriptor(error, name)?.value : undefined;
}

/** The first of both; a message that is still on its way then carries the id that its repetition will have. */
async function before(signal: AbortSignal, sent: Promise<DeliveryResult>): Promise<DeliveryResult> {
  const result: DeliveryResult = {
    kind: 'retry',
    code: 'channel.unreachable',
    reason: 'the mail server did not answer in time',
  };
  const done = new AbortController();
  const timeUp = new Promise<DeliveryResult>((resolve) => {
    if (signal.aborted) resolve(result);
    signal.addEventListener('abort', () => resolve(result), { once: true, signal: done.signal });
  });
  try {
    return await Promise.race([sent, timeUp]);
  } finally {
    done.abort();
  }
}
