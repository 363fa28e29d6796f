import type { EventOf } from '../../services/core/events/event.ts';
import { searchEntries } from '../context/ledger-commands.ts';
import type { ContextDraft, FindingDraft, JudgeContext } from '../detector.ts';
import { dependencyName } from '../view/pipelines/dependency-name.ts';
import type { ProjectView } from '../view/project-view.ts';

/** Versions without a hook that make one news. */
const SETTLED = 3;
/** Of a package with fewer, versions of all packages of the project, none of which has a hook. */
const SETTLED_PROJECT = 12;

/** A package that never ran code at installation does so now. */
export function judgeHook(
  { view, actor }: JudgeContext,
  { data }: EventOf<'package.published'>,
): readonly FindingDraft[] {
  if (data.installScript !== true) return [];
  const { key, version } = dependencyName(data.purl);
  const habit = view.pipelines.hooks.get(key);
  if (habit === undefined || habit.hooks > 0) return [];
  const settled = habit.versions >= SETTLED;
  const versions = settled ? habit.versions : versionsWithoutHook(view);
  if (!settled && versions < SETTLED_PROJECT) return [];
  const context: readonly ContextDraft[] =
    data.attested === false
      ? [{ kind: 'unattested', reason: 'Nothing attests how the version was made', effect: 0.1 }]
      : data.attested === true
        ? [
            {
              kind: 'attested',
              reason: 'The registry attests how the version was made',
              effect: -0.15,
            },
          ]
        : [];
  return [
    {
      title: `${key} ${version} runs code when it is installed, for the first time`,
      message: `${actor || 'Somebody'} published ${data.purl} with an install script; none of the ${versions} versions ${settled ? '' : 'of all packages here '}before had one.`,
      subject: { kind: 'package', key: `package:${key}`.slice(0, 1024) },
      observed: { purl: data.purl, installScript: true },
      expected: { installScript: false, versions },
      role: 'the publication',
      evidence: [],
      base: settled ? (versions >= 8 ? 0.65 : 0.55) : 0.35,
      context,
      remediation: {
        owner: 'maintainers of the package',
        steps: [
          searchEntries('See who published the versions before, and how.', {
            type: 'package.published',
            ...(actor === '' ? {} : { actor }),
          }),
          {
            text: 'Read the install script before anything installs this version; withdraw the version if nobody meant it.',
          },
        ],
      },
    },
  ];
}

/** Versions of the project's packages when none of them ran code at installation, else 0. */
function versionsWithoutHook({ pipelines }: ProjectView): number {
  let versions = 0;
  for (const habit of pipelines.hooks.values()) {
    if (habit.hooks > 0) return 0;
    versions += habit.versions;
  }
  return versions;
}
