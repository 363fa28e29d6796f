import { type ApiClient, ApiProblem } from './api-client.ts';

const BATCH_EVENTS = 100;
const BATCH_BYTES = 512 * 1024;
const RETRY_DELAYS_MS = [200, 500, 1000, 2000, 5000];

/** Sends event texts in batches; a batch that holds a bad event is sent again one by one, so only that one is refused. */
export type EventSender = {
  readonly add: (text: string, line: number) => Promise<void>;
  readonly flush: () => Promise<void>;
  /** Counts a line that cannot even be sent. */
  readonly refuse: (line: number, problem: Error) => void;
  readonly accepted: () => number;
  readonly refused: () => readonly { readonly line: number; readonly problem: Error }[];
};

/** Creates a sender over the API. Throws what is neither a refusal nor a passing outage. */
export function createEventSender(api: ApiClient): EventSender {
  let batch: { readonly text: string; readonly line: number }[] = [];
  let bytes = 0;
  let accepted = 0;
  const refused: { line: number; problem: Error }[] = [];

  const flush = async () => {
    const sending = batch;
    batch = [];
    bytes = 0;
    if (sending.length === 0) return;
    try {
      await post(
        api,
        `[${sending.map(({ text }) => text).join(',')}]`,
        'application/cloudevents-batch+json',
      );
      accepted += sending.length;
    } catch (error) {
      if (!isRefusal(error)) throw error;
      for (const { text, line } of sending) {
        try {
          await post(api, text, 'application/cloudevents+json');
          accepted += 1;
        } catch (problem) {
          if (!isRefusal(problem)) throw problem;
          refused.push({ line, problem });
        }
      }
    }
  };

  return {
    add: async (text, line) => {
      if (batch.length >= BATCH_EVENTS || bytes + text.length > BATCH_BYTES) await flush();
      batch.push({ text, line });
      bytes += text.length;
    },
    flush,
    refuse: (line, problem) => {
      refused.push({ line, problem });
    },
    accepted: () => accepted,
    refused: () => [...refused].sort((a, b) => a.line - b.line),
  };
}

async function post(api: ApiClient, body: string, contentType: string): Promise<void> {
  for (const delay of [...RETRY_DELAYS_MS, undefined]) {
    try {
      await api.bytes({
        method: 'POST',
        path: '/api/v1/events',
        payload: { bytes: Buffer.from(body, 'utf8'), contentType },
      });
      return;
    } catch (error) {
      if (delay === undefined || !(error instanceof ApiProblem) || error.status !== 503)
        throw error;
      await new Promise((resolve) => setTimeout(resolve, delay));
    }
  }
}

function isRefusal(error: unknown): error is ApiProblem {
  return (
    error instanceof ApiProblem &&
    error.status >= 400 &&
    error.status < 500 &&
    error.status !== 401 &&
    error.status !== 429
  );
}
