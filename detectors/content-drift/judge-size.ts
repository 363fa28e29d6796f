import { strangerContext, unexplainedContext } from '../context/push-context.ts';
import { inspectDigest, placeOf } from '../context/registry-commands.ts';
import type { FindingDraft, JudgeContext } from '../detector.ts';

const MIN_SIZES = 8;
/** The least jump, as a factor, that is news however steady the sizes were. */
const LEAST_JUMP = Math.log(2);
const SPREADS = 8;

/** A size far outside the sizes of the repository's last images: weak, so it is never more than work. */
export function judgeSize({ entry, view, actor }: JudgeContext): readonly FindingDraft[] {
  const { event } = entry;
  if (event.type !== 'artifact.pushed') return [];
  const { size, children, tags, digest } = event.data;
  if (size === undefined || size === 0 || tags.length === 0) return [];
  if (children !== undefined && children.length > 0) return [];
  const repository = view.repositories.get(event.data.repository);
  const sizes = repository?.content?.sizes ?? [];
  if (repository === undefined || sizes.length < MIN_SIZES || repository.tagged.has(digest))
    return [];
  if (size <= 1.5 * Math.max(...sizes) && size >= Math.min(...sizes) / 1.5) return [];
  const logs = sizes.map(Math.log);
  const middle = medianOf(logs);
  const spread = medianOf(logs.map((value) => Math.abs(value - middle)));
  const jump = Math.log(size) - middle;
  if (Math.abs(jump) < Math.max(LEAST_JUMP, SPREADS * spread)) return [];
  const usual = Math.round(Math.exp(middle));
  const name = `${repository.name}@${digest}`;
  return [
    {
      title: `${repository.name}:${tags[0] ?? ''} is much ${jump > 0 ? 'larger' : 'smaller'} than its images are`,
      message: `${name} has ${size} bytes; the last ${sizes.length} images had about ${usual}.`,
      subject: {
        kind: 'artifact',
        key: `artifact:${name}`,
        repository: repository.name,
        digest,
        ...(tags[0] === undefined ? {} : { tag: tags[0] }),
      },
      observed: { size },
      expected: { size: usual, images: sizes.length },
      role: 'the push',
      evidence: [],
      tags,
      base: 0.25,
      context: [
        ...unexplainedContext(view, repository, digest, 0.2),
        ...strangerContext(repository, actor, 0.1),
      ],
      atMost: 'ticket',
      remediation: {
        owner: 'release engineers',
        steps: [
          inspectDigest(
            placeOf(repository, { repository: repository.name }),
            digest,
            'See which layer made the difference.',
          ),
        ],
      },
    },
  ];
}

function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const half = sorted.length >> 1;
  const upper = sorted[half] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] ?? 0) + upper) / 2;
}
