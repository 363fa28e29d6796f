import { createHash } from 'node:crypto';
import type { SourceEvent } from '../../services/core/events/event.ts';

const SOURCE = 'https://registry.example.org';
/** Every so many stories one ends with the delete of a digest that a run cites: exactly one alert. */
const STORIES_AN_ALERT = 10;

export type Story = {
  readonly events: readonly SourceEvent[];
  readonly repository: string;
  readonly alerts: boolean;
};

/** Endless stories of one producer: a push and a pull, or a push, a run that cites it and its delete. */
export function* tellStories(producer: number): Generator<Story> {
  for (let number = 0; ; number += 1) {
    const name = `p${producer}-${number}`;
    const repository = `lab${producer}/app-${number}`;
    const digest = `sha256:${createHash('sha256').update(name).digest('hex')}`;
    const alerts = number % STORIES_AN_ALERT === 0;
    const base = { specversion: '1.0', source: SOURCE } as const;
    const push: SourceEvent = {
      ...base,
      id: `${name}-push`,
      type: 'artifact.pushed',
      data: { repository, digest, tags: ['v1.0.0'], actor: { name: 'robot' } },
    };
    const rest: readonly SourceEvent[] = alerts
      ? [
          {
            ...base,
            id: `${name}-run`,
            type: 'workflow-run.finished',
            data: {
              runId: name,
              outcome: 'success',
              steps: [{ name: 'main', repository, digest, tag: 'v1.0.0' }],
              citation: 'https://doi.example.org/10.9999/1',
            },
          },
          {
            ...base,
            id: `${name}-delete`,
            type: 'artifact.deleted',
            data: { repository, digest, actor: { name: 'robot' } },
          },
        ]
      : [
          {
            ...base,
            id: `${name}-pull`,
            type: 'artifact.pulled',
            data: { repository, digest, tag: 'v1.0.0', actor: { name: 'cluster' } },
          },
        ];
    yield { events: [push, ...rest], repository, alerts };
  }
}
