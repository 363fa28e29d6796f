import { expect, test } from 'vitest';
import { dependencyName } from '../../../../detectors/view/pipelines/dependency-name.ts';

test.each([
  ['requests', 'requests', '', ''],
  ['requests@2.1.0', 'requests', '', '2.1.0'],
  ['@lab/parser', '@lab/parser', '', ''],
  ['@lab/parser@1.0.0', '@lab/parser', '', '1.0.0'],
  ['actions/checkout@v4', 'actions/checkout', '', 'v4'],
  ['pkg:pypi/torchtriton@2.0.0', 'torchtriton', '', '2.0.0'],
  [
    'pkg:pypi/torchtriton@2.0.0?repository_url=https://download.pytorch.org/whl',
    'torchtriton',
    'download.pytorch.org',
    '2.0.0',
  ],
  ['pkg:npm/%40lab/parser@1.0.0', '%40lab/parser', '', '1.0.0'],
  [
    'https://files.pythonhosted.org/packages/ab/torchtriton-2.0.0-py3.whl',
    'torchtriton',
    'files.pythonhosted.org',
    '2.0.0-py3',
  ],
  ['git+https://github.com/lab/tool@refs/tags/v1', 'tool', 'github.com/lab', 'refs/tags/v1'],
  ['https://github.com/lab/tool.git', 'tool', 'github.com/lab', ''],
  ['registry.example/lab/base', 'base', 'registry.example', ''],
])('%s is %s of "%s" in version "%s"', (said, key, origin, version) => {
  expect(dependencyName(said)).toEqual({ key, origin, version });
});

test('a purl that is no URL encoding stays what it is', () => {
  expect(dependencyName('pkg:pypi/a@1?repository_url=%E0%A4%A')).toMatchObject({ key: 'a' });
});
