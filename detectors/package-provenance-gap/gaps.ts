import {
  EVIDENCE_KINDS,
  type EvidenceKind,
  isUsual,
  type PackageEvidence,
} from '../view/packages/package-evidence.ts';
import type { PackageView } from '../view/packages/packages-view.ts';
import type { BitWindow } from '../windows/bit-window.ts';

/** Evidence that publications of the package have, and this one has not. */
export type Gap = {
  readonly kind: EvidenceKind;
  readonly observed: number;
  readonly reason: string;
  /** Score when it is the only gap, and what it adds to a heavier one. */
  readonly weight: number;
  readonly added: number;
};

const WORDS: Readonly<Record<EvidenceKind, { what: string; weight: number; added: number }>> = {
  tagged: { what: 'a git tag of the version', weight: 0.55, added: 0.25 },
  built: { what: 'a build run that made it', weight: 0.55, added: 0.25 },
  attested: { what: 'an attestation', weight: 0.5, added: 0.25 },
  committed: { what: 'a named commit', weight: 0.45, added: 0.15 },
};

/** The gaps, heaviest first. What a producer did not say is a gap only beside another one. */
export function gapsOf(known: PackageView, evidence: PackageEvidence): readonly Gap[] {
  const said = EVIDENCE_KINDS.filter((kind) => evidence[kind] === false && isUsual(known[kind]));
  const gaps = said.map((kind) => gapOf(kind, known[kind]));
  if (gaps.length > 0 && evidence.attested === undefined && isUsual(known.attested)) {
    gaps.push({ ...gapOf('attested', known.attested), added: 0.15 });
  }
  return gaps.sort((one, other) => other.weight - one.weight);
}

function gapOf(kind: EvidenceKind, window: BitWindow): Gap {
  const { what, weight, added } = WORDS[kind];
  // Three or four releases are a short habit.
  const share = window.count < 4 ? 0.85 : 1;
  return {
    kind,
    observed: window.count,
    reason: `The last ${window.count} publications had ${what}, this one has none`,
    weight: weight * share,
    added: added * share,
  };
}
