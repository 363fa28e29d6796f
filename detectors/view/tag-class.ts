import { createMemo } from './memo.ts';

/**
 * A coarse class of tag names whose habits are learned together: `full` (three numbers, a date or a commit), `partial`
 * (one or two numbers) and `name` (none). It only says which tags are each other's peers; that a class moves or stays
 * is learned from each repository and never assumed from the shape of a name.
 */
export type TagClass = 'full' | 'partial' | 'name';

/** Tags whose class was worked out lately: a few names are most of what a registry says. */
const MAX_KNOWN = 4096;

const NUMBERS = /\d+(?:\.\d+)*/g;
const COMMIT = /(?:^|[._-])(?=[0-9a-f]*[a-f])(?=[0-9a-f]*\d)[0-9a-f]{7,64}(?=$|[._-])/;

export const tagClass = createMemo(MAX_KNOWN, readClass);

function readClass(tag: string): TagClass {
  const version = tag.match(NUMBERS)?.[0];
  if (version === undefined) return 'name';
  if (version.split('.').length >= 3 || /\d{8}/.test(tag) || COMMIT.test(tag)) return 'full';
  return 'partial';
}
