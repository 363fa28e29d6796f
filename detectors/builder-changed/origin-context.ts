import { kinSource } from '../context/kin-source.ts';
import type { ContextDraft } from '../detector.ts';
import { DAY } from '../view/limits.ts';
import type { OutputView, PipelinesView } from '../view/pipelines/pipelines-view.ts';
import { readTally, type Seen, type Tally } from '../view/pipelines/tally.ts';
import type { ProjectView } from '../view/project-view.ts';
import { recallsCommit } from '../view/sources/commits.ts';

/** A credential that was revoked or rotated so recently makes a new identity part of the cure. */
const ROTATION = 14 * DAY;

/** What speaks for a source that this repository was never built from. */
export function sourceContext(
  view: ProjectView,
  output: OutputView,
  build: {
    readonly repository: string;
    readonly source: string;
    readonly commit: string;
    readonly at: number;
  },
): readonly ContextDraft[] {
  const { source, commit, at } = build;
  const kin = kinSource(build.repository, source, dominant(output.sources)?.key);
  const found: ContextDraft[] = [...kin];
  if (commit !== '' && recallsCommit(output.commits, commit)) {
    // A fork has the old commits too, and builds what it likes of them: alone they say little.
    const moved = kin.length > 0;
    found.push({
      kind: 'known-commit',
      reason: `The commit ${commit} was built for this repository before, from its old source: ${moved ? 'the same history under another name' : 'a copy of it, or a fork'}`,
      effect: moved ? -0.35 : -0.05,
    });
  }
  const known = view.pipelines.sources.get(source);
  if (known !== undefined && at - known.since >= 7 * DAY && known.runs >= 3) {
    found.push({
      kind: 'known-in-project',
      reason: `This project has built from it ${known.runs} times before, for ${known.output || 'other repositories'}`,
      effect: -0.35,
    });
  }
  return found;
}

/** What speaks for a builder that never built this before. */
export function builderContext(
  pipelines: PipelinesView,
  usual: Tally,
  builder: string,
  at: number,
): readonly ContextDraft[] {
  const found: ContextDraft[] = [];
  const kin = kinOf(usual, builder);
  if (kin !== undefined) found.push(kin);
  const known = pipelines.builders.get(builder);
  if (known !== undefined && at - known.first < DAY) {
    found.push({
      kind: 'told-today',
      reason:
        'It came to this project within the last day, for another repository, and was told then: one move of the builds',
      effect: -0.15,
    });
  } else if (known !== undefined) {
    const settled = at - known.first >= 7 * DAY && known.count >= 3;
    found.push({
      kind: 'known-in-project',
      reason: `It has built ${known.count} times elsewhere in this project, first ${days(at - known.first)} days ago`,
      effect: settled ? -0.5 : -0.35,
    });
  }
  if (pipelines.revoked > 0 && at >= pipelines.revoked && at - pipelines.revoked <= ROTATION) {
    found.push({
      kind: 'after-rotation',
      reason: `Credentials were revoked or rotated ${days(at - pipelines.revoked)} days before: a new identity follows a rotation`,
      effect: -0.25,
    });
  }
  return found;
}

/** It was seen once, the usual ones went on after it, and now it is back. */
export function returnContext(seen: Seen | undefined, at: number): readonly ContextDraft[] {
  if (seen === undefined) return [];
  return [
    {
      kind: 'seen-before',
      reason: `It was here once before, ${days(at - seen.last)} days ago, and was told then`,
      effect: -0.25,
    },
  ];
}

/**
 * Whether it is one of the usual: seen lately, or on more days than one. One that came for a day and was followed by
 * the usual ones again is told again when it returns, or else an attack would be the habit that hides the next.
 */
export function isUsual(usual: Tally, seen: Seen, at: number): boolean {
  if (seen.last - seen.first >= DAY || at - seen.last < 7 * DAY) return true;
  return !readTally(usual).some((other) => other.key !== seen.key && other.last > seen.last + DAY);
}

function dominant(tally: Tally): Seen | undefined {
  let most: Seen | undefined;
  for (const seen of readTally(tally))
    if (most === undefined || seen.count > most.count) most = seen;
  return most;
}

function kinOf(all: Tally, builder: string): ContextDraft | undefined {
  // What came once may have been an attack, and its kin is no better.
  const usual = readTally(all).filter(({ first, last }) => last - first >= DAY);
  const plain = withoutVersions(builder);
  const version = usual.find(({ key }) => withoutVersions(key) === plain);
  if (version !== undefined) {
    return {
      kind: 'same-builder-version',
      reason: `Another version of the usual builder ${version.key}`,
      effect: -0.5,
    };
  }
  const provider = usual.find(({ key }) => providerOf(key) === providerOf(builder));
  if (provider === undefined) return undefined;
  const isHost = builder.includes('://');
  return {
    kind: 'same-provider',
    reason: `Of the same provider as the usual builder ${provider.key}`,
    effect: isHost ? -0.3 : -0.1,
  };
}

/** The builder's id without what changes when its image is renewed: numbers and digests. */
function withoutVersions(builder: string): string {
  return builder
    .toLowerCase()
    .replace(/[-_.:@]?\b(?=[0-9a-f]*\d)[0-9a-f]{7,}\b/g, '')
    .replace(/[-_.:@]?v?\d+(?:[.-]\d+)*/g, '');
}

/** Host of a URL, or the first word of a plain name. */
function providerOf(builder: string): string {
  const scheme = builder.indexOf('://');
  const rest = scheme === -1 ? builder : builder.slice(scheme + 3);
  return (rest.match(scheme === -1 ? /^[a-z]+/i : /^[^/]+/)?.[0] ?? rest).toLowerCase();
}

function days(duration: number): number {
  return Math.max(0, Math.round(duration / DAY));
}
