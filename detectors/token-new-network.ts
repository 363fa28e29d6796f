import { nameOf, searchPrincipal, titleOf } from './context/principal-steps.ts';
import { writtenContent } from './context/written-content.ts';
import type {
  ContextDraft,
  Detector,
  DetectorMetadata,
  FindingDraft,
  JudgeContext,
} from './detector.ts';
import { tokenNewNetworkExamples } from './examples/token-new-network-examples.ts';
import { companyOf } from './token-new-network/company.ts';
import { type News, newsOf } from './token-new-network/news-of.ts';
import { type Act, actOf, findPrincipal, isAddress, LEVEL, momentOf } from './view/access/act.ts';
import { settledPlaces } from './view/access/place-habit.ts';
import { PRINCIPAL_ACTS } from './view/access/principal-acts.ts';
import { refOf, tagChangesOf } from './view/entry-facts.ts';
import { DAY } from './view/limits.ts';

const metadata: DetectorMetadata = {
  id: 'D15',
  rule: 'token-new-network',
  version: 1,
  title: 'A credential is used from a place that is new for it',
  description:
    'Somebody with an established, narrow habit of networks or clients acts from one never seen for that principal (or that credential), or writes with a credential that is minutes old or was made from such a place. What is done there sets the weight: a login or a pull is put on record or asks for a look, a write that nothing explains wakes somebody. Whoever always roams has no habit to break.',
  severity: 'critical',
  listensTo: PRINCIPAL_ACTS,
  falsePositives: [
    'A journey, a new provider at home, an office that moves, a robot on new runners.',
    'A person who makes a credential for one release and uses it at once.',
  ],
  knownGaps: [
    'Networks are compared as /24 and /48 (/16 for private addresses): a neighbour in the same network looks the same.',
    'Somebody seen on fewer than three days, or who roams, has no habit; producers that name no address give nothing to judge.',
    'A stranger who works from the new place for a week on several days has made it a habit.',
  ],
  remediation:
    'Ask the person over another channel whether this was them; if not, end the sessions, revoke every credential of the account (also those made since), and undo what was written.',
  references: {
    attack: ['T1078', 'T1550.001', 'T1528'],
    slsa: ['G: Package upload', 'A: Producer'],
    controls: ['AC-2(12)', 'IA-5', 'SI-4'],
  },
};

const BASE: readonly number[] = [0.2, 0.35, 0.45, 0.5, 0.55];
const NOTHING: readonly FindingDraft[] = [];

function judge(context: JudgeContext): readonly FindingDraft[] {
  const { access } = context.view;
  const { event } = context.entry;
  const act = actOf(access, event);
  if (act === undefined || isAddress(act.who)) return NOTHING;
  const principal = findPrincipal(access, act.who);
  if (principal === undefined) return NOTHING;
  const isRepetition = act.address === principal.address && act.agent === principal.agent;
  if (isRepetition && act.level === LEVEL.read) return NOTHING;
  const at = momentOf(context.view, context.at);
  const news = newsOf(access, principal, act, at);
  if (news === undefined) return NOTHING;
  return [describe(context, act, news, at)];
}

function baseOf({ level }: Act, { network, tokenNetwork, mintedThere, client }: News): number {
  const base = BASE[level] ?? 0.5;
  if (network || tokenNetwork || mintedThere) return base;
  // A credential of minutes weighs more than a program never used before.
  return client && level < LEVEL.write ? 0.2 : base - 0.15;
}

function circumstancesOf(
  context: JudgeContext,
  act: Act,
  news: News,
  at: number,
): readonly ContextDraft[] {
  const { access } = context.view;
  const { place, network, client, fresh, mintedThere } = news;
  const away = network || mintedThere;
  return [
    ...(network && place.network === 2
      ? [
          {
            kind: 'narrow-habit',
            reason: 'For weeks it has worked from one or two networks only',
            effect: 0.05,
          },
        ]
      : []),
    ...(network && place.presumed
      ? [
          {
            kind: 'presumed-place',
            reason: 'The event names no address; it is where the account was within the day',
            effect: -0.1,
          },
        ]
      : []),
    ...(away && client
      ? [
          {
            kind: 'client-new',
            reason: `${place.family} was never seen with this account either`,
            effect: 0.1,
          },
        ]
      : []),
    ...(fresh && (network || news.tokenNetwork || mintedThere)
      ? [{ kind: 'credential-fresh', reason: 'The credential is minutes old', effect: 0.2 }]
      : []),
    ...(fresh && !away && place.name === ''
      ? [{ kind: 'place-unknown', reason: 'Nobody says from where it was used', effect: 0.1 }]
      : []),
    ...(mintedThere
      ? [
          {
            kind: 'credential-from-there',
            reason: 'The credential was made from a network that is strange for its maker',
            effect: 0.3,
          },
        ]
      : []),
    ...(network ? companyOf(access, act.who, place.name, at) : []),
    ...(fresh && !away ? rotationOf(context, at) : []),
    ...writtenContent(context),
  ];
}

/** Credentials that are made and revoked together are being replaced. */
function rotationOf({ view }: JudgeContext, at: number): readonly ContextDraft[] {
  const { from, minted, revoked } = view.access.rotation;
  if (revoked === 0 || at - from > DAY) return [];
  return [
    {
      kind: 'rotation',
      reason: `${minted} credentials were made and ${revoked} revoked since ${new Date(from).toISOString()}`,
      effect: revoked >= 3 ? -0.3 : -0.15,
    },
  ];
}

function describe(context: JudgeContext, act: Act, news: News, at: number): FindingDraft {
  const { who, level, repository } = act;
  const { place, network, tokenNetwork, client, fresh, mintedThere, mint } = news;
  const principal = findPrincipal(context.view.access, who);
  const usual = settledPlaces(principal?.networks, at);
  const did = DEEDS[level] ?? 'acted';
  const how =
    network || tokenNetwork
      ? `from ${place.name}, where ${network ? 'it' : 'this credential'} was never used before`
      : mintedThere
        ? 'with a credential that was made from a strange network'
        : fresh
          ? 'with a credential that was made minutes before'
          : `with ${place.family}, a program never seen with this account`;
  const tags = tagChangesOf(context.entry.event).map(({ tag }) => tag);
  return {
    title: `${titleOf(who)} ${did} ${network || tokenNetwork ? 'from a network never seen for it' : mintedThere || fresh ? 'with a credential made just before' : 'with a program never seen for it'}`,
    message: `${titleOf(who)} ${did}${repository === '' ? '' : ` in ${repository}`} ${how}.${usual.length === 0 ? '' : ` Its usual networks are ${usual.slice(-4).join(', ')}.`}`,
    subject: {
      kind: 'principal',
      key: `principal:${who}`,
      principal: who.slice(0, 256),
      ...(repository === '' ? {} : { repository }),
    },
    observed: {
      network: place.name,
      client: place.family,
      ...(act.token === '' ? {} : { credential: act.token }),
      newNetwork: network || tokenNetwork,
      newClient: client,
      freshCredential: fresh,
    },
    expected: { networks: usual, clients: settledPlaces(principal?.clients, at) },
    ...(context.actor === ''
      ? { about: { ref: refOf(context.entry), at: context.at, actor: who } }
      : {}),
    role: 'the act from the new place',
    evidence: mint === undefined ? [] : [{ ...mint, role: 'the making of the credential' }],
    ...(tags.length === 0 ? {} : { tags }),
    base: baseOf(act, news),
    context: circumstancesOf(context, act, news, at),
    ...(level < LEVEL.write ? { atMost: 'ticket' as const } : {}),
    remediation: {
      owner: 'security team',
      steps: [
        searchPrincipal(who, at),
        { text: `Ask ${nameOf(who)} (or its owner) over another channel whether this was meant.` },
        {
          text: 'If not: end its sessions, revoke its credentials, those made since included, and undo what was written.',
        },
      ],
    },
  };
}

const DEEDS: readonly string[] = [
  'read',
  'came in',
  'made a credential',
  'wrote',
  'used its powers',
];

export const tokenNewNetwork: Detector = { metadata, judge, examples: tokenNewNetworkExamples };
