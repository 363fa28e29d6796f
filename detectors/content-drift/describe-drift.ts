import { describeImageDiff } from '../../services/core/image/describe-image-diff.ts';
import { diffImages } from '../../services/core/image/diff-images.ts';
import type { ImageDescription } from '../../services/core/image/image-description.ts';
import { searchEntries } from '../context/ledger-commands.ts';
import { inspectDigest, placeOf } from '../context/registry-commands.ts';
import type { FindingDraft, JudgeContext } from '../detector.ts';
import { listWords } from '../text/list-words.ts';
import { shellQuote } from '../text/shell-quote.ts';
import { comparableLayers, splitLayers } from '../view/content/compare-records.ts';
import type { ImageRecord } from '../view/content/image-record.ts';
import type { Drift } from './drift.ts';

/** Words, evidence and commands for an image that is not what it ought to be. */
export function describeDrift({ entry }: JudgeContext, drift: Drift): FindingDraft {
  const { repository, digest, comparison, differs, added, why } = drift;
  const { before, after } = comparison;
  const name = `${repository.name}@${digest}`;
  const place = placeOf(repository, { repository: repository.name });
  const tags = entry.event.type === 'artifact.pushed' ? entry.event.data.tags : [];
  const [left, right] = comparableLayers(before, after);
  const lines = describeImageDiff(
    diffImages(describe(before, left), describe(after, right)),
  ).filter((line) => !line.includes('not compared') && !line.includes('no difference'));
  return {
    title: `${repository.name} has other content from the same inputs`,
    message: [
      `${name} differs from ${before.digest}… in ${listWords(differs)}. ${why}.`,
      ...(added.length === 0 ? [] : [`New in it: ${listWords(added)}.`]),
      ...lines,
    ].join('\n'),
    subject: {
      kind: 'artifact',
      key: `artifact:${name}`,
      repository: repository.name,
      digest,
      ...(tags[0] === undefined ? {} : { tag: tags[0] }),
    },
    observed: {
      differs,
      ...(added.length === 0 ? {} : { added: added.slice(0, 32) }),
      ...(after.commit === '' ? {} : { commit: after.commit }),
      ...(after.platform === '' ? {} : { platform: after.platform }),
    },
    expected: { likeDigest: before.digest, base: comparison.base },
    role: 'what shows the content',
    evidence: [],
    tags,
    base: drift.base,
    context: drift.context,
    remediation: {
      owner: 'release engineers',
      steps: [
        inspectDigest(place, digest, 'See its config and layers.'),
        searchEntries('See what built, attested and inspected it.', { digest }),
        {
          text: 'Compare it with the image before, part by part.',
          command: `provost baseline diff ${shellQuote(`${repository.name}@${digest}`)}`,
        },
      ],
    },
  };
}

/** What a record still knows, for the structural diff: shortened digests are enough to say where layers differ. */
function describe(record: ImageRecord, layers: string): ImageDescription {
  return {
    platforms: [
      {
        platform: record.platform,
        ...(layers === '' ? {} : { layers: splitLayers(layers).map((digest) => ({ digest })) }),
        ...(record.base === '' && record.baseName === ''
          ? {}
          : { baseImage: { name: record.baseName, digest: record.base } }),
      },
    ],
  };
}
