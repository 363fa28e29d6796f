import { expect, test } from 'vitest';
import { createProjectView } from '../../../detectors/view/create-view.ts';
import { viewFromJson, viewToJson } from '../../../detectors/view/snapshot.ts';

test('a view that was read back shares the references to one entry as it did before', () => {
  const view = createProjectView('atlas');
  const ref = { shard: 1, index: 2, source: '/registry', id: 'e-1' };
  const other = { ...ref, index: 3 };
  const build = { at: 1, builder: 'b', source: 's', by: 'ada' };
  view.builds.set('sha256:a', { ...build, ref });
  view.builds.set('sha256:b', { ...build, ref: { ...ref } });
  view.builds.set('sha256:c', { ...build, ref: other });
  const text = viewToJson(view);
  const back = viewFromJson(text);
  expect(back?.builds.get('sha256:a')?.ref).toBe(back?.builds.get('sha256:b')?.ref);
  expect(back?.builds.get('sha256:c')?.ref).toEqual(other);
  expect(viewToJson(back ?? createProjectView('lost'))).toBe(text);
});
