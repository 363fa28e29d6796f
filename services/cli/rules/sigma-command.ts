import { readFileSync, statSync } from 'node:fs';
import { parseDocument, stringify } from 'yaml';
import { ProvostError } from '../../core/errors.ts';
import { importSigma } from '../../sources/sigma/import-sigma.ts';
import { type CommandIo, EXIT } from '../command-io.ts';

const MAX_BYTES = 256 * 1024;
const TESTS = `# The rule loads once it has at least two tests that pass: one event on which it fires, one on which it is silent.
tests: []
`;

/** Prints a Sigma rule as a rule of ours, on trial; answers with the exit code. */
export function sigmaCommand(file: string, io: CommandIo): number {
  const imported = importSigma(readYaml(file));
  if (!imported.ok) {
    const { code, message, at } = imported.problem;
    throw new ProvostError(code, `${file}${at === undefined ? '' : `#${at}`}: ${message}`);
  }
  if (io.json) io.result(imported.value, '');
  else io.raw(stringify(imported.value, { lineWidth: 100 }) + TESTS);
  return EXIT.ok;
}

function readYaml(file: string): unknown {
  try {
    if (statSync(file).size > MAX_BYTES) {
      throw new ProvostError('cli.file', `${file} is larger than ${MAX_BYTES} bytes`);
    }
    const document = parseDocument(readFileSync(file, 'utf8'), {
      uniqueKeys: true,
      schema: 'core',
    });
    const [error] = document.errors;
    if (error !== undefined) throw new ProvostError('rule.document', `${file}: ${error.message}`);
    return document.toJS({ maxAliasCount: 0 });
  } catch (cause) {
    if (cause instanceof ProvostError) throw cause;
    throw new ProvostError('cli.file', `cannot read ${file}: ${String(cause)}`, { cause });
  }
}
