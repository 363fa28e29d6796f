import type { UserRule } from '../core/rules/user-rule.ts';
import type { Governance } from './governance.ts';

export type Role = 'api' | 'ledger' | 'detect' | 'alert';
export const ROLES: readonly Role[] = ['api', 'ledger', 'detect', 'alert'];

/** Everything the process is told from outside, checked whole before anything starts, and frozen. */
export type Config = {
  readonly dataDirectory: string;
  readonly roles: readonly Role[];
  readonly http: {
    readonly host: string;
    readonly port: number;
    readonly publicUrl: string | undefined;
    /** Lets `/metrics` be read without a token. */
    readonly publicMetrics: boolean;
  };
  readonly logLevel: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent';
  readonly bus:
    | { readonly kind: 'local'; readonly retentionBytes: number; readonly minFreeBytes: number }
    | {
        readonly kind: 'kafka';
        readonly brokers: readonly string[];
        readonly tls: boolean;
        readonly tlsCa: string | undefined;
        readonly sasl:
          | {
              readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
              readonly username: string;
              readonly password: string;
            }
          | undefined;
      };
  readonly partitions: number;
  readonly clickhouse:
    | { readonly kind: 'embedded' }
    | {
        readonly kind: 'server';
        readonly url: string;
        readonly username: string;
        readonly password: string;
        readonly database: string;
        /** Cluster name for ON CLUSTER and replicated engines; undefined on a single server. */
        readonly cluster: string | undefined;
      };
  readonly signingKeyFile: string;
  /** C2SP checkpoint origin; each shard appends `/<shard>`. */
  readonly origin: string;
  /** SMTP connection URL with credentials, for nodemailer; undefined when no mail is sent. */
  readonly smtpUrl: string | undefined;
  readonly mailFrom: string;
  readonly governance: Governance;
  /** Rules of the institution: the `rules/` folder beside the governance file. */
  readonly rules: readonly UserRule[];
};
