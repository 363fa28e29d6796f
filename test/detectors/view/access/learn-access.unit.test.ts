import { expect, test } from 'vitest';
import { DEFAULT_POLICY } from '../../../../detectors/detection-policy.ts';
import { image, REPOSITORY, type Story, story } from '../../../../detectors/examples/story.ts';
import { DETECTORS } from '../../../../detectors/registry.ts';
import { createDetectStep } from '../../../../detectors/run-detectors.ts';
import {
  MAX_NETWORK_USERS,
  MAX_NEWCOMERS,
  MAX_ROLES,
  MAX_SCOPES,
  MAX_TOKENS,
} from '../../../../detectors/view/access/access-view.ts';
import { findPrincipal, findToken } from '../../../../detectors/view/access/act.ts';
import { packageOf } from '../../../../detectors/view/access/learn-packages.ts';
import { createProjectView } from '../../../../detectors/view/create-view.ts';
import { evolve } from '../../../../detectors/view/evolve.ts';
import type { ProjectView } from '../../../../detectors/view/project-view.ts';
import { viewFromJson, viewToJson } from '../../../../detectors/view/snapshot.ts';
import { entryOf } from '../../run-example.ts';

const OFFICE = { address: '198.51.100.20', userAgent: 'docker/27.1', tokenId: 'deploy' };

function fold(told: Story, view = createProjectView('lab')): ProjectView {
  for (const [index, event] of told.events().entries()) evolve(view, entryOf(event, index));
  return view;
}

/** Maya pushes for so many days, from the office. */
function working(days: number): Story {
  return story().times(days, (told, turn) =>
    told.days(1).event('artifact.pushed', {
      repository: REPOSITORY,
      digest: image(`release-${turn}`),
      tags: [`1.${turn}.0`],
      actor: { name: 'maya' },
      client: OFFICE,
    }),
  );
}

test('keeps of a principal its days, its longest pause, its places and its writes', () => {
  const view = fold(working(4).days(9).push('9.0', 'late'));
  expect(findPrincipal(view.access, 'maya')).toMatchObject({ days: 5, writes: 5 });
  expect(findPrincipal(view.access, 'maya')?.rest).toBeGreaterThan(8 * 86_400_000);
  expect(findPrincipal(view.access, 'maya')?.networks?.places[0]?.name).toBe('198.51.100.0/24');
  expect(findPrincipal(view.access, 'maya')?.clients?.places[0]?.name).toBe('docker');
});

test('without an actor the credential is the principal, its owner where it has one, and the address at last', () => {
  const pull = { repository: REPOSITORY, tag: '1.0' };
  const { access } = fold(
    working(1)
      .event('artifact.pulled', { ...pull, client: { tokenId: 'unknown' } })
      .event('artifact.pulled', { ...pull, client: { address: '203.0.113.9' } })
      .event('artifact.pulled', { ...pull, client: { tokenId: 'deploy' } }),
  );
  expect([...access.newcomers.keys()]).toEqual(['maya', 'token:unknown', 'address:203.0.113.9']);
  expect(findPrincipal(access, 'maya')?.reading?.pulls).toBe(1);
});

test('a flood of invented names forgets none of those who work here', () => {
  const flood = working(10).times(MAX_NEWCOMERS + 50, (told, turn) =>
    told.event('login.succeeded', { actor: { name: `bot-${turn}` }, client: OFFICE }),
  );
  const { access } = fold(flood);
  expect(access.newcomers.size).toBe(MAX_NEWCOMERS);
  expect(access.principals.has('maya')).toBe(true);
  expect(access.networks.get('198.51.100.0/24')?.users.length).toBe(MAX_NETWORK_USERS);
});

test('a flood of credentials forgets none that is in use for days', () => {
  const flood = working(10).times(MAX_TOKENS + 50, (told, turn) =>
    told.event('token.created', {
      actor: { name: 'eve' },
      tokenId: `t-${turn}`,
      scopes: [`s-${turn}`],
    }),
  );
  const { access } = fold(flood);
  expect(access.newTokens.size).toBe(MAX_TOKENS);
  expect(access.tokens.get('deploy')).toMatchObject({ owner: 'maya', wrote: true });
  expect(findPrincipal(access, 'eve')?.scopes).toHaveLength(MAX_SCOPES);
});

test('a credential that several use has no owner', () => {
  const { access } = fold(
    working(2).event('token.used', { actor: { name: 'noor' }, tokenId: 'deploy' }),
  );
  expect(findToken(access, 'deploy')?.owner).toBe('');
});

test('roles come and go, and only the newest are kept', () => {
  const given = story().times(MAX_ROLES + 3, (told, turn) =>
    told.event('role.granted', {
      actor: { name: 'admin' },
      subject: { name: 'noor' },
      role: `role-${turn}`,
    }),
  );
  expect(findPrincipal(fold(given).access, 'noor')?.roles).toHaveLength(MAX_ROLES);
  const view = fold(
    given.event('role.revoked', {
      actor: { name: 'admin' },
      subject: { name: 'noor' },
      role: `role-${MAX_ROLES + 3}`,
    }),
  );
  expect(findPrincipal(view.access, 'noor')?.roles).not.toContain(`role-${MAX_ROLES + 3}@`);
});

test.each([
  ['pkg:npm/%40lab/tool@1.0.0', 'pkg:npm/%40lab/tool'],
  ['pkg:npm/@lab/tool@1.0.0?x=1#y', 'pkg:npm/@lab/tool'],
  ['pkg:npm/@lab/tool', 'pkg:npm/@lab/tool'],
  ['pkg:pypi/tool@2', 'pkg:pypi/tool'],
])('the package of %s is %s', (purl, name) => {
  expect(packageOf(purl)).toBe(name);
});

test('a view that was saved and read back judges the same', () => {
  const before = working(20)
    .event('login.succeeded', {
      actor: { name: 'maya' },
      client: { address: '203.0.113.7', userAgent: 'curl/8' },
    })
    .times(20, (told, turn) =>
      told.event('artifact.pulled', {
        repository: `lab/tool-${turn}`,
        digest: image(`${turn}`),
        actor: { name: 'noor' },
      }),
    );
  const kept = fold(before);
  const read = viewFromJson(viewToJson(kept));
  if (read === undefined) throw new Error('the snapshot cannot be read');
  const strike = story()
    .days(21)
    .event('token.created', { actor: { name: 'maya' }, tokenId: 'fresh' })
    .event('tag.moved', {
      repository: REPOSITORY,
      tag: '1.3.0',
      to: image('foreign'),
      actor: { name: 'maya' },
      client: { address: '203.0.113.7', userAgent: 'curl/8', tokenId: 'fresh' },
    })
    .events();
  const judge = (view: ProjectView) => {
    const step = createDetectStep(DETECTORS);
    return strike.flatMap((event, at) => step(view, entryOf(event, 100 + at), DEFAULT_POLICY));
  };
  const said = judge(kept);
  expect(said.map(({ rule }) => rule)).toContain('token-new-network');
  expect(judge(read)).toEqual(said);
  expect(viewToJson(read)).toBe(viewToJson(kept));
});
