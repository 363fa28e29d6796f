import { mirrorPrincipal } from '../context/mirror-principal.ts';
import { nameOf, searchPrincipal, titleOf } from '../context/principal-steps.ts';
import type { ContextDraft, DetectorMetadata } from '../detector.ts';
import { crossProjectMassPullExamples } from '../examples/cross-project-mass-pull-examples.ts';
import { listWords } from '../text/list-words.ts';
import { hashText } from '../view/taints/use-keys.ts';
import type { LaneContext, LaneDetector, LaneDraft } from './lane-detector.ts';
import type { LaneAct } from './view/lane-act.ts';
import type { FreshRead, LanePrincipal, ReadingView } from './view/lane-view.ts';
import { isEstablished, isStrangeNetwork } from './view/learn-network.ts';
import { windowAt } from './view/learn-reading.ts';

/** Repositories read for the first time within a day, and how often the peak before. */
const MANY = 10;
const TIMES_PEAK = 3;
/** Projects that they lie in, and projects among them that were never read. */
const PROJECTS = 3;
const NEW_PROJECTS = 2;
/** Whoever has no history has to read that much, and is only put on record. */
const MANY_OF_NEWCOMER = 30;
const PROJECTS_OF_NEWCOMER = 5;

const metadata: DetectorMetadata = {
  id: 'D43',
  rule: 'cross-project-mass-pull',
  version: 1,
  title: 'Somebody reads repositories of many projects that they never read',
  description:
    'Within a day, one principal (an actor, else a credential) reads many repositories for the first time, in several projects of which some were never read before, and several times more than on any day of its own history. Seen apart, each project only sees a few pulls. Weightier from a network that is new for the principal, and the further beyond the habit.',
  severity: 'critical',
  listensTo: ['artifact.pulled'],
  falsePositives: [
    'A scanner, mirror or backup whose scope was widened: name it among the mirrors of the policy, or announce the change.',
    'A scientist who starts a large pipeline whose tools lie in many projects.',
  ],
  knownGaps: [
    'Pulls that name neither an actor nor a credential are not counted: an address is shared by many.',
    'Reading again what was read before, in whatever amount, is a matter of volume and of the rule inside the project.',
    'Somebody who reads a few new repositories every day stays below the threshold.',
  ],
  remediation:
    'Ask the person whether this was them; if not, revoke the credentials, and treat every secret in what was read as known to others.',
  references: {
    attack: ['T1213', 'T1078', 'T1119'],
    slsa: ['G: Distribution channel threats'],
    controls: ['AC-4', 'AU-6', 'SI-4'],
  },
};

function judge(context: LaneContext): readonly LaneDraft[] {
  const { lane, fact } = context;
  const { act, at, project, ref } = fact;
  if (act === undefined || act.repository === '') return [];
  const who = act.who === '' ? `token:${act.token}` : act.who;
  const principal = lane.principals.get(who);
  const known = principal?.reading;
  if (principal === undefined || known === undefined) return [];
  const reading = at - known.start < 86_400_000 ? known : windowAt(known, at);
  // Only a repository that it never read makes the window larger: this is the common case, so it comes first.
  if (reading.fresh.size < MANY - 1) return [];
  const key = hashText(act.repository);
  if (reading.repositories.has(key) || reading.fresh.has(key)) return [];
  const read = { project, repository: act.repository, ref };
  const step = stepOf(principal, reading, read, at);
  return step === undefined ? [] : [describe(context, who, principal, reading, read, act, step)];
}

type Step = {
  readonly count: number;
  readonly projects: readonly string[];
  readonly newProjects: number;
  readonly threshold: number;
  /** How many times the burst has quadrupled since its threshold: it is raised once for each. */
  readonly level: number;
  readonly established: boolean;
};

function stepOf(
  principal: LanePrincipal,
  reading: ReadingView,
  { project }: FreshRead,
  at: number,
): Step | undefined {
  const isFresh = !reading.freshProjects.includes(project);
  const projects = isFresh ? [...reading.freshProjects, project] : reading.freshProjects;
  const newProjects = reading.newProjects + (isFresh && !reading.projects.has(project) ? 1 : 0);
  const established = isEstablished(principal, at);
  const threshold = established
    ? Math.max(MANY, Math.ceil(reading.peak * TIMES_PEAK))
    : MANY_OF_NEWCOMER;
  const count = reading.fresh.size + 1;
  if (count < threshold || newProjects < NEW_PROJECTS) return undefined;
  if (projects.length < (established ? PROJECTS : PROJECTS_OF_NEWCOMER)) return undefined;
  let level = 0;
  for (let next = threshold * 4; next <= count; next *= 4) level += 1;
  return { count, projects, newProjects, threshold, level, established };
}

function describe(
  context: LaneContext,
  who: string,
  principal: LanePrincipal,
  reading: ReadingView,
  read: FreshRead,
  act: LaneAct,
  step: Step,
): LaneDraft {
  const { policyOf, fact } = context;
  const { at } = fact;
  const { count, projects, newProjects, threshold, established, level } = step;
  const strange = isStrangeNetwork(principal, act.network, reading.start);
  const circumstances: ContextDraft[] = [];
  if (newProjects >= 5) {
    circumstances.push({
      kind: 'many-new-projects',
      reason: `${newProjects} of the projects were never read by ${nameOf(who)} before`,
      effect: 0.15,
    });
  }
  if (count >= threshold * 2) {
    circumstances.push({
      kind: 'far-beyond-habit',
      reason: `${count} repositories where ${Math.ceil(reading.peak)} was the most so far`,
      effect: 0.15,
    });
  }
  if (strange) {
    circumstances.push({
      kind: 'strange-network',
      reason: `${act.network} was never used by ${nameOf(who)} before`,
      effect: 0.25,
    });
  }
  // A mirror is one only for those who say so: every project concerned.
  const mirrors = projects.map((name) => mirrorPrincipal(policyOf(name), who, strange)[0]);
  const [mirror] = mirrors;
  if (mirror !== undefined && !mirrors.includes(undefined)) circumstances.push(mirror);
  const reads = [...reading.fresh.values(), read];
  return {
    project: fact.project,
    parts: reads.map(({ project, repository }) => ({ project, repository, tags: [] })),
    draft: {
      title: `${titleOf(who)} reads ${count} repositories of ${projects.length} projects for the first time`,
      message: `${titleOf(who)} read ${count} repositories for the first time since ${new Date(reading.start).toISOString()}, in the projects ${listWords(projects)}; ${newProjects} of these projects were never read before, and ${Math.ceil(reading.peak)} new repositories were the most on any earlier day.`,
      subject: {
        kind: 'principal',
        key: `principal:${who}`.slice(0, 1024),
        principal: who.slice(0, 256),
      },
      observed: { repositories: count, projects: projects.slice(0, 64), newProjects },
      expected: { repositories: Math.ceil(reading.peak), of: 'the busiest earlier day' },
      role: 'the pull that goes beyond',
      evidence: reads.slice(0, 63).map(({ ref }) => ({ ...ref, role: 'first read' })),
      identity: [who, new Date(reading.start).toISOString(), String(level)],
      base: established ? 0.55 : 0.3,
      context: circumstances,
      ...(established ? {} : { atMost: 'log' as const }),
      remediation: {
        owner: 'security team',
        steps: [
          searchPrincipal(who, at),
          { text: `Ask ${nameOf(who)} over another channel what the reading was for.` },
          {
            text: 'If nobody knows: revoke the credentials, and rotate what was kept in the images that were read.',
          },
        ],
      },
    },
  };
}

export const crossProjectMassPull: LaneDetector = {
  metadata,
  judge,
  examples: crossProjectMassPullExamples,
};
