import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DEFAULT_POLICY } from '../../../detectors/detection-policy.ts';
import { publish, releases } from '../../../detectors/examples/package-story.ts';
import { image, story } from '../../../detectors/examples/story.ts';
import { nameConfusion } from '../../../detectors/name-confusion.ts';
import { packageProvenanceGap } from '../../../detectors/package-provenance-gap.ts';
import { packagePublisherNew } from '../../../detectors/package-publisher-new.ts';
import { createDetectStep } from '../../../detectors/run-detectors.ts';
import {
  createNamesView,
  MAX_FRESH_NAMES,
  MAX_HOSTS,
  MAX_NAMES,
} from '../../../detectors/view/packages/names-view.ts';
import {
  addRegular,
  findLikeness,
  isOneLetterOff,
} from '../../../detectors/view/packages/near-names.ts';
import { packageName } from '../../../detectors/view/packages/package-name.ts';
import {
  MAX_PACKAGE_PUBLISHERS,
  MAX_PACKAGE_TOKENS,
  MAX_PACKAGES,
  MAX_VERSIONS,
} from '../../../detectors/view/packages/packages-view.ts';
import { skeletonOf } from '../../../detectors/view/packages/skeleton.ts';
import { viewFromJson, viewToJson } from '../../../detectors/view/snapshot.ts';
import { hashNumber } from '../../../detectors/view/sources/commits.ts';
import { entryOf, judgeStory } from '../run-example.ts';

/** Names whose skeletons have one hash, and nothing else in common. */
const COLLISION = ['abjgjfu', 'ayqkrjb'] as const;

const NAME = { first: 0, last: 0, uses: 9, origin: '', originUses: 0 };

describe('names of packages', () => {
  test.each([
    ['pkg:pypi/Tool@1.0', 'pkg:pypi/tool', '1.0', 'pypi.org', true],
    ['pkg:npm/%40lab/tool@2.0.0', 'pkg:npm/@lab/tool', '2.0.0', 'registry.npmjs.org', true],
    [
      'pkg:pypi/tool?repository_url=https://x.example/simple',
      'pkg:pypi/tool',
      '',
      'x.example',
      false,
    ],
    [
      'pkg:pypi/tool@1?repository_url=https%3A%2F%2Fx.example',
      'pkg:pypi/tool',
      '1',
      'x.example',
      false,
    ],
    [
      'https://files.pythonhosted.org/a/b/tool-2.0.1-py3.whl',
      'url:tool',
      '2.0.1-py3.whl',
      'pypi.org',
      false,
    ],
    ['numpy', 'dep:numpy', '', '', true],
    ['pkg:constructor/tool@1', 'pkg:constructor/tool', '1', '', true],
  ])('%s', (said, key, version, origin, implied) => {
    expect(packageName(said)).toEqual({ key, version, origin, implied });
  });

  test('any text is some name', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 512 }), (said) => {
        expect(packageName(`pkg:${said}`).key.length).toBeLessThanOrEqual(2 * said.length + 4);
        expect(typeof packageName(said).origin).toBe('string');
      }),
    );
  });
});

describe('likeness of names', () => {
  test('look-alike letters and other separators have one skeleton', () => {
    expect(skeletonOf('l0dash')).toBe(skeletonOf('lodash'));
    expect(skeletonOf('lоdash')).toBe(skeletonOf('lodash'));
    expect(skeletonOf('lab/tool')).toBe(skeletonOf('lab-tool'));
    expect(skeletonOf('modern')).toBe(skeletonOf('modem'));
    expect(skeletonOf('salmon')).not.toBe(skeletonOf('salami'));
  });

  test.each([
    ['lodash', 'lodahs', true],
    ['lodash', 'lodas', true],
    ['lodash', 'lodashs', true],
    ['lodash', 'lodesh', true],
    ['lodash', 'lodash2', false],
    ['tool1', 'tool2', false],
    ['lodash', 'lodash', false],
    ['lodash', 'ldsaho', false],
  ])('%s and %s one letter off: %s', (one, other, expected) => {
    expect(isOneLetterOff(one, other)).toBe(expected);
    expect(isOneLetterOff(other, one)).toBe(expected);
  });

  test('the index finds every single edit that a comparison with all names would find', () => {
    const letters = fc.string({
      unit: fc.constantFrom(...'abcdefgh'),
      minLength: 8,
      maxLength: 20,
    });
    fc.assert(
      fc.property(letters, fc.nat(), fc.constantFrom(...'xyz'), (name, at, letter) => {
        const names = createNamesView();
        addRegular(names, name, NAME);
        const place = at % name.length;
        const edits = [
          name.slice(0, place) + letter + name.slice(place),
          name.slice(0, place) + letter + name.slice(place + 1),
          name.slice(0, place) + name.slice(place + 1),
        ];
        for (const edit of edits) expect(findLikeness(names, edit)?.name).toBe(name);
      }),
    );
  });

  test('names of one hash are told apart', () => {
    const names = createNamesView();
    const [one, other] = COLLISION;
    expect(hashNumber(one)).toBe(hashNumber(other));
    addRegular(names, one, NAME);
    expect(findLikeness(names, other)).toBeUndefined();
    addRegular(names, other, NAME);
    expect(findLikeness(names, other.replace('a', 'A'))?.name).toBe(other);
  });

  test('forgotten names leave nothing in the index', () => {
    const names = createNamesView();
    for (let n = 0; n < MAX_NAMES + 500; n += 1)
      addRegular(names, `name-${n.toString(36)}-of-many`, NAME);
    expect(names.regular.size).toBe(MAX_NAMES);
    expect(names.index.size).toBeLessThanOrEqual(3 * MAX_NAMES);
    for (const known of [...names.index.values()].flat()) {
      expect(names.regular.has(known)).toBe(true);
    }
  });
});

describe('the view of packages', () => {
  test('stays bounded however many packages, names, publishers and credentials a sender invents', () => {
    const told = story();
    for (let n = 0; n < MAX_PACKAGES + 5; n += 1) {
      told.event('package.published', { purl: `pkg:npm/flood-${n}@1.0.0` });
    }
    for (let n = 0; n < 100; n += 1) {
      publish(told, `1.${n}.0`, {
        publisher: { name: `publisher-${n}` },
        client: { tokenId: `token-${n}` },
      });
      told.event('artifact.pulled', { repository: `flood/${n}`, registry: `host-${n}.example` });
    }
    const { packages, names } = judgeStory([], told.events()).view.packages;
    const known = packages.get('pkg:pypi/labtool');
    expect(packages.size).toBe(MAX_PACKAGES);
    expect(known?.publishers.size).toBe(MAX_PACKAGE_PUBLISHERS);
    expect(known?.tokens.size).toBe(MAX_PACKAGE_TOKENS);
    expect(known?.versions.length).toBe(MAX_VERSIONS);
    expect(names.fresh.size).toBeLessThanOrEqual(MAX_FRESH_NAMES);
    expect(names.hosts.size).toBeLessThanOrEqual(MAX_HOSTS);
  });

  test('a flood of invented names does not push out those in use', () => {
    const told = story();
    for (let n = 0; n < 6; n += 1) told.days(1).push('1.0', `image-${n}`);
    for (let n = 0; n < 3000; n += 1) told.event('artifact.pulled', { repository: `flood/${n}` });
    const { names } = judgeStory([], told.events()).view.packages;
    expect(names.regular.has('lab/tool')).toBe(true);
  });

  test('judges the same after a snapshot', () => {
    const detectors = [packageProvenanceGap, packagePublisherNew, nameConfusion];
    const told = publish(releases().days(1), '1.11.0', {
      publisher: { name: 'stranger' },
      digest: image('foreign'),
      attested: false,
      registry: 'other.example',
    });
    const events = told.events();
    const { findings } = judgeStory(detectors, events);
    const before = judgeStory(detectors, events.slice(0, -1)).view;
    const restored = viewFromJson(viewToJson(before));
    const last = events.at(-1);
    if (restored === undefined || last === undefined) throw new Error('no snapshot');
    const entry = entryOf(last, events.length - 1);
    const again = createDetectStep(detectors)(restored, entry, DEFAULT_POLICY);
    expect(again).toEqual(findings.at(-1));
    expect(again.map(({ rule }) => rule)).toEqual([
      'package-provenance-gap',
      'package-publisher-new',
      'name-confusion',
    ]);
  });
});
