import type { ErrorCode } from '../../core/errors.ts';
import type { Notification } from '../delivery/notification.ts';

/** A way to reach people. `deliver` never throws: what went wrong is a value, and says whether to try again. */
export type Channel = {
  readonly name: string;
  readonly kind: 'email' | 'webhook';
  readonly deliver: (notification: Notification, signal: AbortSignal) => Promise<DeliveryResult>;
  readonly close: () => Promise<void>;
};

export type DeliveryResult =
  | { readonly kind: 'delivered' }
  | {
      /** The receiver may take it later; `retryAfterMs` is what it asked for. */
      readonly kind: 'retry';
      readonly code: ChannelErrorCode;
      readonly reason: string;
      readonly retryAfterMs?: number;
    }
  | {
      /** No later attempt would do better. */
      readonly kind: 'rejected';
      readonly code: ChannelErrorCode;
      readonly reason: string;
    };

type ChannelErrorCode = Extract<ErrorCode, `channel.${string}`>;
