import { readFileSync } from 'node:fs';
import type { Channel } from '../alerts/channels/channel.ts';
import { createEmailChannel } from '../alerts/channels/email-channel.ts';
import { parseWebhookSecret } from '../alerts/channels/standard-webhook.ts';
import { createWebhookChannel } from '../alerts/channels/webhook-channel.ts';
import type { Config } from '../config/config.ts';
import type { Clock } from '../core/clock.ts';
import { ProvostError } from '../core/errors.ts';

/** The channels of the governance file. Throws `config.invalid` when one lacks what it needs to work. */
export function createChannels(config: Config, clock: Clock): readonly Channel[] {
  return (config.governance.channels ?? []).map((channel) => {
    if (channel.kind === 'email') {
      if (config.smtpUrl === undefined) {
        throw new ProvostError(
          'config.invalid',
          `channel "${channel.name}" sends mail, which needs PROVOST_SMTP_URL or PROVOST_SMTP_URL_FILE`,
        );
      }
      return createEmailChannel({
        name: channel.name,
        to: channel.to,
        from: channel.from ?? config.mailFrom,
        smtpUrl: config.smtpUrl,
      });
    }
    return createWebhookChannel({
      name: channel.name,
      url: channel.url,
      key: readSecret(channel.name, channel.secretFile),
      allowNetworks: channel.allowNetworks ?? [],
      clock,
    });
  });
}

function readSecret(name: string, file: string): Uint8Array {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new ProvostError(
      'config.unreadable',
      `channel "${name}": cannot read its secret from ${file}`,
      { cause },
    );
  }
  const secret = parseWebhookSecret(text);
  if (!secret.ok)
    throw new ProvostError('config.invalid', `channel "${name}": ${secret.problem.message}`);
  return secret.value;
}
