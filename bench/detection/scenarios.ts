import { SCENARIOS } from '../../test/scenarios/all-scenarios.ts';
import { TELLINGS } from '../../test/scenarios/tale.ts';
import { type Measure, valueMeasure } from '../measure.ts';
import type { Note } from './history.ts';
import { judgeScenario, type Verdict } from './judge-scenario.ts';

/** Measures every incident and look-alike, in each telling: what is found, how late, and what wakes somebody. */
export async function* benchScenarios(note: Note): AsyncGenerator<Measure> {
  for (const scenario of SCENARIOS) {
    for (const telling of TELLINGS) {
      const told = scenario.tell(telling);
      const verdict = await judgeScenario(told);
      const name = `${scenario.id} ${telling.name}`;
      describe(name, verdict, note);
      const { expected, pages, waves = 1 } = told;
      if (expected.length > 0) {
        const found = verdict.classes.filter(({ first }) => first !== undefined);
        yield valueMeasure(`${name}: classes found`, found.length, 'classes', {
          atLeast: expected.length,
        });
        const late = Math.max(0, ...found.map(({ lateEvents }) => lateEvents));
        const seconds = Math.max(0, ...found.map(({ lateSeconds }) => lateSeconds));
        yield valueMeasure(`${name}: latest class`, late, 'events after the first possible', {
          atMost: 0,
        });
        yield valueMeasure(`${name}: latest class`, seconds, 'seconds after the first possible', {
          atMost: 0,
        });
      }
      const most = pages === false ? 0 : waves;
      yield valueMeasure(`${name}: pages`, verdict.pages, 'incidents', { atMost: most });
      yield valueMeasure(
        `${name}: pages and tickets that must not be`,
        verdict.forbidden.length + verdict.early.length,
        'findings',
        { atMost: 0 },
      );
    }
  }
}

function describe(
  name: string,
  { classes, heard, early, forbidden, pages }: Verdict,
  note: Note,
): void {
  for (const { detector, first, lateEvents, lateSeconds } of classes) {
    if (first === undefined) note(`${name}: ${detector} never fires`);
    else if (lateEvents > 0)
      note(`${name}: ${detector} (${first.rule}) ${lateEvents} events, ${lateSeconds} s late`);
  }
  for (const { rule, subject, event, message } of early)
    note(
      `${name}: pages before anything happened: ${rule} ${subject} at ${event.type}: ${message}`,
    );
  for (const { rule, disposition, subject, event } of forbidden)
    note(`${name}: must not be: ${disposition} ${rule} ${subject} at ${event.type} ${event.time}`);
  const rules = new Map<string, number>();
  for (const { rule, disposition } of heard)
    rules.set(`${rule}=${disposition}`, (rules.get(`${rule}=${disposition}`) ?? 0) + 1);
  note(
    `${name}: ${pages} pages; ${[...rules].map(([rule, count]) => `${rule}×${count}`).join(', ')}`,
  );
}
