import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Compile } from 'typebox/compile';
import type { Problem } from '../../core/errors.ts';
import { fail, type Outcome, ok } from '../../core/outcome.ts';
import { UserRule } from '../../core/rules/user-rule.ts';
import { checkDocument, invalid } from '../check-document.ts';

/** Name of the folder beside the governance file. */
export const RULES_FOLDER = 'rules';

const MAX_FILES = 200;
const MAX_BYTES = 64 * 1024;

const validator = Compile(UserRule);

/** Reads every rule of a folder (`*.yaml`), by name, or lists every problem; a folder that is not there has none. */
export function readRules(folder: string): Outcome<readonly UserRule[], readonly Problem[]> {
  if (!existsSync(folder)) return ok([]);
  const files = readdirSync(folder)
    .filter((name) => name.endsWith('.yaml') || name.endsWith('.yml'))
    .sort()
    .map((name) => join(folder, name));
  if (files.length > MAX_FILES) {
    return fail([invalid(`has ${files.length} rules; at most ${MAX_FILES}`, folder)]);
  }
  const rules: UserRule[] = [];
  const problems: Problem[] = [];
  for (const file of files) {
    const read = readRule(file);
    if (!read.ok) problems.push(...read.problem);
    else if (rules.some(({ rule }) => rule === read.value.rule))
      problems.push(invalid(`rule "${read.value.rule}" is defined twice`, file));
    else rules.push(read.value);
  }
  return problems.length === 0 ? ok(rules) : fail(problems);
}

/** Reads one rule, or lists every problem with its place. */
export function readRule(file: string): Outcome<UserRule, readonly Problem[]> {
  try {
    const { size } = statSync(file);
    if (size > MAX_BYTES) return fail([invalid(`has ${size} bytes; at most ${MAX_BYTES}`, file)]);
    return checkDocument(readFileSync(file, 'utf8'), file, validator);
  } catch (cause) {
    return fail([invalid(`cannot be read: ${cause instanceof Error ? cause.message : ''}`, file)]);
  }
}
