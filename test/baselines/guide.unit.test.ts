import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readDocument } from '../../services/baselines/documents/read-document.ts';
import { parseGovernance } from '../../services/config/parse-governance.ts';
import { ASPECTS } from '../../services/core/baseline/baseline.ts';

const guide = (name: string) =>
  readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8');
const block = (name: string, info: string) =>
  new RegExp(`^\`\`\`${info}\\n([\\s\\S]*?)^\`\`\``, 'm').exec(guide(name))?.[1] ?? '';

describe('the guide to baselines', () => {
  it('shows a file that is taken as it stands', () => {
    expect(readDocument(block('baselines.md', 'yaml baseline'))).toMatchObject({
      ok: true,
      value: {
        repository: 'lab/aligner',
        scope: { tags: ['1.*'] },
        value: { builder: ['https://ci.example.org/runners'] },
      },
    });
  });

  it('names every aspect', () => {
    const table = guide('baselines.md')
      .split('\n')
      .filter((line) => line.startsWith('| `'))
      .join('\n');
    for (const aspect of ASPECTS) expect(table).toContain(`\`${aspect}\``);
  });

  it('agrees with the guide to configuration, whose file is accepted', () => {
    const { value, problems } = parseGovernance(block('configuration.md', 'yaml'), 'provost.yaml');
    expect(problems).toEqual([]);
    expect(value.projects?.[0]).toMatchObject({ baselines: 'declared' });
    expect(value.projects?.[0]?.baselineKeys).toHaveLength(1);
  });

  it('refuses a key that is none, in the governance file', () => {
    const broken = 'projects: [{ name: lab, baselineKeys: ["lab+00000000+AAAA"] }]';
    const { problems } = parseGovernance(broken, 'provost.yaml');
    expect(problems[0]?.message).toContain('project "lab" has a bad baseline key');
  });
});
