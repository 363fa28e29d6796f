import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { LANE_DETECTORS } from '../../../detectors/lane/lane-registry.ts';
import { DETECTORS } from '../../../detectors/registry.ts';
import { tagMutation } from '../../../detectors/tag-mutation.ts';
import { detectorPages } from './detector-pages.ts';
import { CONTROLS, TECHNIQUES } from './reference-names.ts';

const FOLDER = 'docs/detectors';
const ALL = [...DETECTORS, ...LANE_DETECTORS];

describe('the pages of the detectors', () => {
  test('that are committed are what the detectors say', () => {
    const pages = detectorPages(ALL);
    const committed = new Map(
      (existsSync(FOLDER) ? readdirSync(FOLDER) : [])
        .filter((name) => name.endsWith('.md'))
        .map((name) => [name, readFileSync(`${FOLDER}/${name}`, 'utf8')]),
    );
    const stale = [...new Set([...pages.keys(), ...committed.keys()])].filter(
      (name) => pages.get(name) !== committed.get(name),
    );
    expect(stale, 'run node --import tsx test/detectors/write-docs.ts').toEqual([]);
  });

  test('name every technique and control that they refer to', () => {
    for (const { metadata } of ALL) {
      for (const id of metadata.references.attack) expect(Object.keys(TECHNIQUES)).toContain(id);
      for (const id of metadata.references.controls) expect(Object.keys(CONTROLS)).toContain(id);
    }
  });

  test('tell every example once, under what it asks of people', () => {
    const page = detectorPages([tagMutation]).get('tag-mutation.md') ?? '';
    const lines = page.split('\n').map((line) => line.toLowerCase());
    for (const { name } of [...tagMutation.examples().fires, ...tagMutation.examples().silent]) {
      expect(lines.filter((line) => line === `- ${name}.`.toLowerCase()).length).toBe(1);
    }
    expect(page.indexOf('It wakes somebody:')).toBeLessThan(page.indexOf('It asks for work:'));
    expect(page).toContain('tag-mutation: { enabled: false }');
  });

  test('two detectors of one rule share a page, and the index names both', () => {
    const twin = { ...tagMutation, metadata: { ...tagMutation.metadata, id: 'Z01' } };
    const pages = detectorPages([tagMutation, twin]);
    expect([...pages.keys()]).toEqual(['README.md', 'tag-mutation.md']);
    expect(pages.get('README.md')?.match(/\[tag-mutation\]/g)?.length).toBe(2);
  });

  test('are the same in whatever order the detectors speak, but for shared pages', () => {
    const turned = detectorPages([...DETECTORS].reverse());
    expect([...turned].sort()).toEqual([...detectorPages(DETECTORS)].sort());
  });
});
