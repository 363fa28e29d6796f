import { nameOf, searchPrincipal, titleOf } from '../context/principal-steps.ts';
import { policyOfTag } from '../detection-policy.ts';
import type { ContextDraft, DetectorMetadata } from '../detector.ts';
import { crossNamespaceRetagExamples } from '../examples/cross-namespace-retag-examples.ts';
import { listWords } from '../text/list-words.ts';
import { percent } from '../text/percent.ts';
import { tagClass } from '../view/tag-class.ts';
import { shareOf } from '../windows/bit-window.ts';
import type { LaneContext, LaneDetector, LaneDraft } from './lane-detector.ts';
import type { LaneAct } from './view/lane-act.ts';
import type { LaneMove, LanePrincipal, LaneView } from './view/lane-view.ts';
import { isStrangeNetwork } from './view/learn-network.ts';
import { burstOf, countsAsRetag, movesWith, startOf } from './view/learn-retagging.ts';

const metadata: DetectorMetadata = {
  id: 'D44',
  rule: 'cross-namespace-retag',
  version: 1,
  title: 'One actor moves tags in several repositories of several projects',
  description:
    'Within minutes, one principal points tags that never moved to digests or commits that nothing explains, in several repositories of several projects. Ways back to where a tag pointed before, tags that move by habit, and digests that a build or a verified attestation explains do not count. Weightier when the principal never wrote to one of the projects, when the moves of these projects are otherwise explained, when everything goes to one digest, and from a network that is new for the principal.',
  severity: 'critical',
  listensTo: ['artifact.pushed', 'tag.moved', 'source.ref-updated'],
  falsePositives: [
    'A migration that pushes images of several projects again under the same tags: announce it in each of them.',
    'Builds that are reported only after their pushes.',
  ],
  knownGaps: [
    'Tags that the lane has never seen, or has forgotten, look new when a push does not say what it replaced.',
    'Retagging that takes hours is left to the rules inside each project.',
    'Names are compared as the producers write them: one person under two names is two principals.',
  ],
  remediation:
    'Stop the principal, point every listed tag back to the digest before, and look for the credential that was used in all of the projects.',
  references: {
    attack: ['T1195.002', 'T1525', 'T1078'],
    slsa: ['H: Package registry threats', 'B: Modifying the source'],
    controls: ['SI-7', 'CM-5', 'AC-6'],
  },
};

function judge(context: LaneContext): readonly LaneDraft[] {
  const { lane, fact, retags, policyOf } = context;
  const { act, at } = fact;
  if (act === undefined || retags.length === 0) return [];
  const who = act.who === '' ? (act.token === '' ? '' : `token:${act.token}`) : act.who;
  const moves = retags.filter((move) => countsAsRetag(move, at));
  if (who === '' || moves.length === 0) return [];
  const principal = lane.principals.get(who);
  const burst = burstOf(movesWith(principal?.retagging, fact, moves));
  if (burst === undefined) return [];
  const kept = burst.filter(({ project, tag }) => policyOfTag(policyOf(project), tag) !== 'moving');
  if (burstOf(kept) === undefined) return [];
  return [describe(context, who, principal, act, kept)];
}

function describe(
  { lane, fact: { project, at } }: LaneContext,
  who: string,
  principal: LanePrincipal | undefined,
  act: LaneAct,
  burst: readonly LaneMove[],
): LaneDraft {
  const projects = [...new Set(burst.map(({ project }) => project))];
  const repositories = [...new Set(burst.map(({ repository }) => repository))];
  const start = startOf(principal?.retagging, at);
  let level = 0;
  for (let next = 24; next <= burst.length; next *= 4) level += 1;
  const tags = new Set(burst.map(({ repository, tag }) => `${repository}:${tag}`));
  return {
    project,
    parts: burst.map(({ project, repository, tag }) => ({ project, repository, tags: [tag] })),
    draft: {
      title: `${titleOf(who)} moves ${tags.size} tags in ${repositories.length} repositories of ${projects.length} projects`,
      message: `${titleOf(who)} pointed ${tags.size} tags that had never moved elsewhere since ${new Date(start).toISOString()}, in the repositories ${listWords(repositories)} of the projects ${listWords(projects)}; nothing explains the digests.`,
      subject: {
        kind: 'principal',
        key: `principal:${who}`.slice(0, 1024),
        principal: who.slice(0, 256),
      },
      observed: {
        tags: tags.size,
        repositories: repositories.slice(0, 64),
        projects: projects.slice(0, 64),
        minutes: Math.ceil((at - start) / 60_000),
      },
      expected: { moves: 'none of tags that stay, in one project at a time' },
      role: 'the move that completes the burst',
      evidence: [...new Map(burst.map(({ ref }) => [`${ref.source}\n${ref.id}`, ref])).values()]
        .slice(-63)
        .map((ref) => ({ ...ref, role: 'a move of the burst' })),
      identity: [who, new Date(start).toISOString(), String(level)],
      base: 0.6,
      context: circumstancesOf({ lane, who, principal, act, burst, projects, start }),
      remediation: {
        owner: 'security team',
        steps: [
          searchPrincipal(who, at),
          {
            text: `Suspend the credentials of ${nameOf(who)} until it is clear who used them.`,
          },
          {
            text: 'Point the tags back: the finding of each project names the digest before.',
          },
        ],
      },
    },
  };
}

type Burst = {
  readonly lane: LaneView;
  readonly who: string;
  readonly principal: LanePrincipal | undefined;
  readonly act: LaneAct;
  readonly burst: readonly LaneMove[];
  readonly projects: readonly string[];
  readonly start: number;
};

function circumstancesOf(known: Burst): readonly ContextDraft[] {
  const { lane, who, principal, act, burst, projects, start } = known;
  const found: ContextDraft[] = [];
  const foreign = projects.filter((project) => (principal?.wrote.get(project) ?? start) >= start);
  if (foreign.length > 0) {
    found.push({
      kind: 'stranger',
      reason: `${nameOf(who)} never wrote to ${listWords(foreign)} before`,
      effect: 0.15,
    });
  }
  const explained = projects.filter((project) => {
    const moves = lane.projects.get(project)?.explained;
    return moves !== undefined && moves.count >= 8 && shareOf(moves) >= 0.7;
  });
  const [usual] = explained;
  if (usual !== undefined) {
    const share = shareOf(lane.projects.get(usual)?.explained ?? { bits: 0, count: 0 });
    found.push({
      kind: 'unexplained',
      reason: `${percent(share)} of the moves in ${usual} were explained by builds so far`,
      effect: 0.15,
    });
  }
  const full = burst.filter(({ tag }) => tagClass(tag) === 'full').length;
  if (full * 2 >= burst.length) {
    found.push({ kind: 'version-tags', reason: `${full} of them are versions`, effect: 0.1 });
  }
  if (new Set(burst.map(({ to }) => to)).size === 1) {
    found.push({ kind: 'one-digest', reason: 'All of them went to one digest', effect: 0.15 });
  }
  if (principal !== undefined && isStrangeNetwork(principal, act.network, start)) {
    found.push({
      kind: 'strange-network',
      reason: `${act.network} was never used by ${nameOf(who)} before`,
      effect: 0.2,
    });
  }
  if ((principal?.retagging?.days ?? 0) >= 2) {
    found.push({
      kind: 'own-habit',
      reason: `${nameOf(who)} did this on ${principal?.retagging?.days} days before`,
      effect: -0.5,
    });
  }
  return found;
}

export const crossNamespaceRetag: LaneDetector = {
  metadata,
  judge,
  examples: crossNamespaceRetagExamples,
};
