import type { DetectorMetadata, Example, Examples } from '../../../detectors/detector.ts';
import type { Disposition } from '../../../services/core/finding.ts';
import { CONTROLS, TECHNIQUES } from './reference-names.ts';

/** A detector as far as its page tells of it. */
export type Documented = { readonly metadata: DetectorMetadata; readonly examples: () => Examples };

const INDEX = 'README.md';

/**
 * The pages of `docs/detectors/` by file name: one a rule and the index. The same detectors give the same text, so that
 * a test can hold the committed pages against it.
 */
export function detectorPages(detectors: readonly Documented[]): ReadonlyMap<string, string> {
  const rules = new Map<string, Documented[]>();
  for (const detector of detectors) {
    const { rule } = detector.metadata;
    rules.set(rule, [...(rules.get(rule) ?? []), detector]);
  }
  const pages = new Map<string, string>([[INDEX, indexPage(detectors)]]);
  for (const [rule, parts] of rules) pages.set(`${rule}.md`, parts.map(detectorPage).join('\n'));
  return pages;
}

function indexPage(detectors: readonly Documented[]): string {
  const rows = [...detectors]
    .sort((one, other) => compare(placeOf(one.metadata), placeOf(other.metadata)))
    .map(({ metadata }) => {
      const { rule, title, severity } = metadata;
      return `| ${classOf(metadata)} | [${rule}](${rule}.md) | ${cell(title)} | ${severity} |`;
    });
  return [
    '# Detectors',
    '',
    'Each page says what a detector sees, why it matters, when it wakes somebody, where it errs and what to do. The pages are written from the detectors themselves: after a change, run `node --import tsx test/detectors/write-docs.ts`.',
    '',
    'A finding *pages* (wakes somebody), becomes a *ticket* (work for the day) or stays a *log* (on record). Its score decides; announced changes, approved baselines and what else explains a change lower it, and the finding shows by how much.',
    '',
    '| class | rule | sees | at most |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}

function detectorPage({ metadata, examples: tellExamples }: Documented): string {
  const examples = tellExamples();
  const { rule, title, description, severity, remediation, references } = metadata;
  return [
    `# ${rule}: ${lowerFirst(title)}`,
    '',
    `Class ${classOf(metadata)} · severity up to ${severity} · version ${metadata.version} · [all detectors](README.md)`,
    '',
    '## What it sees',
    '',
    description,
    '',
    `It listens to ${metadata.listensTo.map((type) => `\`${type}\``).join(', ')}.`,
    '',
    '## When it speaks',
    '',
    ...tellFires(examples.fires),
    '',
    '## When it stays silent',
    '',
    ...examples.silent.map(({ name }) => `- ${sentence(name)}`),
    '',
    '## False positives',
    '',
    ...metadata.falsePositives.map((line) => `- ${line}`),
    '',
    '## Known gaps',
    '',
    ...metadata.knownGaps.map((line) => `- ${line}`),
    '',
    '## What to do',
    '',
    `${remediation} Each finding carries the commands for its case.`,
    '',
    '## Why it matters',
    '',
    `- MITRE ATT&CK: ${references.attack.map(linkTechnique).join(', ')}`,
    `- SLSA threats: ${references.slsa.join(', ')}`,
    `- NIST SP 800-53: ${references.controls.map(nameControl).join(', ')}`,
    '',
    '## Switching it off',
    '',
    'In `provost.yaml`, for good or down to what it may ask at most:',
    '',
    '```yaml',
    'rules:',
    `  ${rule}: { enabled: false }`,
    `  # ${rule}: { atMost: ticket }`,
    '```',
    '',
    'What is planned is better announced (`change.announced`): an announcement lowers the score of what it covers and stays on the finding.',
    '',
  ].join('\n');
}

const HEADINGS: { readonly [Asked in Disposition]: string } = {
  page: 'It wakes somebody:',
  ticket: 'It asks for work:',
  log: 'It puts on record:',
};

function tellFires(fires: readonly Example[]): readonly string[] {
  const asked: readonly Disposition[] = ['page', 'ticket', 'log'];
  return asked
    .map((disposition) => ({
      heading: HEADINGS[disposition],
      names: fires.filter((example) => example.disposition === disposition),
    }))
    .filter(({ names }) => names.length > 0)
    .flatMap(({ heading, names }, index) => [
      ...(index === 0 ? [] : ['']),
      heading,
      '',
      ...names.map(({ name }) => `- ${sentence(name)}`),
    ]);
}

function linkTechnique(id: string): string {
  const name = TECHNIQUES[id];
  const url = `https://attack.mitre.org/techniques/${id.replace('.', '/')}/`;
  return name === undefined ? `[${id}](${url})` : `[${id} ${name}](${url})`;
}

function nameControl(id: string): string {
  const name = CONTROLS[id];
  return name === undefined ? id : `${id} ${name}`;
}

function classOf({ catalogue, id }: DetectorMetadata): string {
  return catalogue ?? id;
}

/** By class, and by rule within one. */
function placeOf(metadata: DetectorMetadata): string {
  return `${classOf(metadata)} ${metadata.rule}`;
}

/** The name of an example as a sentence. */
function sentence(name: string): string {
  return `${name.charAt(0).toUpperCase()}${name.slice(1)}.`;
}

function lowerFirst(text: string): string {
  return `${text.charAt(0).toLowerCase()}${text.slice(1)}`;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}

/** Code-unit order: the same on every machine. */
function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
