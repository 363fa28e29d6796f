import { mirrorPrincipal } from './context/mirror-principal.ts';
import { nameOf, searchPrincipal, titleOf } from './context/principal-steps.ts';
import type {
  ContextDraft,
  Detector,
  DetectorMetadata,
  FindingDraft,
  JudgeContext,
} from './detector.ts';
import { massPullExamples } from './examples/mass-pull-examples.ts';
import { type Reading, readingOf } from './mass-pull/reading-of.ts';
import type { PrincipalView } from './view/access/access-view.ts';
import { actOf, findPrincipal, isAddress, momentOf } from './view/access/act.ts';
import { daysBefore } from './view/access/learn-principal.ts';
import { placeOfAct } from './view/access/place-of-act.ts';

const MANY = 10;
/** Repositories from which "nearly all of the project" means something. */
const LARGE = 12;

const metadata: DetectorMetadata = {
  id: 'D13',
  rule: 'mass-pull',
  version: 1,
  title: 'Somebody reads far more than ever before',
  description:
    'Within a day, one principal (an actor, else a credential, else an address) reads many times more different repositories, digests or bytes than on any earlier day; or one without a history reads many times what readers of this project read. Repetitions count once, so a class or a job array that pulls one image a thousand times is silent. Weightier from a place strange for the principal, when everything is read once, and when it is most of the project.',
  severity: 'critical',
  listensTo: ['artifact.pulled', 'token.used'],
  falsePositives: [
    'A new mirror, scanner or backup on its first day: name it among the mirrors of the policy.',
    'A migration of a cluster that pulls everything anew.',
  ],
  knownGaps: [
    'One object that is pulled over and over is a matter of volume, not of this rule.',
    'Somebody who reads a little more each day stays below three times the peak.',
    'Many accounts that each read a part, and reading spread over projects, are seen apart here.',
    'Counts of more than thirty-two are estimates, within some percent, up to about 3,000 a day.',
  ],
  remediation:
    'Ask who is behind the principal what it is for; if nobody knows, block it, revoke its credential, and treat what it could read (secrets in images too) as read by others.',
  references: {
    attack: ['T1213', 'T1078', 'T1119'],
    slsa: ['G: Distribution channel threats'],
    controls: ['AC-4', 'AU-6', 'SI-4'],
  },
};

function judge(context: JudgeContext): readonly FindingDraft[] {
  const { view } = context;
  const { event } = context.entry;
  if (event.type !== 'artifact.pulled' && event.type !== 'token.used') return [];
  const act = actOf(view.access, event);
  if (act === undefined || act.repository === '') return [];
  const principal = findPrincipal(view.access, act.who);
  const at = momentOf(view, context.at);
  const { data } = event;
  const read = {
    repository: act.repository,
    object: 'digest' in data ? (data.digest ?? '') : '',
    bytes: 'bytes' in data ? (data.bytes ?? 0) : 0,
  };
  if (read.object === '') {
    read.object = 'tag' in data ? `${act.repository}:${data.tag ?? ''}` : act.repository;
  }
  const reading = readingOf(view.access, principal, read, at);
  if (principal === undefined || reading === undefined || reading.step <= reading.stepBefore)
    return [];
  const strange = placeOfAct(view.access, principal, act, at).network > 0;
  return [
    describeReading(context, act.who, reading, [
      ...mirrorPrincipal(context.policy, act.who, strange),
      ...circumstancesOf(context, { who: act.who, principal, strange, at }, reading),
    ]),
  ];
}

type Reader = {
  readonly who: string;
  readonly principal: PrincipalView;
  readonly strange: boolean;
  readonly at: number;
};

function circumstancesOf(
  { view }: JudgeContext,
  { who, principal, strange, at }: Reader,
  reading: Reading,
): readonly ContextDraft[] {
  const { repositories, digests, peak, own, pulls } = reading;
  const times = Math.max(
    repositories / Math.max(1, peak.repositories),
    digests / Math.max(1, peak.digests),
  );
  const all = view.repositories.size;
  return [
    ...(own && times >= MANY
      ? [
          {
            kind: 'far-beyond-habit',
            reason: `${Math.round(times)} times its highest day so far`,
            effect: 0.1,
          },
        ]
      : []),
    ...(own
      ? []
      : [{ kind: 'no-history', reason: 'It has no habit of its own yet', effect: -0.05 }]),
    ...(isAddress(who) && daysBefore(view.access.anonymous, at) === 0
      ? [
          {
            kind: 'nameless-here',
            reason: 'Nobody ever read here without a name or a credential before',
            effect: 0.2,
          },
        ]
      : []),
    ...(strange
      ? [
          {
            kind: 'strange-place',
            reason: 'It reads from a network that it never used before',
            effect: 0.25,
          },
        ]
      : []),
    ...(all >= LARGE && repositories >= 0.75 * all
      ? [
          {
            kind: 'most-of-the-project',
            reason: `About ${repositories} of ${all} repositories`,
            effect: 0.1,
          },
        ]
      : []),
    ...(repositories >= LARGE && pulls <= 1.5 * repositories
      ? [
          {
            kind: 'one-of-each',
            reason: 'Nearly every pull is of another repository, as a listing is walked',
            effect: 0.05,
          },
        ]
      : []),
    ...(principal.wake === undefined
      ? []
      : [{ kind: 'woken', reason: 'It had rested for long before', effect: 0.1 }]),
  ];
}

function describeReading(
  context: JudgeContext,
  who: string,
  reading: Reading,
  circumstances: readonly ContextDraft[],
): FindingDraft {
  const { repositories, digests, bytes, peak, days, from, step } = reading;
  const usual = reading.own
    ? `its most in ${days} days of reading were ${peak.repositories} repositories and ${peak.digests} digests`
    : `readers of this project read about ${Math.ceil(context.view.access.usualReads)} repositories a day at most`;
  return {
    title: `${titleOf(who)} reads far more than ever before`,
    message: `Since ${new Date(from).toISOString()} ${nameOf(who)} has read about ${repositories} repositories, ${digests} digests and ${Math.round(bytes / 1e6)} MB; ${usual}.`,
    subject: { kind: 'principal', key: `principal:${who}`, principal: who.slice(0, 256) },
    observed: { repositories, digests, bytes, since: new Date(from).toISOString() },
    expected: { atMost: peak, observedDays: days },
    role: 'the read that was too much',
    evidence: [],
    identity: [who, String(from), String(step)],
    base: Math.min(0.8, 0.4 + 0.1 * step),
    context: circumstances,
    remediation: {
      owner: 'registry administrators',
      steps: [
        searchPrincipal(who, from),
        {
          text: `Ask who is behind ${nameOf(who)} what reads so much; a mirror or scanner belongs into the policy.`,
        },
        {
          text: 'If nobody knows: block it, revoke its credential, and replace the secrets that the images may hold.',
        },
      ],
    },
  };
}

export const massPull: Detector = { metadata, judge, examples: massPullExamples };
