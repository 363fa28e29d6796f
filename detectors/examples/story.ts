import type { EventData, EventType } from '../../services/core/events/catalogue.ts';
import type { ProvostEvent, SourceEvent } from '../../services/core/events/event.ts';
import { acceptEvent } from '../../services/core/events/validate-event.ts';
import { DAY, HOUR } from '../view/limits.ts';

/** Tells a deterministic story of one repository, for the examples of detectors: every call is one event or a pause. */
export type Story = {
  readonly push: (tags: string | readonly string[], image: string, by?: string) => Story;
  readonly move: (tag: string, image: string, by?: string) => Story;
  /** A successful build run whose output is the image. */
  readonly build: (image: string, run?: Partial<EventData<'build.finished'>>) => Story;
  readonly attest: (image: string) => Story;
  readonly run: (
    image: string,
    run?: { readonly tag?: string; readonly citation?: string },
  ) => Story;
  readonly deleteImage: (image: string, by?: string) => Story;
  readonly deleteTag: (tag: string, by?: string) => Story;
  readonly event: <T extends EventType>(type: T, data: EventData<T>) => Story;
  readonly hours: (hours: number) => Story;
  readonly days: (days: number) => Story;
  /** The hours pass in which nothing comes, and the service says so. */
  readonly waits: (hours: number) => Story;
  /** Repeats a part; the part gets the number of the turn, from 1. */
  readonly times: (turns: number, part: (story: Story, turn: number) => Story) => Story;
  readonly events: () => readonly ProvostEvent[];
  /** What was told before the last event, and the last event: the two halves of an example. */
  readonly example: () => { readonly given: readonly ProvostEvent[]; readonly when: ProvostEvent };
};

export const REPOSITORY = 'lab/tool';
const START = Date.UTC(2026, 0, 5, 9);

/** A digest that stands for an image of that name. */
export function image(name: string): string {
  const hex = [...name].map((char) => char.charCodeAt(0).toString(16).padStart(2, '0')).join('');
  return `sha256:${hex.slice(0, 64).padEnd(64, '0')}`;
}

/** Starts a story in a repository nobody has seen; `maya` publishes unless another name is given. */
export function story(repository: string = REPOSITORY): Story {
  const events: ProvostEvent[] = [];
  let now = START;

  const tell = <T extends EventType>(type: T, data: EventData<T>): Story => {
    // A minute passes between any two events, so that their order is never in doubt.
    now += 60_000;
    const time = new Date(now).toISOString();
    const event = {
      specversion: '1.0',
      id: `${type}-${events.length + 1}`,
      source: `urn:example:${type.split('.')[0]}`,
      type,
      time,
      data,
    } as unknown as SourceEvent;
    events.push(
      acceptEvent(event, {
        receivedtime: time,
        project: repository.split('/')[0] ?? repository,
        trust: 'authenticated',
      }),
    );
    return told;
  };

  const told: Story = {
    push: (tags, name, by = 'maya') =>
      tell('artifact.pushed', {
        repository,
        digest: image(name),
        tags: typeof tags === 'string' ? [tags] : [...tags],
        actor: { name: by },
      }),
    move: (tag, name, by = 'maya') =>
      tell('tag.moved', { repository, tag, to: image(name), actor: { name: by } }),
    build: (name, run = {}) =>
      tell('build.finished', {
        runId: `run-${events.length + 1}`,
        builderId: 'https://ci.example/runners',
        sourceRepository: 'https://git.example/lab/tool',
        outcome: 'success',
        outputs: [{ repository, digest: image(name) }],
        ...run,
      }),
    attest: (name) =>
      tell('attestation.attached', {
        repository,
        digest: image(name),
        predicateType: 'https://slsa.dev/provenance/v1',
        signer: { identity: 'https://ci.example/runners' },
        verified: true,
      }),
    run: (name, run = {}) =>
      tell('workflow-run.finished', {
        runId: `workflow-${events.length + 1}`,
        outcome: 'success',
        steps: [
          {
            name: 'analyse',
            repository,
            digest: image(name),
            ...(run.tag === undefined ? {} : { tag: run.tag }),
          },
        ],
        ...(run.citation === undefined ? {} : { citation: run.citation }),
      }),
    deleteImage: (name, by = 'maya') =>
      tell('artifact.deleted', { repository, digest: image(name), actor: { name: by } }),
    deleteTag: (tag, by = 'maya') => tell('tag.deleted', { repository, tag, actor: { name: by } }),
    event: tell,
    hours: (hours) => {
      now += hours * HOUR;
      return told;
    },
    days: (days) => {
      now += days * DAY;
      return told;
    },
    waits: (hours) => {
      now += hours * HOUR;
      const project = repository.split('/')[0] ?? repository;
      return tell('deadline.passed', { project, deadline: new Date(now).toISOString() });
    },
    times: (turns, part) => {
      for (let turn = 1; turn <= turns; turn += 1) part(told, turn);
      return told;
    },
    events: () => events,
    example: () => {
      const when = events.at(-1);
      if (when === undefined) throw new Error('a story needs at least one event');
      return { given: events.slice(0, -1), when };
    },
  };
  return told;
}

/** Twenty releases in as many days, each built, pushed under its own version, and none ever moved. */
export function builtReleases(repository?: string): Story {
  return story(repository).times(20, (told, turn) =>
    told.days(1).build(`release-${turn}`).push(`1.${turn}.0`, `release-${turn}`),
  );
}

/** Twenty releases without any build event: a registry that only sends its notifications. */
export function plainReleases(repository?: string): Story {
  return story(repository).times(20, (told, turn) =>
    told.days(1).push(`1.${turn}.0`, `release-${turn}`),
  );
}

/** A repository that rebuilds its version tags every week, each time explained by a build. */
export function rebuiltReleases(repository?: string): Story {
  return story(repository).times(6, (told, week) =>
    told
      .days(7)
      .times(4, (inner, version) =>
        inner.build(`v${version}-week-${week}`).push(`1.${version}.0`, `v${version}-week-${week}`),
      ),
  );
}
