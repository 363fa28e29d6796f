import { nameOf, searchPrincipal, titleOf } from './context/principal-steps.ts';
import { writtenContent } from './context/written-content.ts';
import type {
  ContextDraft,
  Detector,
  DetectorMetadata,
  FindingDraft,
  JudgeContext,
} from './detector.ts';
import { type Rest, restOf } from './dormant-credential/rest-of.ts';
import { supersededFor } from './dormant-credential/superseded-package.ts';
import { dormantCredentialExamples } from './examples/dormant-credential-examples.ts';
import { type Act, actOf, findPrincipal, isAddress, LEVEL, momentOf } from './view/access/act.ts';
import { isStrangePlace } from './view/access/learn-credentials.ts';
import { placeOfAct } from './view/access/place-of-act.ts';
import { PRINCIPAL_ACTS } from './view/access/principal-acts.ts';
import { refOf, tagChangesOf } from './view/entry-facts.ts';
import { DAY } from './view/limits.ts';

const metadata: DetectorMetadata = {
  id: 'D28',
  rule: 'dormant-credential',
  version: 1,
  title: 'A credential or account that rested is active again',
  description:
    'An account or credential that was idle for months, and for long by its own rhythm, that its owner has replaced by another or by the pipeline, or that was revoked, becomes active. The return alone is put on record; what it does sets the weight: an explained push hardly any, a push that nothing explains, a removal, a change of visibility or a grant much.',
  severity: 'critical',
  listensTo: [...PRINCIPAL_ACTS, 'build.finished'],
  falsePositives: [
    'A person back from a long leave, a yearly release, a course that is given once a year.',
    'A spare credential that is used because the pipeline is broken.',
  ],
  knownGaps: [
    'What rested before this project was observed looks new, unless its making is on record.',
    'Credentials that nobody names in events (no token id) are judged by their account.',
    'An attacker who lets the account do something small every month keeps it awake.',
  ],
  remediation:
    'Ask the owner whether it was them; revoke credentials that nobody needs, and give those that are needed an end date.',
  references: {
    attack: ['T1078.001', 'T1078', 'T1550.001'],
    slsa: ['A: Producer', 'G: Package upload'],
    controls: ['AC-2(3)', 'IA-5', 'IA-4'],
  },
};

const BASE: readonly number[] = [0.2, 0.2, 0.35, 0.35, 0.5];
/** A credential that was replaced or revoked has no reason to write at all. */
const REPLACED_BASE: readonly number[] = [0.3, 0.3, 0.5, 0.5, 0.6];
const REPLACED: Rest = { what: 'superseded', idle: 0, usual: 0, clear: true, ref: undefined };
const NOTHING: readonly FindingDraft[] = [];

function judge(context: JudgeContext): readonly FindingDraft[] {
  const { access } = context.view;
  const { event } = context.entry;
  const act = actOf(access, event);
  if (act === undefined || isAddress(act.who)) return NOTHING;
  const principal = findPrincipal(access, act.who);
  const at = momentOf(context.view, context.at);
  const usual = event.type === 'package.published' ? supersededFor(access, event) : undefined;
  const rest = usual === undefined ? restOf(access, principal, act, at) : REPLACED;
  return rest === undefined ? NOTHING : [describe(context, act, rest, at, usual)];
}

function circumstancesOf(
  context: JudgeContext,
  act: Act,
  rest: Rest,
  at: number,
): readonly ContextDraft[] {
  const { access } = context.view;
  const principal = findPrincipal(access, act.who);
  const strange =
    principal !== undefined &&
    (placeOfAct(access, principal, act, at).network > 0 || isStrangePlace(principal, at));
  const written = writtenContent(context);
  return [
    ...(rest.clear
      ? []
      : [{ kind: 'loose-rhythm', reason: 'Long pauses are not unheard of for it', effect: -0.1 }]),
    ...(rest.what === 'credential' && rest.idle >= 180 * DAY && act.level >= LEVEL.write
      ? [
          {
            kind: 'long-forgotten',
            reason: `The credential was not used for ${daysOf(rest.idle)}`,
            effect: 0.1,
          },
        ]
      : []),
    ...(strange
      ? [
          {
            kind: 'strange-place',
            reason: 'It acts from a network that it never used before',
            effect: 0.25,
          },
        ]
      : []),
    ...written,
  ];
}

function describe(
  context: JudgeContext,
  act: Act,
  rest: Rest,
  at: number,
  usual?: string,
): FindingDraft {
  const { who, level, token, repository } = act;
  const { entry } = context;
  const isToken = rest.what !== 'account' && token !== '';
  const what = isToken ? `the credential ${token}` : nameOf(who);
  const why = usual === undefined ? WHY[rest.what](daysOf(rest.idle)) : `though ${usual}`;
  const bases = rest.what === 'account' || rest.what === 'credential' ? BASE : REPLACED_BASE;
  const tags = tagChangesOf(entry.event).map(({ tag }) => tag);
  const title = isToken ? titleOf(`token:${token}`) : titleOf(who);
  return {
    title: `${title} is active again ${usual === undefined ? TITLES[rest.what] : 'though it was replaced'}`,
    message: `${title}${isToken ? ` (of ${nameOf(who)})` : ''} did ${entry.event.type}${repository === '' ? '' : ` in ${repository}`}, ${why}.${rest.usual === 0 ? '' : ` Its longest pause before was ${daysOf(rest.usual)}.`}`,
    subject: {
      kind: 'principal',
      key: `principal:${isToken ? `token:${token}` : who}`,
      principal: who.slice(0, 256),
      ...(repository === '' ? {} : { repository }),
    },
    observed: {
      did: entry.event.type,
      ...(token === '' ? {} : { credential: token }),
      idleDays: Math.floor(rest.idle / DAY),
    },
    expected: { longestPauseDays: Math.floor(rest.usual / DAY), state: rest.what },
    ...(context.actor === '' ? { about: { ref: refOf(entry), at: context.at, actor: who } } : {}),
    role: 'the act after the pause',
    evidence:
      rest.ref === undefined ? [] : [{ ...rest.ref, role: 'when the credential was first seen' }],
    ...(tags.length === 0 ? {} : { tags }),
    base: bases[level] ?? 0.3,
    context: circumstancesOf(context, act, rest, at),
    remediation: {
      owner: 'security team',
      steps: [
        searchPrincipal(who, at),
        { text: `Ask the owner of ${what} over another channel whether this was meant.` },
        { text: 'If not, or if nobody needs it any more: revoke it, and undo what it wrote.' },
      ],
    },
  };
}

const TITLES = {
  account: 'after a long rest',
  credential: 'after a long rest',
  superseded: 'though it was replaced',
  revoked: 'though it was revoked',
} as const;

const WHY: Readonly<Record<Rest['what'], (idle: string) => string>> = {
  account: (idle) => `after ${idle} without any activity`,
  credential: (idle) => `after ${idle} without any use`,
  superseded: (idle) => `${idle} after its last use, though its owner works with another since`,
  revoked: () => 'though it had been revoked',
};

function daysOf(duration: number): string {
  const days = Math.floor(duration / DAY);
  return `${days} day${days === 1 ? '' : 's'}`;
}

export const dormantCredential: Detector = { metadata, judge, examples: dormantCredentialExamples };
