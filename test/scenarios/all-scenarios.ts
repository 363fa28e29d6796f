import { b01 } from './b01.ts';
import { b02 } from './b02.ts';
import { b04 } from './b04.ts';
import { b05 } from './b05.ts';
import { b06 } from './b06.ts';
import { b07 } from './b07.ts';
import { b09 } from './b09.ts';
import { b10 } from './b10.ts';
import { b11 } from './b11.ts';
import { b14 } from './b14.ts';
import { b15 } from './b15.ts';
import { b17 } from './b17.ts';
import { ownAnotherCi } from './own-another-ci.ts';
import { ownElderContent } from './own-elder-content.ts';
import { ownPlainShadow } from './own-plain-shadow.ts';
import { ownProposalSecrets } from './own-proposal-secrets.ts';
import { ownPushOutsideRuns } from './own-push-outside-runs.ts';
import { ownRenamedRepository } from './own-renamed-repository.ts';
import { ownRunsAsRoot } from './own-runs-as-root.ts';
import { ownSpoofedPusher } from './own-spoofed-pusher.ts';
import { s01 } from './s01.ts';
import { s03 } from './s03.ts';
import { s04 } from './s04.ts';
import { s05 } from './s05.ts';
import { s06 } from './s06.ts';
import { s08 } from './s08.ts';
import { s10 } from './s10.ts';
import { s11 } from './s11.ts';
import { s13 } from './s13.ts';
import { s16 } from './s16.ts';
import { s17 } from './s17.ts';
import { s18 } from './s18.ts';
import { s19 } from './s19.ts';
import { s21 } from './s21.ts';
import { s22 } from './s22.ts';
import { s23 } from './s23.ts';
import { s25 } from './s25.ts';
import type { Scenario } from './scenario.ts';

/** Every incident and every look-alike, and what was learned from further ones. */
export const SCENARIOS: readonly Scenario[] = [
  s01,
  s03,
  s04,
  s05,
  s06,
  s08,
  s10,
  s11,
  s13,
  s16,
  s17,
  s18,
  s19,
  s21,
  s22,
  s23,
  s25,
  b01,
  b02,
  b04,
  b05,
  b06,
  b07,
  b09,
  b10,
  b11,
  b14,
  b15,
  b17,
  ownAnotherCi,
  ownElderContent,
  ownPlainShadow,
  ownProposalSecrets,
  ownPushOutsideRuns,
  ownRenamedRepository,
  ownRunsAsRoot,
  ownSpoofedPusher,
];
