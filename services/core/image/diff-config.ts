import type { ConfigChange } from './diff-images.ts';
import type { PlatformDescription } from './image-description.ts';

/** Compares what a container would run with: entrypoint, command, user, variables by the digest of their value, labels. */
export function diffConfig(
  from: PlatformDescription,
  to: PlatformDescription,
): { readonly compared: boolean; readonly changes: readonly ConfigChange[] } {
  const compared = (['entrypoint', 'command', 'user', 'environment', 'labels'] as const).some(
    (field) => from[field] !== undefined && to[field] !== undefined,
  );
  return {
    compared,
    changes: [
      ...diffText('entrypoint', wordsOf(from.entrypoint), wordsOf(to.entrypoint)),
      ...diffText('command', wordsOf(from.command), wordsOf(to.command)),
      ...diffText('user', from.user, to.user),
      ...diffNamed('environment', variablesOf(from), variablesOf(to)),
      ...diffNamed('label', labelsOf(from), labelsOf(to)),
    ],
  };
}

/** JSON, so that `["a b"]` and `["a", "b"]` are two things. */
function wordsOf(words: readonly string[] | undefined): string | undefined {
  return words === undefined ? undefined : JSON.stringify(words);
}

function variablesOf({ environment }: PlatformDescription): Named | undefined {
  return environment && new Map(environment.map(({ name, valueDigest }) => [name, valueDigest]));
}

function labelsOf({ labels }: PlatformDescription): Named | undefined {
  return labels && new Map(Object.entries(labels));
}

type Named = ReadonlyMap<string, string | undefined>;

function diffText(
  kind: 'entrypoint' | 'command' | 'user',
  from: string | undefined,
  to: string | undefined,
): readonly ConfigChange[] {
  if (from === undefined || to === undefined || from === to) return [];
  return [{ kind, change: 'changed', from, to }];
}

function diffNamed(
  kind: 'environment' | 'label',
  from: Named | undefined,
  to: Named | undefined,
): readonly ConfigChange[] {
  if (from === undefined || to === undefined) return [];
  return [...new Set([...from.keys(), ...to.keys()])]
    .sort()
    .flatMap((name): readonly ConfigChange[] => {
      const [before, after] = [from.get(name), to.get(name)];
      const values = {
        ...(before === undefined ? {} : { from: before }),
        ...(after === undefined ? {} : { to: after }),
      };
      if (!from.has(name)) return [{ kind, name, change: 'added', ...values }];
      if (!to.has(name)) return [{ kind, name, change: 'removed', ...values }];
      const known = before !== undefined && after !== undefined;
      return known && before !== after ? [{ kind, name, change: 'changed', ...values }] : [];
    });
}
