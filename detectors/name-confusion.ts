import type { ProvostEvent } from '../services/core/events/event.ts';
import type { Detector, DetectorMetadata, FindingDraft, JudgeContext } from './detector.ts';
import { nameConfusionExamples } from './examples/name-confusion-examples.ts';
import { type Confusion, describeConfusion } from './name-confusion/describe-confusion.ts';
import { hostLike } from './name-confusion/host-likeness.ts';
import { judgeLookAlike } from './name-confusion/judge-look-alike.ts';
import {
  isNewOrigin,
  judgeMirror,
  judgeNewOrigin,
  type NewOrigin,
} from './name-confusion/judge-origin.ts';
import type { NamesView } from './view/packages/names-view.ts';
import { hostIn, namesIn, type UsedName } from './view/packages/used-names.ts';

/** New names of one event that are compared: a first build of thousands is no disguise. */
const MAX_COMPARED = 64;
const MIRROR_AT_LEAST = 3;

const metadata: DetectorMetadata = {
  id: 'D18',
  rule: 'name-confusion',
  version: 1,
  title: 'A name can be taken for one that the project uses',
  description:
    'A repository, base image, image of a workflow, package, dependency or registry host that was never met before looks like one in regular use: look-alike letters, other separators or scopes, or one letter off; or a package of the same name comes from another host than ever before, above all from the public registry in place of an internal one.',
  severity: 'critical',
  listensTo: [
    'artifact.pushed',
    'artifact.pulled',
    'build.finished',
    'workflow-run.finished',
    'package.published',
  ],
  falsePositives: [
    'A sibling with nearly the same name (tool and tools) that somebody else of the project makes.',
    'A package that its owners move to another registry: announce it.',
    'A new mirror for a single package.',
  ],
  knownGaps: [
    'Names that differ in more than one letter, or by a plausible word (tool-utils), are not compared.',
    'Names of less than six letters have too many neighbours.',
    'Where builds never say from which host a dependency came, a shadowing package is not seen (its digest is: dependency drift).',
  ],
  remediation:
    'Find out who owns the new name before anything of it runs; pin the known name by digest and reserve or block the other.',
  references: {
    attack: ['T1036.005', 'T1195.001', 'T1583.001'],
    slsa: ['H: Package selection', 'Dependency threats'],
    controls: ['SR-3', 'SR-11', 'CM-7', 'SI-10'],
  },
};

function judge(context: JudgeContext): readonly FindingDraft[] {
  const { event } = context.entry;
  const { names } = context.view.packages;
  if (isKnownImage(names, event)) return [];
  const found: Confusion[] = [];
  const moved: NewOrigin[] = [];
  let compared = 0;
  const used = namesIn(event);
  for (const name of used) {
    const known = names.regular.get(name.key) ?? names.fresh.get(name.key);
    if (known !== undefined) {
      if (isNewOrigin(known, name)) moved.push({ used: name, known });
    } else if (compared < MAX_COMPARED) {
      compared += 1;
      const confusion = judgeLookAlike(context, name);
      if (confusion !== undefined) found.push(confusion);
    }
  }
  if (moved.length > 0) found.push(...judgeMoved(context, moved, used));
  found.push(...judgeHost(context));
  return found.map((confusion) => describeConfusion(context, confusion));
}

/** Nearly every entry names an image and a host that the project knows: it goes the short way. */
function isKnownImage({ regular, fresh, hosts }: NamesView, event: ProvostEvent): boolean {
  return (
    (event.type === 'artifact.pulled' || event.type === 'artifact.pushed') &&
    (regular.has(event.data.repository) || fresh.has(event.data.repository)) &&
    (event.data.registry === undefined || hosts.has(event.data.registry))
  );
}

/** Many packages that move to one host together are a mirror; one that moves alone is news. */
function judgeMoved(
  context: JudgeContext,
  moved: readonly NewOrigin[],
  used: readonly UsedName[],
): readonly Confusion[] {
  const host = moved[0]?.used.origin;
  const said = used.filter(({ implied }) => !implied).length;
  const together = moved.every((one) => one.used.origin === host);
  const isMirror = moved.length >= MIRROR_AT_LEAST && together && moved.length * 2 >= said;
  return isMirror ? judgeMirror(moved) : moved.map((one) => judgeNewOrigin(context, one));
}

function judgeHost(context: JudgeContext): readonly Confusion[] {
  const { event } = context.entry;
  const host = hostIn(event);
  if (host === '') return [];
  const known = hostLike(context.view.packages.names, host);
  if (known === undefined) return [];
  const base = event.type === 'build.finished' ? 0.7 : 0.6;
  return [
    {
      name: host,
      known,
      title: `The registry ${host} looks like ${known}`,
      why: `${host} was used for the first time. It can be taken for ${known}, which the project uses.`,
      kind: 'repository',
      base,
      context: [],
    },
  ];
}

export const nameConfusion: Detector = { metadata, judge, examples: nameConfusionExamples };
