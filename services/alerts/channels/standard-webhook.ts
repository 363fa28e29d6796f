import { createHmac } from 'node:crypto';
import { fromBase64 } from '../../core/bytes.ts';
import { problem } from '../../core/errors.ts';
import { fail, type Outcome, ok } from '../../core/outcome.ts';

const PREFIX = 'whsec_';

/** The key of a Standard Webhooks secret: `whsec_` and 24 to 64 bytes in base64. The text never enters a problem. */
export function parseWebhookSecret(text: string): Outcome<Uint8Array> {
  const trimmed = text.trim();
  const key = trimmed.startsWith(PREFIX) ? fromBase64(trimmed.slice(PREFIX.length)) : undefined;
  if (key === undefined || key.byteLength < 24 || key.byteLength > 64)
    return fail(
      problem('config.invalid', 'expected a secret of the form whsec_<24 to 64 bytes in base64>'),
    );
  return ok(key);
}

/** The headers that Standard Webhooks 1.0 asks for; `seconds` is the attempt's Unix time. */
export function signWebhook(key: Uint8Array, id: string, seconds: number, body: string) {
  const signature = createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest('base64');
  return {
    'webhook-id': id,
    'webhook-timestamp': `${seconds}`,
    'webhook-signature': `v1,${signature}`,
  } as const;
}
