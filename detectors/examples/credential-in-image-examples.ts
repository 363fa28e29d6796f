import type { EventData } from '../../services/core/events/catalogue.ts';
import type { Examples } from '../detector.ts';
import { image, plainReleases, REPOSITORY } from './story.ts';

/** No credential of anybody: built here, so that no scanner of this source stumbles over it. */
const TOKEN = `ghp_${'Zk3Qw9Lp'.repeat(4)}Ab7d`;
const RANDOM = ['q8Zr', 'T2mV', 'x7Lp', 'N4cY'].join('');

/** Stories on which the rule speaks, and stories on which it stays silent. */
export const credentialInImageExamples = (): Examples => ({
  fires: [
    {
      name: 'the inspector finds a token in a layer',
      ...plainReleases()
        .event(
          'artifact.inspected',
          inspected('r1', 'GitHub personal access token', 'layer 4 /app/__pycache__/build.pyc'),
        )
        .example(),
      disposition: 'page',
    },
    {
      name: 'a token in a label',
      ...plainReleases()
        .event('artifact.pushed', pushed('r2', { maintainer: 'maya', 'ci.token': TOKEN }))
        .example(),
      disposition: 'page',
    },
    {
      name: 'a random value under a secret name in a step of the history',
      ...plainReleases()
        .event('artifact.inspected', {
          repository: REPOSITORY,
          digest: image('r3'),
          history: ['RUN apt-get update', `ENV DB_PASSWORD=${RANDOM}`],
        })
        .example(),
      disposition: 'ticket',
    },
    {
      name: 'a suspicion of the inspector without a format',
      ...plainReleases()
        .event('artifact.inspected', inspected('r4', 'high entropy string', '/srv/app/config.ini'))
        .example(),
      disposition: 'ticket',
    },
    {
      name: 'nine suspicions without a format in one image: on record',
      ...plainReleases()
        .event('artifact.inspected', {
          repository: REPOSITORY,
          digest: image('r4'),
          secrets: [...'abcdefghi'].map((name) => ({
            kind: 'high entropy string',
            where: `/srv/app/${name}.ini`,
          })),
        })
        .example(),
      disposition: 'log',
      says: 'many-suspicions',
    },
    {
      name: 'a key that lies among tests: work',
      ...plainReleases()
        .event(
          'artifact.inspected',
          inspected(
            'r5',
            'RSA private key',
            'layer 2 /usr/lib/node_modules/tls/test/fixtures/key.pem',
          ),
        )
        .example(),
      disposition: 'ticket',
    },
    {
      name: 'another credential beside the one that was told',
      ...plainReleases()
        .event(
          'artifact.inspected',
          inspected('r1', 'AWS access key', 'layer 4 /root/.aws/credentials'),
        )
        .event('artifact.inspected', inspected('r2', 'npm token', 'layer 3 /root/.npmrc'))
        .example(),
      disposition: 'page',
    },
  ],
  silent: [
    {
      name: 'a rebuild that carries the credential that was told',
      ...plainReleases()
        .event(
          'artifact.inspected',
          inspected('r1', 'AWS access key', `layer ${image('l1')} /root/.aws/credentials`),
        )
        .days(1)
        .event(
          'artifact.inspected',
          inspected('r2', 'AWS access key', `layer ${image('l2')} /root/.aws/credentials`),
        )
        .example(),
    },
    {
      name: 'an inspection that found nothing',
      ...plainReleases()
        .event('artifact.inspected', {
          repository: REPOSITORY,
          digest: image('r1'),
          secrets: [],
          history: ['RUN make'],
        })
        .example(),
    },
    {
      name: 'placeholders, references and digests',
      ...plainReleases()
        .event('artifact.inspected', {
          repository: REPOSITORY,
          digest: image('r1'),
          history: [
            'ENV DB_PASSWORD=changeme-please',
            'ENV API_TOKEN=$API_TOKEN_OF_CI',
            'RUN --mount=type=secret,id=token cat /run/secrets/token',
            `ARG TOKEN_SHA=${image('x')}`,
            'ENV SECRET_KEY_FILE=/run/secrets/secret-key',
          ],
        })
        .example(),
    },
    {
      name: 'ordinary labels',
      ...plainReleases()
        .event(
          'artifact.pushed',
          pushed('r2', {
            'org.opencontainers.image.revision': '4f1c0e9d2b7a6c5e8f3d1a2b4c6e8f0a1b3c5d7e',
            'org.opencontainers.image.source': 'https://git.example/lab/tokenizer',
            description: 'Counts tokens in secret santa letters',
          }),
        )
        .example(),
    },
  ],
});

function inspected(name: string, kind: string, where: string): EventData<'artifact.inspected'> {
  return { repository: REPOSITORY, digest: image(name), secrets: [{ kind, where }] };
}

function pushed(name: string, labels: Record<string, string>): EventData<'artifact.pushed'> {
  return { repository: REPOSITORY, digest: image(name), tags: ['2.0.0'], labels };
}
