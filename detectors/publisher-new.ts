import type {
  ContextDraft,
  Detector,
  DetectorMetadata,
  FindingDraft,
  JudgeContext,
} from './detector.ts';
import { publisherNewExamples } from './examples/publisher-new-examples.ts';
import { describePublisher } from './publisher-new/describe-publisher.ts';
import { tagChangesOf } from './view/entry-facts.ts';
import { explain, provenanceHabit } from './view/explain.ts';
import { DAY } from './view/limits.ts';
import type { RepositoryView } from './view/project-view.ts';
import { expectationOf, momentIn } from './view/tag-habit.ts';

const ESTABLISHED_PUSHES = 10;
const ESTABLISHED_AGE = 14 * DAY;

const metadata: DetectorMetadata = {
  id: 'D11',
  rule: 'publisher-new',
  version: 1,
  title: 'Somebody publishes here for the first time',
  description:
    'The first push or tag move by this actor in an established repository (ten pushes, two weeks), or by a credential or client that a long-standing publisher never used. Weak alone: a new colleague looks the same, so it is only put on record. It asks for work or wakes somebody together with content that nothing explains, or with a tag that never moved.',
  severity: 'critical',
  listensTo: ['artifact.pushed', 'tag.moved'],
  falsePositives: ['A new colleague, a new robot account, a new laptop, a rotated token.'],
  knownGaps: [
    'A stolen credential of a known publisher, used from a known client, looks known.',
    'Registries that do not say who pushed (an empty actor) give nothing to judge.',
  ],
  remediation:
    'Confirm with the owner of the repository that this person or robot is meant to publish here; otherwise withdraw the right and look at everything it pushed.',
  references: {
    attack: ['T1078', 'T1098'],
    slsa: ['G: Package upload'],
    controls: ['AC-2', 'AC-6', 'CM-5'],
  },
};

function judge(context: JudgeContext): readonly FindingDraft[] {
  const { view, at, actor } = context;
  const { event } = context.entry;
  if (event.type !== 'artifact.pushed' && event.type !== 'tag.moved') return [];
  const repository = view.repositories.get(event.data.repository);
  if (repository === undefined || actor === '' || !isEstablished(repository, at)) return [];
  const known = repository.publishers.get(actor);
  if (known === undefined) return judgeStranger(context, repository);
  const token = event.data.client?.tokenId;
  const usual = known.clients.map((client) => client.split('\t')[0]).filter(Boolean);
  if (token === undefined || usual.length === 0 || known.count < 20 || usual.includes(token)) {
    return [];
  }
  return [
    describePublisher(context, repository, {
      title: `${actor} uses a credential never seen in ${repository.name}`,
      message: `${actor} has published here ${known.count} times, never with the credential ${token}.`,
      key: `principal:${actor}:${token}@${repository.name}`,
      base: 0.2,
      context: [],
      expected: { credentials: usual.slice(0, 4) },
      observed: { credential: token },
    }),
  ];
}

function judgeStranger(context: JudgeContext, repository: RepositoryView): readonly FindingDraft[] {
  const { view, actor, at } = context;
  const { event } = context.entry;
  const elsewhere = view.publishers.get(actor);
  const changes = tagChangesOf(event);
  const parts =
    event.type === 'artifact.pushed'
      ? event.data.children?.map((child) => child.digest)
      : undefined;
  const habit = provenanceHabit(view, repository);
  const unexplained =
    habit.before &&
    habit.expects === 'always' &&
    changes.some(({ to }) => explain(view, repository, to, parts).kind === 'none');
  const takes = changes.filter(({ tag, from, to }) => {
    const known = repository.tags.get(tag);
    const before = known?.digest ?? from;
    return (
      before !== undefined &&
      before !== to &&
      expectationOf(repository, tag, known, at).kind === 'stays'
    );
  });
  const circumstances: ContextDraft[] = [
    ...(elsewhere !== undefined && elsewhere.count >= ESTABLISHED_PUSHES
      ? [
          {
            kind: 'known-in-project',
            reason: `${actor} has published ${elsewhere.count} times elsewhere in this project`,
            effect: -0.1,
          },
        ]
      : []),
    ...(repository.publishers.size <= 2
      ? [
          {
            kind: 'closed-circle',
            reason: `Only ${repository.publishers.size} others ever published here`,
            effect: 0.05,
          },
        ]
      : []),
    ...(unexplained
      ? [
          {
            kind: 'unexplained-here',
            reason: 'Nothing explains what was pushed, where everything is explained',
            effect: 0.3,
          },
        ]
      : []),
    ...(takes.length > 0
      ? [
          {
            kind: 'tag-moved',
            reason: `It took ${takes.length === 1 ? 'a tag' : `${takes.length} tags`} of a kind that never moves here`,
            effect: 0.25,
          },
        ]
      : []),
  ];
  return [
    describePublisher(context, repository, {
      title: `${actor} publishes in ${repository.name} for the first time`,
      message: `${actor} has never pushed to ${repository.name}, which ${repository.publishers.size} others have published ${repository.pushes} times since ${new Date(repository.since).toISOString().slice(0, 10)}.`,
      key: `principal:${actor}@${repository.name}`,
      base: 0.3,
      context: circumstances,
      expected: { publishers: [...repository.publishers.keys()].slice(-8) },
      observed: { tags: changes.map(({ tag }) => tag).slice(0, 16) },
      tags: changes.map(({ tag }) => tag),
    }),
  ];
}

function isEstablished(repository: RepositoryView, at: number): boolean {
  return (
    repository.publishers.size > 0 &&
    repository.pushes >= ESTABLISHED_PUSHES &&
    momentIn(repository, at) - repository.since >= ESTABLISHED_AGE
  );
}

export const publisherNew: Detector = {
  metadata,
  judge,
  examples: publisherNewExamples,
};
