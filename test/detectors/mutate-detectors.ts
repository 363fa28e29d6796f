import { DETECTORS } from '../../detectors/registry.ts';
import { type Mutant, mutateDetectors } from './mutation/mutate-detectors.ts';

/**
 * Inverts every `if` and every predicate of the rules named, or of all, and lists the mutants that the rule's own examples let live;
 * with `--json` every mutant, one object a line. Ends with 1 where one lives.
 */
const flags = process.argv.slice(2);
const json = flags.includes('--json');
const named = flags.filter((flag) => !flag.startsWith('--'));
const known = DETECTORS.map(({ metadata }) => metadata.rule);
const unknown = named.filter((rule) => !known.includes(rule));
if (unknown.length > 0) {
  console.error(`There is no rule ${unknown.join(', ')}.`);
  process.exit(2);
}

let living = 0;
for await (const { rule, mutants } of mutateDetectors(named.length > 0 ? named : known)) {
  const survivors = mutants.filter(({ killedBy }) => killedBy === undefined);
  living += survivors.length;
  if (json) for (const mutant of mutants) console.log(JSON.stringify(mutant));
  else
    console.log(
      [
        `${rule.padEnd(28)} ${mutants.length - survivors.length} of ${mutants.length} killed`,
        ...survivors.map(describe),
      ].join('\n'),
    );
}
process.exitCode = living > 0 ? 1 : 0;

function describe({ file, line, text }: Mutant): string {
  return `  lives: ${file}:${line}  ${text}`;
}
