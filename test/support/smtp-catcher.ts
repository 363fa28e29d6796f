import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

export type CaughtMail = {
  readonly from: string;
  readonly to: readonly string[];
  /** The whole message as it came over the wire. */
  readonly raw: string;
  /** Unfolded header fields by lower-case name, in order. */
  readonly headers: ReadonlyMap<string, readonly string[]>;
};

export type SmtpCatcher = {
  readonly port: number;
  readonly url: string;
  readonly mails: readonly CaughtMail[];
  /** Resolves with the first `count` mails once there are as many. */
  readonly waitFor: (count: number) => Promise<readonly CaughtMail[]>;
  /** What the next messages are answered with, one each, instead of being taken. */
  readonly refuse: (...responseCodes: readonly number[]) => void;
  readonly close: () => Promise<void>;
};

/** A real SMTP server that keeps what it is sent. A given port lets a test bring it up again where it was. */
export async function createSmtpCatcher(
  options: { readonly port?: number } = {},
): Promise<SmtpCatcher> {
  const mails: CaughtMail[] = [];
  const refusals: number[] = [];
  const waiting: { count: number; resolve: (mails: readonly CaughtMail[]) => void }[] = [];
  const server = new SMTPServer({
    authOptional: true,
    // Clients keep their connections; nobody waits for them.
    closeTimeout: 50,
    disabledCommands: ['STARTTLS'],
    onData: (stream, session, callback) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const responseCode = refusals.shift();
        if (responseCode !== undefined)
          return callback(Object.assign(new Error('not now, not you'), { responseCode }));
        const raw = Buffer.concat(chunks).toString('utf8');
        const { mailFrom, rcptTo } = session.envelope;
        mails.push({
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          raw,
          headers: parseHeaders(raw),
        });
        callback();
        for (const waiter of waiting)
          if (mails.length >= waiter.count) waiter.resolve(mails.slice(0, waiter.count));
        return undefined;
      });
    },
  });
  server.on('error', () => {});
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));
  const { port } = server.server.address() as AddressInfo;
  return {
    port,
    url: `smtp://127.0.0.1:${port}`,
    mails,
    waitFor: (count) =>
      mails.length >= count
        ? Promise.resolve(mails.slice(0, count))
        : new Promise((resolve) => waiting.push({ count, resolve })),
    refuse: (...codes) => refusals.push(...codes),
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** The decoded body of a part of a multipart message. */
export function partOf(mail: CaughtMail, type: 'text/plain' | 'text/html'): string {
  const start = mail.raw.indexOf(`Content-Type: ${type}`);
  const [head = '', ...rest] = mail.raw.slice(start).split('\r\n\r\n');
  const body = rest.join('\r\n\r\n').split(/\r\n--/)[0] ?? '';
  if (/base64/i.test(head)) return Buffer.from(body, 'base64').toString('utf8');
  if (!/quoted-printable/i.test(head)) return body;
  const bytes = body
    .replace(/=\r\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

function parseHeaders(raw: string): ReadonlyMap<string, readonly string[]> {
  const headers = new Map<string, string[]>();
  const [head = ''] = raw.split('\r\n\r\n');
  for (const line of head.replace(/\r\n[ \t]+/g, ' ').split('\r\n')) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).toLowerCase();
    headers.set(name, [...(headers.get(name) ?? []), line.slice(colon + 1).trim()]);
  }
  return headers;
}
