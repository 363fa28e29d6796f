import type { EventOf } from '../services/core/events/event.ts';
import { searchEntries } from './context/ledger-commands.ts';
import { earlierTelling } from './context/redelivery.ts';
import { placeOf, pointTagBack } from './context/registry-commands.ts';
import type {
  ContextDraft,
  Detector,
  DetectorMetadata,
  FindingDraft,
  JudgeContext,
} from './detector.ts';
import { replayExamples } from './examples/replay-examples.ts';
import {
  retoldBuild,
  retoldRequest,
  type StaleChange,
  staleChange,
} from './replay/stale-change.ts';
import { tagChangesOf } from './view/entry-facts.ts';
import type { RepositoryView } from './view/project-view.ts';

const metadata: DetectorMetadata = {
  id: 'D23',
  rule: 'replay',
  version: 1,
  title: 'An old event is told again as if it were new',
  description:
    'An event with a new id tells what an earlier one told, to the millisecond; or an event that is dated long before what is known by now would take a tag back or away; or an id comes again with another body. Redelivery under the same id is dropped by the ledger and is no news, nor is an event that arrives some hours late.',
  severity: 'high',
  listensTo: [
    'artifact.pushed',
    'tag.moved',
    'tag.deleted',
    'artifact.deleted',
    'build.finished',
    'event.rejected',
  ],
  falsePositives: [
    'A producer that gives a new id to each attempt of a delivery.',
    'An import of old records into a project that is observed live.',
  ],
  knownGaps: [
    'A repeated event whose time was changed too looks like something new; the digest is judged by other rules.',
    'Of a tag the last few digests are remembered: an older one is not recognised.',
  ],
  remediation:
    'Compare both entries and ask the producer which deliveries it made; if it made only one, rotate the secret that signs them.',
  references: {
    attack: ['T1565.001', 'T1557'],
    slsa: ['G: Distribution channel threats'],
    controls: ['AU-10', 'SC-23', 'SI-7'],
  },
};

function judge(context: JudgeContext): readonly FindingDraft[] {
  const { event } = context.entry;
  switch (event.type) {
    case 'event.rejected':
      return event.data.code === 'event.id-reused' ? [describeReuse(context, event)] : [];
    case 'build.finished':
      return judgeBuild(context, event);
    case 'artifact.pushed':
    case 'tag.moved':
    case 'tag.deleted':
    case 'artifact.deleted': {
      const repository = context.view.repositories.get(event.data.repository);
      return repository === undefined ? [] : judgeChanges(context, repository);
    }
    // The detector hears no other type.
    default:
      return [];
  }
}

function judgeChanges(context: JudgeContext, repository: RepositoryView): readonly FindingDraft[] {
  const { entry, at, view } = context;
  const requested = retoldRequest(context, repository);
  if (requested !== undefined) return [describe(context, repository, requested)];
  // What comes in order is the rule, and costs nothing more.
  if (at > view.now) return [];
  const changes = tagChangesOf(entry.event);
  const retold = changes.flatMap((change) => {
    const earlier = earlierTelling(repository, change, entry, at);
    return earlier === undefined ? [] : [{ change, earlier }];
  });
  const [first] = retold.filter(({ earlier }) => !earlier.current);
  const stale = staleChange(context, repository, changes);
  if (first !== undefined) {
    const { change, earlier } = first;
    return [
      describe(context, repository, {
        tag: change.tag,
        now: repository.tags.get(change.tag)?.digest ?? '',
        said: `tells again that ${change.tag} went to ${change.to}, as entry ${earlier.point.ref.index} told on ${new Date(at).toISOString()}; the tag has gone elsewhere since`,
        to: change.to,
        base: 0.65,
        evidence: [{ ...earlier.point.ref, role: 'the event that told it first' }],
        context: [],
      }),
    ];
  }
  if (stale !== undefined) return [describe(context, repository, stale)];
  const [current] = retold;
  if (current === undefined) return [];
  return [
    describe(context, repository, {
      tag: current.change.tag,
      now: current.change.to,
      to: current.change.to,
      said: `tells again what entry ${current.earlier.point.ref.index} told; it changes nothing`,
      base: 0.3,
      evidence: [{ ...current.earlier.point.ref, role: 'the event that told it first' }],
      context: [
        {
          kind: 'redelivery',
          reason:
            'The tag is where the event says already: a delivery that was tried twice looks like this',
          effect: -0.15,
        },
      ],
    }),
  ];
}

function describe(
  context: JudgeContext,
  repository: RepositoryView,
  stale: StaleChange,
): FindingDraft {
  const { entry, actor } = context;
  const name = `${repository.name}:${stale.tag}`;
  const place = placeOf(repository, { repository: repository.name });
  const stranger: ContextDraft[] =
    actor !== '' && repository.publishers.size > 0 && !repository.publishers.has(actor)
      ? [{ kind: 'publisher-new', reason: `${actor} has never published here`, effect: 0.1 }]
      : [];
  return {
    title: `An old event about ${name} is told again`,
    message: `Event ${entry.event.id} of ${entry.event.source}, dated ${entry.event.time}, ${stale.said}.`,
    subject: { kind: 'tag', key: `replay:${name}`, repository: repository.name, tag: stale.tag },
    observed: { eventTime: entry.event.time, to: stale.to, now: stale.now },
    expected: { order: 'newest last, each change once' },
    role: 'the event that is told again',
    evidence: stale.evidence,
    base: stale.base,
    context: [...stale.context, ...stranger],
    remediation: {
      owner: 'security team',
      steps: [
        searchEntries(
          'Compare the entries about the tag: who sent them, when, with which credential.',
          {
            repository: repository.name,
            tag: stale.tag,
          },
        ),
        ...(stale.now === '' || stale.now === stale.to
          ? []
          : [pointTagBack(place, stale.tag, stale.now)]),
      ],
    },
  };
}

function judgeBuild(
  context: JudgeContext,
  event: EventOf<'build.finished'>,
): readonly FindingDraft[] {
  const known = retoldBuild(context, event);
  if (known === undefined) return [];
  return [
    {
      title: `Build ${event.data.runId} is told again`,
      message: `Event ${event.id} of ${event.source} tells of a build of ${event.time} that entry ${known.ref.index} told already.`,
      subject: { kind: 'build', key: `replay:build:${event.data.runId}` },
      observed: { runId: event.data.runId, eventTime: event.time },
      expected: { order: 'each run once' },
      role: 'the event that is told again',
      evidence: [{ ...known.ref, role: 'the event that told it first' }],
      base: 0.3,
      context: [],
      remediation: {
        owner: 'security team',
        steps: [
          searchEntries('Compare both entries.', { type: 'build.finished', digest: known.digest }),
        ],
      },
    },
  ];
}

/** The ledger has the id already, with another body: nobody does that by accident twice. */
function describeReuse({ entry }: JudgeContext, { data }: EventOf<'event.rejected'>): FindingDraft {
  const source = data.rejectedSource ?? 'an unknown source';
  const id = data.rejectedId ?? '';
  return {
    title: `${source} reuses an event id for other content`,
    message: `An event came as ${id} of ${source}, an id that the ledger has with another body. It was not taken: ${data.reason}`,
    subject: { kind: 'source', key: `replay:source:${source}` },
    observed: { id, rejectedDigest: data.rejectedDigest },
    expected: { id: 'one body for one id' },
    role: 'the refusal',
    evidence: [],
    base: 0.55,
    context: [],
    remediation: {
      owner: 'security team',
      steps: [
        {
          text: 'Read the refused record on the dead-letter topic beside the entry that has the id.',
          command: `provost entries --type=event.rejected --from=${new Date(Date.parse(entry.event.time) - 86_400_000).toISOString()}`,
        },
        { text: 'If the source did not send both, rotate the secret that signs its deliveries.' },
      ],
    },
  };
}

export const replay: Detector = { metadata, judge, examples: replayExamples };
