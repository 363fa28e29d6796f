import type { ApiClient } from './api-client.ts';

/** How a command reaches the API: elsewhere, the service that runs on the data directory, or one in this process. */
export type ConnectOptions = {
  readonly url?: string;
  readonly data?: string;
  readonly config?: string;
  /** `all` also runs the consumers when the service is in this process, so that what is sent is also processed. */
  readonly roles: 'none' | 'all';
};

export type Connection = {
  readonly api: ApiClient;
  /** Where the service is, for people. */
  readonly where: string;
  /** True when the service lives in this process and ends with {@link Connection.close}. */
  readonly own: boolean;
  /** Waits until everything that was sent has passed the ledger and the consumers. Only for an own service. */
  readonly drain: () => Promise<void>;
  readonly close: () => Promise<void>;
};

/** Opens a connection; the composition root provides it. */
export type Connect = (options: ConnectOptions) => Promise<Connection>;
