import type { EventData } from '../../services/core/events/catalogue.ts';
import type { Examples } from '../detector.ts';
import { dependencyName } from '../view/pipelines/dependency-name.ts';
import { releaseRuns, usualRun } from './pipeline-stories.ts';
import { image, type Story, story } from './story.ts';

type Run = Partial<EventData<'build.finished'>>;
type Dependencies = NonNullable<Run['dependencies']>;
type Dependency = NonNullable<Dependencies['resolved']>[number];

const SCAN = { name: 'scanner/setup', version: 'v0.2.4' };
const OS = 'registry.example/base/os:1';
const DECLARED = [SCAN, { name: 'pkg:npm/http-client', version: '^1.2.0' }];
const RESOLVED: readonly Dependency[] = [
  { ...SCAN, digest: 'sha1:aaaa' },
  { name: 'pkg:npm/http-client', version: '1.2.3', digest: 'sha512:http' },
  { name: 'https://downloads.example/whl/triton-2.0.0.whl', digest: 'sha256:triton' },
  { name: 'https://index.example/simple/numbers-1.0.0.whl', digest: 'sha256:numbers' },
];

function stable(): Run {
  return { dependencies: { declared: DECLARED, resolved: [...RESOLVED] } };
}

/** The usual run with some of its resolved dependencies replaced by others, or with more of them. */
function drifted(others: readonly Dependency[], run: Run = {}, told: Story = releaseRuns(stable)) {
  const replaced = new Set(others.map(({ name }) => keyOf(name)));
  const resolved = [...RESOLVED.filter(({ name }) => !replaced.has(keyOf(name))), ...others];
  return told
    .days(1)
    .build('next', usualRun(21, { dependencies: { declared: DECLARED, resolved }, ...run }))
    .example();
}

const TWO_VERSIONS: readonly Dependency[] = [
  { name: 'pkg:npm/parse', version: '3.0.0', digest: 'sha512:three' },
  { name: 'pkg:npm/parse', version: '4.0.0', digest: 'sha512:four' },
];

/** Somebody raises a version, and then asks for the one before again; what comes has the digest. */
function backTo(digest: string) {
  const asks = (version: string, content: string): Run => ({
    dependencies: {
      declared: [SCAN, { name: 'pkg:npm/http-client', version }],
      resolved: [
        ...RESOLVED.filter(({ name }) => name !== 'pkg:npm/http-client'),
        { name: 'pkg:npm/http-client', version, digest: content },
      ],
    },
  });
  return releaseRuns((turn) =>
    turn <= 18 ? asks('1.2.3', 'sha512:http') : asks('1.3.0', 'sha512:next'),
  )
    .days(1)
    .build('next', usualRun(21, asks('1.2.3', digest)))
    .example();
}

function keyOf(name: string): string {
  return dependencyName(name).key;
}

function onOs(name: string): () => Run {
  const resolved = [{ name: OS, digest: image(name) }];
  return () => ({ dependencies: { declared: [{ name: OS }], resolved } });
}

function pushOs(told: Story, name: string): Story {
  return told.event('artifact.pushed', {
    repository: 'base/os',
    digest: image(name),
    tags: ['1'],
    actor: { name: 'olga' },
  });
}

function published(version: number, installScript: boolean, name = 'parser') {
  return {
    purl: `pkg:npm/%40lab/${name}@1.${version}.0`,
    publisher: { name: 'maya' },
    installScript,
  };
}

/** Stories on which the rule speaks, and stories on which it stays silent. */
export const dependencyDriftExamples = (): Examples => ({
  fires: [
    {
      name: 'a tag-pinned action resolves to another commit',
      ...drifted([{ ...SCAN, digest: 'sha1:bbbb' }]),
      disposition: 'ticket',
      says: image('next'),
    },
    {
      name: 'the same, in a run that a stranger set off',
      ...drifted([{ ...SCAN, digest: 'sha1:bbbb' }], { actor: { name: 'stranger' } }),
      disposition: 'ticket',
      says: 'stranger has never set off this workflow',
    },
    {
      name: 'the same, with publishing credentials in reach',
      ...drifted([{ ...SCAN, digest: 'sha1:bbbb' }], {
        environment: [{ name: 'REGISTRY_TOKEN' }],
      }),
      disposition: 'page',
    },
    {
      name: 'the same name from another index, which serves others',
      ...drifted([
        { name: 'https://index.example/simple/triton-3.0.0.whl', digest: 'sha256:other' },
      ]),
      disposition: 'page',
    },
    {
      name: 'one dependency moves to an index that serves nothing else',
      ...drifted([
        { name: 'https://mirror.example/whl/triton-2.0.0.whl', digest: 'sha256:triton' },
      ]),
      disposition: 'page',
      says: '"Only this one moved"',
    },
    {
      name: 'an image of the project that builds start from moved as it always moves: on record',
      ...pushOs(pushOs(releaseRuns(onOs('os-1')), 'os-1').days(10), 'os-2')
        .hours(1)
        .build('next', usualRun(21, onOs('os-2')()))
        .example(),
      disposition: 'log',
      says: 'base-cascade',
    },
    {
      name: 'a range resolves to a version that is minutes old and brings a package never seen',
      ...releaseRuns(stable)
        .days(1)
        .event('package.published', { purl: 'pkg:npm/plain-helper@4.2.1' })
        .event('package.published', { purl: 'pkg:npm/http-client@1.2.4' })
        .build(
          'next',
          usualRun(21, {
            dependencies: {
              declared: DECLARED,
              resolved: [
                ...RESOLVED,
                { name: 'pkg:npm/http-client', version: '1.2.4', digest: 'sha512:new' },
                { name: 'pkg:npm/plain-helper', version: '4.2.1', installScript: true },
              ].filter(({ version }) => version !== '1.2.3'),
            },
          }),
        )
        .example(),
      disposition: 'page',
    },
    {
      name: 'a tag that was asked for came as another commit, named by its hash',
      ...drifted(
        [{ name: 'scanner/setup', version: 'bbbb222' }],
        {},
        releaseRuns(() => ({
          dependencies: {
            declared: DECLARED,
            resolved: [{ name: 'scanner/setup', version: 'aaaa111' }, ...RESOLVED.slice(1)],
          },
        })),
      ),
      disposition: 'ticket',
    },
    {
      name: 'a range resolves to the next version: on record',
      ...drifted([{ name: 'pkg:npm/http-client', version: '1.2.4', digest: 'sha512:new' }]),
      disposition: 'log',
    },
    {
      name: 'a range resolves to an older version than before: on record',
      ...drifted([{ name: 'pkg:npm/http-client', version: '1.2.1', digest: 'sha512:old' }]),
      disposition: 'log',
    },
    {
      name: 'somebody asks for a version that is older than any that builds had: on record',
      ...drifted([{ name: 'scanner/setup', version: 'v0.1.9', digest: 'sha1:cccc' }], {
        dependencies: {
          declared: [{ name: 'scanner/setup', version: 'v0.1.9' }, ...DECLARED.slice(1)],
          resolved: [
            { name: 'scanner/setup', version: 'v0.1.9', digest: 'sha1:cccc' },
            ...RESOLVED.slice(1),
          ],
        },
      }),
      disposition: 'log',
    },
    {
      name: 'a build goes back to the version before, and its content is another than it was',
      ...backTo('sha512:forged'),
      disposition: 'ticket',
    },
    {
      name: 'an exact version was asked for and another came',
      ...drifted([{ name: 'scanner/setup', version: 'v0.2.5', digest: 'sha1:bbbb' }]),
      disposition: 'ticket',
    },
    {
      name: 'a package proxy takes over several: on record',
      ...drifted(
        [
          { name: 'https://proxy.example/triton-2.0.0.whl', digest: 'sha256:triton' },
          { name: 'https://proxy.example/numbers-1.0.0.whl', digest: 'sha256:numbers' },
          {
            name: 'pkg:npm/http-client?repository_url=https://proxy.example',
            version: '1.2.3',
            digest: 'sha512:http',
          },
        ],
        {},
        releaseRuns(() => ({
          dependencies: {
            declared: DECLARED,
            resolved: [
              ...RESOLVED.filter(({ version }) => version !== '1.2.3'),
              {
                name: 'pkg:npm/http-client?repository_url=https://index.example',
                version: '1.2.3',
                digest: 'sha512:http',
              },
            ],
          },
        })),
      ),
      disposition: 'log',
    },
    {
      name: 'a package that never had an install script gets one',
      ...story()
        .times(5, (told, turn) => told.days(5).event('package.published', published(turn, false)))
        .event('package.published', published(6, true))
        .example(),
      disposition: 'ticket',
    },
    {
      name: 'a package with one version so far runs code at installation, where no package here does: on record',
      ...young(6)
        .event('package.published', published(2, true, 'fresh'))
        .example(),
      disposition: 'log',
      says: 'of all packages here',
    },
  ],
  silent: [
    {
      name: 'a package with one version so far gets an install script, where another has one',
      ...young(6, true)
        .event('package.published', published(2, true, 'fresh'))
        .example(),
    },
    {
      name: 'the same where few versions were seen at all',
      ...young(4)
        .event('package.published', published(2, true, 'fresh'))
        .example(),
    },
    { name: 'the same dependencies', ...drifted([]) },
    {
      name: 'a maintainer asks for another version',
      ...drifted([{ name: 'scanner/setup', version: 'v0.3.0', digest: 'sha1:cccc' }], {
        dependencies: {
          declared: [{ name: 'scanner/setup', version: 'v0.3.0' }, ...DECLARED.slice(1)],
          resolved: [
            { name: 'scanner/setup', version: 'v0.3.0', digest: 'sha1:cccc' },
            ...RESOLVED.slice(1),
          ],
        },
      }),
    },
    {
      name: 'a maintainer goes back to what builds had before an upgrade',
      ...backTo('sha512:http'),
    },
    {
      name: 'a build has two versions of a package and says them in the other order',
      ...drifted(
        [],
        { dependencies: { declared: DECLARED, resolved: [...TWO_VERSIONS, ...RESOLVED] } },
        releaseRuns(() => ({
          dependencies: {
            declared: DECLARED,
            resolved: [...[...TWO_VERSIONS].reverse(), ...RESOLVED],
          },
        })),
      ),
    },
    {
      name: 'a young pipeline',
      ...drifted([{ ...SCAN, digest: 'sha1:bbbb' }], {}, releaseRuns(stable, 3)),
    },
    {
      name: 'a floating reference that is another one in every build',
      ...drifted(
        [{ name: 'scanner/setup', version: 'main', digest: 'sha1:next' }],
        {
          dependencies: {
            declared: [{ name: 'scanner/setup', version: 'main' }],
            resolved: [{ name: 'scanner/setup', version: 'main', digest: 'sha1:next' }],
          },
        },
        releaseRuns((turn) => ({
          dependencies: {
            declared: [{ name: 'scanner/setup', version: 'main' }],
            resolved: [{ name: 'scanner/setup', version: 'main', digest: `sha1:${turn}` }],
          },
        })),
      ),
    },
    {
      name: 'a package that always had an install script',
      ...story()
        .times(5, (told, turn) => told.days(5).event('package.published', published(turn, true)))
        .event('package.published', published(6, true))
        .example(),
    },
    {
      name: 'the producer begins to send dependencies',
      ...drifted([], {}, releaseRuns()),
    },
  ],
});

/** Two packages with so many versions each, and one with one. */
function young(versions: number, hooked = false): Story {
  return story()
    .times(versions, (told, turn) =>
      told
        .days(5)
        .event('package.published', published(turn, false))
        .event('package.published', published(turn, hooked, 'lexer')),
    )
    .event('package.published', published(1, false, 'fresh'));
}
