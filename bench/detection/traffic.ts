import type { Governance } from '../../services/config/governance.ts';
import { type Measure, valueMeasure } from '../measure.ts';
import { generateTraffic, PROJECTS } from '../traffic/traffic.ts';
import type { Note } from './history.ts';
import { replay } from './replay.ts';

/** Measures what the detectors ask of people about the ordinary work of 200 projects. */
export async function* benchTraffic(note: Note, seeds: readonly number[]): AsyncGenerator<Measure> {
  const governance = governanceOf();
  const totals = { events: 0, page: 0, ticket: 0 };
  for (const seed of seeds) {
    const { alerts, events } = await replay(generateTraffic(seed), 'events', governance);
    const count = { page: 0, ticket: 0 };
    for (const { disposition, line, rules, subject } of alerts) {
      if (disposition === 'log') continue;
      count[disposition] += 1;
      note(`seed ${seed} line ${line} ${disposition}: ${rules.join(', ')} · ${subject}`);
    }
    totals.events += events;
    totals.page += count.page;
    totals.ticket += count.ticket;
    const pages = (count.page * 10_000) / events;
    yield valueMeasure(`ordinary traffic, seed ${seed}: pages`, pages, 'per 10,000 events', {
      atMost: 1,
    });
  }
  yield valueMeasure(
    `ordinary traffic, ${totals.events} events: tickets`,
    (totals.ticket * 10_000) / totals.events,
    'per 10,000 events',
    { atMost: 20 },
  );
}

/** Who owns what: events that name no repository find their project by their sources and workflows. */
function governanceOf(): Governance {
  return {
    projects: Array.from({ length: PROJECTS }, (_project, n) => ({
      name: `p${n}`,
      repositories: [`p${n}/*`],
      sourceRepositories: [`https://forge.example/p${n}/*`],
      workflows: [`p${n}-*`],
    })),
  };
}
