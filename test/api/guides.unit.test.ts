import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { statusOf } from '../../services/api/http/problem-response.ts';
import { createApiMetrics } from '../../services/api/metrics.ts';
import { parseGovernance } from '../../services/config/parse-governance.ts';
import { createServiceMetrics } from '../../services/runtime/create-metrics.ts';
import { readDistribution } from '../../services/sources/distribution.ts';
import { createHarness } from './api-harness.ts';

/** The fenced blocks of a guide whose info string is this. */
function blocks(guide: string, info: string): string[] {
  const text = readFileSync(new URL(`../../docs/${guide}`, import.meta.url), 'utf8');
  const fences = text.matchAll(new RegExp(`^ *\`\`\`${info}\\n([\\s\\S]*?)^ *\`\`\``, 'gm'));
  return [...fences].map(([, block]) => block ?? '');
}

describe('the guide to the API', () => {
  it('shows events that are accepted as they stand', async () => {
    const harness = await createHarness();
    const token = await harness.issue(['ingest']);
    const events = blocks('api.md', 'json event');
    expect(events.length).toBeGreaterThan(1);
    for (const payload of events) {
      const answer = await harness.app.inject({
        method: 'POST',
        url: '/api/v1/events',
        headers: {
          authorization: `Bearer ${token}`,
          'content-type': 'application/cloudevents+json',
        },
        payload,
      });
      expect(answer.statusCode).toBe(202);
    }
  });

  it('shows the problem that this event really meets', async () => {
    const harness = await createHarness();
    const token = await harness.issue(['ingest']);
    const event = JSON.parse(blocks('api.md', 'json event')[0] ?? '');
    delete event.data.digest;
    const answer = await harness.app.inject({
      method: 'POST',
      url: '/api/v1/events',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/cloudevents+json' },
      payload: JSON.stringify(event),
    });
    expect(answer.json()).toEqual(JSON.parse(blocks('api.md', 'json')[0] ?? ''));
  });

  it('names metrics that exist', async () => {
    const harness = await createHarness({ publicMetrics: true });
    const { body } = await harness.app.inject({ url: '/metrics' });
    const text = readFileSync(new URL('../../docs/api.md', import.meta.url), 'utf8');
    const named = [...text.matchAll(/^\| `(provost_[a-z_]+)/gm)].map(([, name]) => name ?? '');
    expect(named.length).toBeGreaterThan(3);
    for (const name of named) expect(body).toContain(`# HELP ${name} `);
  });

  it('names metrics of the whole service that exist, in the guide to operations', async () => {
    const { registry } = createServiceMetrics({ lag: async () => [] }, []);
    createApiMetrics(registry);
    const body = await registry.metrics();
    const text = readFileSync(new URL('../../docs/operations.md', import.meta.url), 'utf8');
    const named = [...text.matchAll(/`(provost_[a-z_]+)/g)].map(([, name]) => name ?? '');
    expect(named.length).toBeGreaterThan(9);
    for (const name of named) expect(body).toContain(`# HELP ${name} `);
  });

  it('gives codes the status that they are answered with', () => {
    expect(statusOf('auth.expired')).toBe(401);
    const text = readFileSync(new URL('../../docs/api.md', import.meta.url), 'utf8');
    const codes = ['event.data', 'auth.forbidden', 'alert.transition', 'bus.disk-full'] as const;
    for (const code of codes) {
      const row = text.split('\n').find((line) => line.startsWith(`| ${statusOf(code)} |`));
      expect(row).toContain(`\`${code}\``);
    }
  });
});

describe('the guide to connecting a registry', () => {
  it('shows a notification and the event that it becomes', () => {
    const [notification = ''] = blocks('connect-a-registry.md', 'json notification');
    const [event = ''] = blocks('connect-a-registry.md', 'json mapped');
    const context = { source: 'https://registry.example.org' };
    expect(readDistribution(JSON.parse(notification), context)).toEqual({
      events: [JSON.parse(event)],
      ignored: 0,
      unmapped: [],
    });
  });

  it('shows a governance file that is accepted', () => {
    const [sources = ''] = blocks('connect-a-registry.md', 'yaml');
    const governance = parseGovernance(sources.replace(/^ {3}/gm, ''), 'provost.yaml');
    expect(governance.problems).toEqual([]);
    expect(governance.value.sources).toHaveLength(1);
  });
});
