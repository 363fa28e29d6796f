import { Compile } from 'typebox/compile';
import { parseDocument } from 'yaml';
import { type Problem, problem } from '../core/errors.ts';
import { Governance } from './governance.ts';

const validator = Compile(Governance);

/** Parses and checks a governance file; every problem is listed with its place, and then the value is empty. */
export function parseGovernance(
  text: string,
  file: string,
): { readonly value: Governance; readonly problems: readonly Problem[] } {
  const document = parseDocument(text, { uniqueKeys: true, strict: true, schema: 'core' });
  if (document.errors.length > 0) {
    return {
      value: {},
      problems: document.errors.map((error) =>
        invalid(error.message.split('\n')[0] ?? 'YAML error', file),
      ),
    };
  }
  const value: unknown = document.toJS({ maxAliasCount: 0 }) ?? {};
  if (!validator.Check(value)) {
    const problems = [...validator.Errors(value)].map((error) =>
      invalid(error.message, `${file}#${error.instancePath || '/'}`),
    );
    return { value: {}, problems };
  }
  const problems = crossCheck(value).map((message) => invalid(message, file));
  return { value: problems.length === 0 ? value : {}, problems };
}

function crossCheck(governance: Governance): readonly string[] {
  const messages: string[] = [];
  const channels = new Set((governance.channels ?? []).map((channel) => channel.name));
  for (const [kind, items] of Object.entries({
    project: governance.projects,
    source: governance.sources,
    channel: governance.channels,
  })) {
    const seen = new Set<string>();
    for (const { name } of items ?? []) {
      if (seen.has(name)) messages.push(`${kind} "${name}" is defined twice`);
      seen.add(name);
    }
  }
  for (const route of governance.routes ?? []) {
    for (const name of route.channels) {
      if (!channels.has(name))
        messages.push(`a route names the channel "${name}", which is not defined`);
    }
  }
  return messages;
}

function invalid(message: string, at: string): Problem {
  return problem('config.invalid', message, at);
}
