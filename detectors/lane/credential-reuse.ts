import type { RemediationStep } from '../../services/core/finding.ts';
import { nameOf, searchPrincipal, titleOf } from '../context/principal-steps.ts';
import type { ContextDraft, DetectorMetadata, EvidenceDraft } from '../detector.ts';
import { credentialReuseExamples } from '../examples/credential-reuse-examples.ts';
import { listWords } from '../text/list-words.ts';
import { matchesGlob } from '../text/match-glob.ts';
import { shellQuote } from '../text/shell-quote.ts';
import { PRINCIPAL_ACTS } from '../view/access/principal-acts.ts';
import { DAY } from '../view/limits.ts';
import type { LaneContext, LaneDetector, LaneDraft } from './lane-detector.ts';
import type { LaneAct } from './view/lane-act.ts';
import type { LaneCredential, Newcomer } from './view/lane-view.ts';
import { isStrangePlace } from './view/learn-lane.ts';
import { ARRIVAL, isNewcomer, MIN_DAYS, NEW_NETWORK } from './view/learn-network.ts';

/** Uses and days from which a credential has habits, and the most homes and networks of one that has narrow ones. */
const MIN_USES = 10;
const MIN_AGE = 3 * DAY;
const NARROW_PROJECTS = 4;
const NARROW_PLACES = 4;
/** People who arrive in one network, and projects that they work in. */
const MIN_ARRIVALS = 3;
const MIN_ARRIVAL_PROJECTS = 2;

const metadata: DetectorMetadata = {
  id: 'D42',
  rule: 'credential-reuse',
  version: 1,
  title: 'A credential or a network appears where it never was',
  description:
    'An established credential of one principal is used by another; or it is used in a project where it never was, from a network where it never was; or several established people of several projects enter within a day from one network that nobody had seen. Each project alone sees a newcomer: only together is it one story. Writing and making credentials weigh more than reading.',
  severity: 'critical',
  listensTo: [...PRINCIPAL_ACTS, 'source.ref-updated'],
  falsePositives: [
    'A workshop, a new VPN or a new provider from which many people come on one day.',
    'A robot that is given work in another project and new runners at the same time.',
    'A person whose account was renamed.',
  ],
  knownGaps: [
    'Producers that name neither credential nor address give nothing to judge.',
    'Networks are compared as /24 and /48, and private ones not at all.',
    'A credential that several principals share from its first days has no owner.',
  ],
  remediation:
    'Ask the owner over another channel; if it was not them, revoke the credential everywhere at once, and read what it did in every project.',
  references: {
    attack: ['T1078', 'T1550.001', 'T1528', 'T1199'],
    slsa: ['G: Package upload', 'A: Producer'],
    controls: ['AC-2(12)', 'IA-5', 'SI-4'],
  },
};

function judge(context: LaneContext): readonly LaneDraft[] {
  const { act } = context.fact;
  if (act === undefined || (act.token === '' && act.network === '')) return [];
  const credential = act.token === '' ? undefined : context.lane.credentials.get(act.token);
  const reuse = credential && judgeCredential(context, act, credential);
  if (reuse !== undefined) return [reuse];
  const arrivals = judgeArrivals(context, act);
  return arrivals === undefined ? [] : [arrivals];
}

function judgeCredential(
  context: LaneContext,
  act: LaneAct,
  credential: LaneCredential,
): LaneDraft | undefined {
  const { at, project } = context.fact;
  const hasHabits =
    credential.uses >= MIN_USES && credential.days >= MIN_DAYS && at - credential.first >= MIN_AGE;
  if (!hasHabits || credential.others > 0) return undefined;
  const elsewhere =
    credential.projects.size <= NARROW_PROJECTS &&
    credential.places <= NARROW_PLACES &&
    isStrangePlace(credential, project, act);
  const stranger = act.who !== '' && credential.owner !== '' && act.who !== credential.owner;
  if (!stranger && !elsewhere) return undefined;
  const circumstances = circumstancesOf(act, credential, project, stranger);
  const owner = credential.owner === '' ? 'its owner' : credential.owner;
  const homes = [...credential.projects.keys()];
  const name = `token:${act.token}`;
  return {
    project,
    parts: [{ project, repository: act.repository, tags: [] }],
    draft: {
      title: stranger
        ? `${titleOf(name)} of ${owner} is used by ${act.who}`
        : `${titleOf(name)} is used in ${project}, from a place where it never was`,
      message: stranger
        ? `${titleOf(name)} was used by ${owner} alone, ${credential.uses} times in ${listWords(homes)}. Now ${act.who} uses it in ${project}.`
        : `${titleOf(name)} of ${owner} was used ${credential.uses} times in ${listWords(homes)}, from ${listWords(credential.networks)}. Now it is used in ${project}, from ${act.network}.`,
      subject: { kind: 'principal', key: name.slice(0, 1024), principal: owner.slice(0, 256) },
      observed: {
        principal: act.who,
        project,
        ...(act.network === '' ? {} : { network: act.network }),
      },
      expected: { principal: owner, projects: homes.slice(0, 16), networks: credential.networks },
      role: 'the use',
      evidence: [{ ...credential.ref, role: 'the last use by its owner' }],
      identity: stranger
        ? [act.token, 'stranger', act.who]
        : [act.token, 'elsewhere', project, act.network],
      base: 0.5,
      context: circumstances,
      remediation: {
        owner: 'security team',
        steps: [
          revoke(act.token),
          searchPrincipal(act.who === '' ? name : act.who, at),
          { text: `Ask ${owner} over another channel whether this was meant.` },
        ],
      },
    },
  };
}

function circumstancesOf(
  act: LaneAct,
  credential: LaneCredential,
  project: string,
  stranger: boolean,
): readonly ContextDraft[] {
  const found: ContextDraft[] = [];
  if (act.level === 'write' || act.level === 'mint') {
    found.push({
      kind: 'write',
      reason: act.level === 'write' ? 'It writes' : 'It makes another credential',
      effect: 0.2,
    });
  }
  const strangeNetwork =
    act.network !== '' &&
    credential.networks.length > 0 &&
    !credential.networks.includes(act.network);
  if (stranger && strangeNetwork) {
    found.push({
      kind: 'strange-network',
      reason: `${act.network} was never used with it before`,
      effect: 0.2,
    });
  }
  if (stranger && !credential.projects.has(project)) {
    found.push({
      kind: 'strange-project',
      reason: `It was never used in ${project} before`,
      effect: 0.1,
    });
  }
  if (!stranger && credential.places === 1) {
    found.push({
      kind: 'one-home',
      reason: `All of its ${credential.uses} uses came from one network`,
      effect: 0.1,
    });
  }
  return found;
}

/** Several established people of several projects enter from one network that nobody had seen. */
function judgeArrivals(context: LaneContext, act: LaneAct): LaneDraft | undefined {
  const { lane, policyOf } = context;
  const { at, project } = context.fact;
  const network = act.network === '' ? undefined : lane.networks.get(act.network);
  if (network === undefined || network.newcomers.size < MIN_ARRIVALS - 1) return undefined;
  if (at - network.first > NEW_NETWORK + ARRIVAL) return undefined;
  const principal = lane.principals.get(act.who);
  const known = network.newcomers.get(act.who);
  const isNew = known === undefined && principal !== undefined && isNewcomer(principal, act, at);
  if (!isNew && known === undefined) return undefined;
  const now: readonly (readonly [string, Omit<Newcomer, 'ref'>])[] = [
    ...[...network.newcomers].filter(([name]) => name !== act.who),
    [
      act.who,
      {
        at: known?.at ?? at,
        project: known?.project ?? project,
        minted: known?.minted === true || act.level === 'mint',
        wrote: known?.wrote === true || act.level === 'write',
      },
    ],
  ];
  const people = now.filter(
    ([name, newcomer]) =>
      at - newcomer.at <= ARRIVAL &&
      !policyOf(newcomer.project).bots.some((pattern) => matchesGlob(pattern, name)),
  );
  const projects = [...new Set(people.map(([, newcomer]) => newcomer.project))];
  if (people.length < MIN_ARRIVALS || projects.length < MIN_ARRIVAL_PROJECTS) return undefined;
  const minted = people.filter(([, newcomer]) => newcomer.minted).length;
  const published = people.filter(([, newcomer]) => newcomer.minted && newcomer.wrote).length;
  const names = people.map(([name]) => name);
  const circumstances: ContextDraft[] = [];
  if (minted >= 2) {
    circumstances.push({
      kind: 'credentials-made',
      reason: `${minted} of them made a credential from there`,
      effect: 0.15,
    });
  }
  if (published > 0) {
    circumstances.push({
      kind: 'write',
      reason: `${published} of them made a credential from there and wrote from there`,
      effect: 0.2,
    });
  }
  const evidence: EvidenceDraft[] = [...network.newcomers.values()].map(({ ref }) => ({
    ...ref,
    role: 'somebody else from the same network',
  }));
  return {
    project,
    parts: people.map(([, newcomer]) => ({
      project: newcomer.project,
      repository: '',
      tags: [],
    })),
    draft: {
      title: `${people.length} people of ${projects.length} projects come from one network that nobody had seen`,
      message: `${listWords(names)} of the projects ${listWords(projects)} entered from ${act.network} within a day. None of them, and nobody else before, was seen there.`,
      subject: {
        kind: 'principal',
        key: `network:${act.network}`,
        principal: act.who.slice(0, 256),
      },
      observed: { network: act.network, people: names, projects, minted },
      expected: { network: 'the networks that each of them uses' },
      role: 'one more from the network',
      evidence,
      identity: [
        act.network,
        'arrivals',
        new Date(network.first).toISOString(),
        // It is raised again only when it gets worse.
        published > 0 ? 'wrote' : minted >= 2 ? 'minted' : people.length >= 12 ? 'many' : 'few',
      ],
      base: 0.5,
      context: circumstances,
      remediation: {
        owner: 'security team',
        steps: [
          ...names.slice(0, 8).map((name) => searchPrincipal(name, at)),
          { text: `Find out whose network ${act.network} is, and ask the people named.` },
          {
            text: `If they were not there: end the sessions of ${listWords(names.map(nameOf))} and revoke what was made since.`,
          },
        ],
      },
    },
  };
}

function revoke(token: string): RemediationStep {
  return {
    text: 'Revoke the credential where it was issued; if it is a token of this service:',
    command: `provost token revoke ${shellQuote(token)}`,
  };
}

export const credentialReuse: LaneDetector = {
  metadata,
  judge,
  examples: credentialReuseExamples,
};
