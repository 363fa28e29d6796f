import { searchEntries } from '../context/ledger-commands.ts';
import { inspectDigest } from '../context/registry-commands.ts';
import type { FindingDraft, JudgeContext } from '../detector.ts';
import type { Use } from '../stale-mirror.ts';
import type { RemovedDigest } from '../view/rhythm/rhythm-view.ts';

/** Words and commands for a removed digest that somebody still got. */
export function describeServing(
  { view, at, actor }: JudgeContext,
  { digest, host, repository, client }: Use,
  removed: RemovedDigest,
): FindingDraft {
  const home = removed.registry;
  const elsewhere = host !== undefined && home !== '' && host !== home;
  const where =
    host ?? (client === undefined ? 'a mirror or cache' : `a mirror (${client.slice(0, 64)})`);
  const name = repository ?? removed.repository;
  const days = Math.max(1, Math.round((at - removed.at) / 86_400_000));
  const tainted = removed.why === 'tainted';
  return {
    title: `${where} still serves ${tainted ? 'what is known to be bad' : 'a deleted image'}`,
    message: `${actor || 'Somebody'} got ${digest} of ${name || 'an unknown repository'} from ${where}, ${days} ${days === 1 ? 'day' : 'days'} after it ${tainted ? `became known to be bad (${removed.reason})` : `was deleted by ${removed.by || 'an unknown actor'}`}.`,
    subject: {
      kind: 'artifact',
      key: `stale:${digest}@${host ?? ''}`,
      digest,
      ...(name === '' ? {} : { repository: name }),
    },
    observed: { host: host ?? null, daysAfter: days },
    expected: { served: false, why: removed.why },
    role: 'the use',
    evidence: [{ ...removed.ref, role: tainted ? 'the warning' : 'the removal' }],
    base: tainted ? 0.7 : 0.4,
    context: [
      ...(elsewhere
        ? [
            {
              kind: 'another-registry',
              reason: `It was removed at ${home}, and came from ${host}`,
              effect: 0.1,
            },
          ]
        : []),
      ...(view.citations.has(digest)
        ? [
            {
              kind: 'cited',
              reason: 'Runs cite it: this may be the last copy that lets them be repeated',
              effect: tainted ? 0 : 0.05,
            },
          ]
        : []),
    ],
    remediation: {
      owner: 'registry administrators',
      steps: [
        inspectDigest(
          { registry: host ?? '', repository: name || 'REPOSITORY' },
          digest,
          'See whether it is still served.',
        ),
        searchEntries('List who got it since.', {
          digest,
          from: new Date(removed.at).toISOString(),
        }),
      ],
    },
  };
}
