import { describe, expect, it } from 'vitest';
import { isNamedAlike } from '../../../detectors/view/sources/source-owner.ts';

describe('an owner that bears the name of an image', () => {
  it.each([
    ['git.example/toolfoundation/docker', 'library/tool'],
    ['git.example/opentool/docker', 'library/open-tool'],
    ['git.example/rocky-linux/images', 'library/rockylinux'],
    ['git.example/maker/tool', 'library/maker-tool'],
  ])('is told however it is written: %s for %s', (source, repository) => {
    expect(isNamedAlike(source, repository)).toBe(true);
  });

  it.each([
    ['git.example/stranger/tool', 'library/tool'],
    ['git.example/slim/images', 'library/sl'],
    ['git.example/to/tool', 'library/tool'],
    ['tool', 'library/other'],
  ])(
    'is not seen in the name of the source or in a few letters: %s for %s',
    (source, repository) => {
      expect(isNamedAlike(source, repository)).toBe(false);
    },
  );
});
