import { expect, test } from 'vitest';
import { createProjectView } from '../../../detectors/view/create-view.ts';
import { viewFromJson, viewToJson } from '../../../detectors/view/snapshot.ts';

test('a view that was read back shares the references to one entry as it did before', () => {
  const view = createProjectView('atlas');
  const ref = { shard: 1, index: 2, source: '/registry', id: 'e-1' };
  const other = { ...ref, index: 3 };
  view.rhythm.requests.set('a', { at: 1, ref });
  view.rhythm.requests.set('b', { at: 1, ref: { ...ref } });
  view.rhythm.requests.set('c', { at: 1, ref: other });
  const text = viewToJson(view);
  const back = viewFromJson(text);
  const requests = back?.rhythm.requests;
  expect(requests?.get('a')?.ref).toBe(requests?.get('b')?.ref);
  expect(requests?.get('c')?.ref).toEqual(other);
  expect(back && viewToJson(back)).toBe(text);
});
