import type { ApiClient } from '../api-client.ts';

/** The part of an alert that the demo shows. */
export type DemoAlert = {
  readonly alertId: string;
  readonly rule: string;
  readonly disposition: string;
  readonly severity: string;
  readonly title: string;
  readonly subject: { readonly repository?: string };
  readonly findings: readonly {
    readonly occurredAt: string;
    readonly message: string;
    readonly remediation: {
      readonly summary: string;
      readonly steps: readonly { readonly text: string; readonly command?: string }[];
    };
  }[];
};

export type AlertPrinter = {
  readonly look: () => Promise<void>;
  readonly seen: () => readonly DemoAlert[];
};

/** Prints every alert once, with its remediation notes; what is only on record is counted and not printed. */
export function createAlertPrinter(api: ApiClient, print: (text: string) => void): AlertPrinter {
  const seen = new Map<string, DemoAlert>();
  return {
    seen: () => [...seen.values()],
    look: async () => {
      const { alerts } = await api.json<{ alerts: readonly DemoAlert[] }>({
        method: 'GET',
        path: '/api/v1/alerts',
        query: { limit: 100 },
      });
      for (const alert of [...alerts].reverse()) {
        if (seen.has(alert.alertId)) continue;
        seen.set(alert.alertId, alert);
        if (alert.disposition !== 'log') print(toText(alert));
      }
    },
  };
}

function toText(alert: DemoAlert): string {
  const finding = alert.findings.at(-1);
  const steps = (finding?.remediation.steps ?? []).map(
    ({ text, command }, index) =>
      `    ${index + 1}. ${text}${command === undefined ? '' : `\n       $ ${command}`}`,
  );
  return [
    '',
    `● ${alert.disposition.toUpperCase()} ${alert.severity}: ${alert.title}  [${alert.rule}]`,
    `  ${finding?.occurredAt ?? ''}  ${finding?.message ?? ''}`,
    `  What to do: ${finding?.remediation.summary ?? ''}`,
    ...steps,
  ].join('\n');
}
