import { describe, expect, test } from 'vitest';
import { compareVersions } from '../../../services/core/image/compare-versions.ts';
import { describeImageDiff } from '../../../services/core/image/describe-image-diff.ts';
import { diffImages } from '../../../services/core/image/diff-images.ts';
import { splitPurl } from '../../../services/core/image/diff-packages.ts';
import type {
  ImageDescription,
  PlatformDescription,
} from '../../../services/core/image/image-description.ts';

function image(part: Partial<PlatformDescription>): ImageDescription {
  return { platforms: [{ platform: 'linux/amd64', ...part }] };
}

function layersOf(...digests: readonly string[]): Partial<PlatformDescription> {
  return { layers: digests.map((digest) => ({ digest })) };
}

function only(from: Partial<PlatformDescription>, to: Partial<PlatformDescription>) {
  const diff = diffImages(image(from), image(to)).platforms[0];
  if (diff === undefined) throw new Error('one platform was given');
  return diff;
}

describe('layers', () => {
  test('finds the shared base and what was replaced above it', () => {
    const diff = only(layersOf('a', 'b', 'c', 'd'), layersOf('a', 'b', 'x', 'd'));
    expect(diff.kind).toBe('changed');
    expect(diff.layers).toMatchObject({ sharedPrefix: 2, added: [], removed: [] });
    expect(diff.layers?.replaced).toEqual([
      { at: 2, from: { at: 2, digest: 'c' }, to: { at: 2, digest: 'x' } },
    ]);
  });

  test('a layer between others is added, not a replacement of all that follow', () => {
    const { layers } = only(layersOf('a', 'b', 'c'), layersOf('a', 'x', 'b', 'c'));
    expect(layers?.added).toEqual([{ at: 1, digest: 'x' }]);
    expect(layers?.replaced).toEqual([]);
    const back = only(layersOf('a', 'x', 'b', 'c'), layersOf('a', 'b', 'c'));
    expect(back.layers?.removed).toEqual([{ at: 1, digest: 'x' }]);
  });

  test('says whether the base or the application changed when it knows where the base ends', () => {
    const where = (from: readonly string[], to: readonly string[]) =>
      only({ ...layersOf(...from), baseLayers: 2 }, { ...layersOf(...to), baseLayers: 2 }).layers
        ?.within;
    expect(where(['a', 'b', 'c'], ['x', 'b', 'c'])).toBe('base');
    expect(where(['a', 'b', 'c'], ['a', 'b', 'x'])).toBe('application');
    expect(where(['a', 'b', 'c'], ['x', 'b', 'y'])).toBe('both');
    expect(where(['a', 'b', 'c'], ['a', 'b', 'c'])).toBeUndefined();
  });

  test('the same files in another compression are told as that', () => {
    const ids = { diffIds: ['p', 'q'] };
    const { layers, kind } = only(
      { ...layersOf('a', 'b'), ...ids },
      { ...layersOf('x', 'y'), ...ids },
    );
    expect(kind).toBe('changed');
    expect(layers).toMatchObject({ recompressed: true, replaced: [] });
    expect(only({ ...layersOf('a'), ...ids }, { ...layersOf('a'), ...ids }).kind).toBe('same');
  });
});

test('compares only what both sides know, and says what they do not', () => {
  const diff = only({ user: 'root' }, { ...layersOf('a'), packages: ['pkg:deb/debian/curl@1'] });
  expect(diff.kind).toBe('same');
  expect(diff.unknown).toEqual(['layers', 'base', 'config', 'packages', 'size']);
});

test('tells changes of the config, and of a variable only that its value changed', () => {
  const { config } = only(
    {
      entrypoint: ['/app'],
      user: '1000',
      environment: [
        { name: 'PATH', valueDigest: 'one' },
        { name: 'OLD', valueDigest: 'same' },
        { name: 'DUMB' },
      ],
      labels: { version: '1', stays: 'x' },
    },
    {
      entrypoint: ['/bin/sh', '-c', '/app'],
      user: 'root',
      environment: [
        { name: 'PATH', valueDigest: 'other' },
        { name: 'LD_PRELOAD', valueDigest: 'new' },
        { name: 'DUMB', valueDigest: 'now known' },
      ],
      labels: { version: '2', stays: 'x' },
    },
  );
  expect(config.map(({ kind, name, change }) => [kind, name, change])).toEqual([
    ['entrypoint', undefined, 'changed'],
    ['user', undefined, 'changed'],
    ['environment', 'LD_PRELOAD', 'added'],
    ['environment', 'OLD', 'removed'],
    ['environment', 'PATH', 'changed'],
    ['label', 'version', 'changed'],
  ]);
});

test('tells packages that came, went, went up and went down', () => {
  const { packages } = only(
    {
      packages: [
        'pkg:deb/debian/curl@7.88.1-10?arch=amd64',
        'pkg:deb/debian/openssl@3.0.11',
        'pkg:npm/@lab/tool@1.0.0',
        'pkg:deb/debian/gone@1',
      ],
    },
    {
      packages: [
        'pkg:deb/debian/curl@7.88.1-9?arch=amd64',
        'pkg:deb/debian/openssl@3.0.13',
        'pkg:npm/@lab/tool@1.0.0',
        'pkg:pypi/new@2',
      ],
    },
  );
  expect(packages).toEqual({
    added: ['pkg:pypi/new@2'],
    removed: ['pkg:deb/debian/gone@1'],
    upgraded: [{ name: 'pkg:deb/debian/openssl', from: '3.0.11', to: '3.0.13' }],
    downgraded: [{ name: 'pkg:deb/debian/curl', from: '7.88.1-10', to: '7.88.1-9' }],
  });
});

test('pairs platforms by name, and the only two when one has none', () => {
  const two: ImageDescription = {
    platforms: [{ platform: 'linux/arm64' }, { platform: 'linux/amd64', user: 'a' }],
  };
  const one: ImageDescription = { platforms: [{ platform: 'linux/amd64', user: 'b' }] };
  expect(diffImages(two, one).platforms.map(({ platform, kind }) => [platform, kind])).toEqual([
    ['linux/amd64', 'changed'],
    ['linux/arm64', 'removed'],
  ]);
  const unnamed: ImageDescription = { platforms: [{ platform: '', user: 'a' }] };
  expect(diffImages(unnamed, one).platforms).toHaveLength(1);
});

test('an image does not differ from itself, and the text says so', () => {
  const whole = image({ ...layersOf('a', 'b'), user: 'x', packages: ['pkg:a/b@1'], size: 3 });
  expect(diffImages(whole, whole).same).toBe(true);
  expect(describeImageDiff(diffImages(whole, whole))[0]).toBe('linux/amd64: no difference');
});

test('the text lists a handful and counts the rest', () => {
  const many = Array.from({ length: 30 }, (_, at) => `pkg:deb/debian/p${at}@1`);
  const lines = describeImageDiff(diffImages(image({ packages: [] }), image({ packages: many })));
  expect(lines[0]).toBe('linux/amd64: packages added (30):');
  expect(lines.find((line) => line.includes('more'))).toContain('and 22 more');
});

test.each([
  ['1.2.10', '1.2.9'],
  ['1:1.0', '9.0'],
  ['1.0', '1.0~rc1'],
  ['1.0.0', '1.0.0-rc.1'],
  ['1.0.0', '1.0.0b2'],
  ['1.0.1', '1.0'],
  ['7.88.1-10+deb12u5', '7.88.1-10'],
  ['100000000000000000001', '100000000000000000000'],
  ['v2', '1'],
])('%s is later than %s', (later, earlier) => {
  expect(compareVersions(later, earlier)).toBeGreaterThan(0);
  expect(compareVersions(earlier, later)).toBeLessThan(0);
  expect(compareVersions(later, later)).toBe(0);
});

test('a scope is no version', () => {
  expect(splitPurl('pkg:npm/@lab/tool')).toEqual({ name: 'pkg:npm/@lab/tool', version: '' });
  expect(splitPurl('pkg:npm/@lab')).toEqual({ name: 'pkg:npm/@lab', version: '' });
});
