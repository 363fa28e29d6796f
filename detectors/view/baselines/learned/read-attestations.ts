import { missesOf, NOTHING_OBSERVED } from '../../../windows/bit-window.ts';
import { markedRef } from '../../entry-mark.ts';
import type { AttestationFact } from '../../project-view.ts';
import { momentIn } from '../../tag-habit.ts';
import type { AspectReader, Observed } from './learned-aspect.ts';
import { recentChanges } from './recent-changes.ts';

const MAX_EVIDENCE = 8;

/** Whether pushes get a verified attestation here, and who signs them. */
export const readAttestations: AspectReader = (_view, repository) => {
  const attestations = [...repository.tagged.values()].flatMap(({ attestation }) =>
    attestation === undefined ? [] : [attestation],
  );
  const { attested = NOTHING_OBSERVED, pushes } = repository;
  const misses = missesOf(attested);
  const always = attested.count > 0 && misses <= attested.count / 2;
  const span = { since: repository.since, until: momentIn(repository, 0) };
  const evidence = attestations.slice(-MAX_EVIDENCE).map(markedRef);
  const habit: Observed = {
    aspect: 'attestation',
    expectation: [always ? 'always' : 'none'],
    observations: attested.count === 0 ? pushes : attested.count,
    consistent: attested.count === 0 ? pushes : always ? attested.count - misses : misses,
    ...span,
    evidence: always ? evidence : recentChanges(repository),
  };
  const signers = countSigners(attestations);
  const usual = [...signers].filter(([, count]) => count > 1);
  if (usual.length === 0) return [habit];
  return [
    habit,
    {
      aspect: 'signer',
      expectation: usual.map(([name]) => name),
      observations: sum([...signers.values()]),
      consistent: sum(usual.map(([, count]) => count)),
      ...span,
      evidence,
    },
  ];
};

function countSigners(attestations: readonly AttestationFact[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { signer } of attestations) {
    if (signer !== '') counts.set(signer, (counts.get(signer) ?? 0) + 1);
  }
  return counts;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
