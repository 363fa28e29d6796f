import { searchEntries } from './context/ledger-commands.ts';
import { inspectDigest, placeOf } from './context/registry-commands.ts';
import type {
  ContextDraft,
  Detector,
  DetectorMetadata,
  FindingDraft,
  JudgeContext,
} from './detector.ts';
import { environmentDriftExamples } from './examples/environment-drift-examples.ts';
import { DAY } from './view/limits.ts';
import type { ProjectView } from './view/project-view.ts';
import type { SiteView } from './view/science/science-view.ts';
import { type Run, type RunStep, siteOf, stepsOf } from './view/science/step-key.ts';

/** What ran longer ago elsewhere is no environment of today. */
const RECENT = 60 * DAY;

const metadata: DetectorMetadata = {
  id: 'D41',
  rule: 'environment-drift',
  version: 1,
  title: 'One workflow runs in different environments at different sites',
  description:
    'The same step of the same workflow ran with one image (or engine) at one site and with another elsewhere, within two months. Results of the sites are not comparable until that is resolved. Said once, by the site that changed; a different image under the same reference weighs more than a step that names another one.',
  severity: 'medium',
  listensTo: ['workflow-run.finished'],
  falsePositives: [
    'Images of one release for different kinds of processors.',
    'A site that tries the next version before the others.',
  ],
  knownGaps: [
    'Runs that name neither site nor actor are one site.',
    'Runs of other projects are not compared.',
  ],
  remediation:
    'Agree on one image by digest and one engine version for all sites, and state both in the workflow.',
  references: {
    attack: ['T1525'],
    slsa: ['D: External build parameters'],
    controls: ['CM-2', 'CM-6'],
  },
};

function judge(context: JudgeContext): readonly FindingDraft[] {
  const { view, at } = context;
  const { event } = context.entry;
  if (event.type !== 'workflow-run.finished' || view.science.steps.size === 0) return [];
  const site = siteOf(event.data);
  if (site === '') return [];
  const drifts: Drift[] = [];
  for (const step of stepsOf(view, event.data)) {
    const sites = view.science.steps.get(step.key)?.sites ?? [];
    const engine = event.data.engine ?? '';
    const here = sites.find((known) => known.site === site);
    // What was so at the last run here was said then.
    const newImage = here?.digest !== step.digest;
    const newEngine = engine !== '' && here?.engine !== engine;
    if (!newImage && !newEngine) continue;
    const elsewhere = sites.filter(
      (known) =>
        known.site !== site &&
        known.site !== '' &&
        at - known.at <= RECENT &&
        // A step that runs another program is another analysis, not the same one in another place.
        repositoryOf(known.reference) === step.repository,
    );
    const otherImage = newImage
      ? elsewhere.findLast((known) => known.digest !== step.digest)
      : undefined;
    const otherEngine = newEngine
      ? elsewhere.findLast((known) => known.engine !== '' && known.engine !== engine)
      : undefined;
    const other = otherImage ?? otherEngine;
    if (other !== undefined) drifts.push({ step, other, image: otherImage !== undefined, engine });
  }
  const [first] = drifts;
  return first === undefined ? [] : [describeDrift(context, event.data, site, drifts, first)];
}

type Drift = {
  readonly step: RunStep;
  readonly other: SiteView;
  /** The images differ; else only the engines do. */
  readonly image: boolean;
  readonly engine: string;
};

function repositoryOf(reference: string): string {
  return reference.split(':', 1)[0] ?? '';
}

/** The tag went from the one content to the other between the two runs: each site got what it then had. */
function movedBetween(view: ProjectView, { step, other }: Drift, at: number): boolean {
  const tag = view.repositories.get(step.repository)?.tags.get(step.tag);
  return tag !== undefined && tag.digest === step.digest && tag.last > other.at && tag.last <= at;
}

function describeDrift(
  { view, at }: JudgeContext,
  run: Run,
  site: string,
  drifts: readonly Drift[],
  first: Drift,
): FindingDraft {
  const { step, other, image, engine } = first;
  const workflow = run.workflow ?? '';
  const what = image
    ? `${step.reference || 'an image'} at ${step.digest}, while ${other.site} ran it with ${other.reference || 'an image'} at ${other.digest}`
    : `${engine}, while ${other.site} ran it with ${other.engine}`;
  const same =
    image &&
    step.tag !== '' &&
    other.reference === step.reference &&
    !movedBetween(view, first, at);
  const circumstances: ContextDraft[] = [
    ...(same
      ? [
          {
            kind: 'same-reference',
            reason: `Both sites asked for ${step.reference} and got different content`,
            effect: 0.15,
          },
        ]
      : []),
    ...(run.citation === undefined
      ? []
      : [{ kind: 'published', reason: `Cited by ${run.citation}`, effect: 0.05 }]),
  ];
  const name = step.repository || 'REPOSITORY';
  const place = placeOf(view.repositories.get(step.repository), { repository: name });
  return {
    title: `${workflow} runs with different ${image ? 'images' : 'engines'} at ${site} and ${other.site}`,
    message: `${site} ran the step ${step.name} of ${workflow} with ${what}. ${drifts.length} ${drifts.length === 1 ? 'step differs' : 'steps differ'}. Results of the two sites may differ for that reason alone.`,
    subject: {
      kind: 'run',
      key: `environment:${workflow}`,
      ...(step.repository === '' ? {} : { repository: step.repository }),
      ...(image ? { digest: step.digest } : {}),
    },
    observed: {
      site,
      steps: drifts
        .slice(0, 16)
        .map((drift) => ({ step: drift.step.name, digest: drift.step.digest })),
      engine,
    },
    expected: { site: other.site, digest: other.digest, engine: other.engine },
    role: 'the run',
    evidence: [{ ...other.ref, role: `the run at ${other.site}`.slice(0, 128) }],
    identity: [
      workflow,
      step.name,
      ...[step.digest, other.digest].sort(),
      ...[engine, other.engine].sort(),
    ],
    base: image ? 0.35 : 0.25,
    context: circumstances,
    atMost: 'ticket',
    remediation: {
      owner: 'owner of the workflow',
      steps: [
        ...(image
          ? [
              inspectDigest(place, step.digest, `Compare what ${site} ran …`),
              inspectDigest(place, other.digest, `… with what ${other.site} ran.`),
            ]
          : []),
        searchEntries('List the runs of both sites.', {
          digest: step.digest,
          type: 'workflow-run.finished',
        }),
        { text: 'Pin the image by digest and the engine by version in the workflow.' },
      ],
    },
  };
}

export const environmentDrift: Detector = { metadata, judge, examples: environmentDriftExamples };
