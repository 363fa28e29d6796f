import type { EventData } from '../../../services/core/events/catalogue.ts';
import type { ProvostEvent } from '../../../services/core/events/event.ts';
import { digestKey, hashText, type NamedPackage, readPackage, versionKey } from './use-keys.ts';

/**
 * How something was used, the gravest first: code that ran where it could publish or where a paper rests on it weighs
 * more than code that merely lies in an image, and that more than a pull.
 */
export const USE_KINDS = [
  'publishing-build',
  'cited-run',
  'build',
  'run',
  'package',
  'image',
  'pull',
] as const;
export type UseKind = (typeof USE_KINDS)[number];

/** What one event used, and what came of it; what came of it may itself be known bad. */
export type Use = {
  readonly kind: UseKind;
  /** The repository, source repository or run, for people. */
  readonly what: string;
  readonly ingredients: readonly Ingredient[];
  /** Keys of the digests that came of it. */
  readonly makes: readonly number[];
};

export type Ingredient = {
  /** The key to match, negative for a package version without a digest. */
  readonly key: number;
  readonly package?: NamedPackage;
  /** Key of the package alone. */
  readonly packageKey?: number;
};

const CREDENTIAL_NAME = /token|passw|secret|credential|api_?key|private_?key|signing/i;
const NO_SCRIPTS = /ignore[-_]?scripts|enablescripts\W+false/i;

/** What the event used, or undefined for one that used nothing that could be tainted. */
export function useOf(event: ProvostEvent): Use | undefined {
  switch (event.type) {
    case 'artifact.pulled':
      return event.data.digest === undefined
        ? undefined
        : {
            kind: 'pull',
            what: event.data.repository,
            ingredients: ofDigest(event.data.digest),
            makes: [],
          };
    case 'artifact.pushed':
      return useOfPush(event.data);
    case 'tag.moved':
      return {
        kind: 'image',
        what: event.data.repository,
        ingredients: ofDigest(event.data.to),
        makes: [],
      };
    case 'build.finished':
      return useOfBuild(event.data);
    case 'workflow-run.finished':
      return useOfRun(event.data);
    case 'sbom.attached': {
      const { components, digest, repository } = event.data;
      return contained(
        repository ?? digest,
        digest,
        components.flatMap(({ purl, digest: pinned }) => ofPackage(purl, undefined, pinned)),
      );
    }
    case 'artifact.inspected': {
      const { packages = [], baseImage, digest, repository } = event.data;
      return contained(repository, digest, [
        ...ofDigest(baseImage?.digest),
        ...packages.flatMap(({ purl }) => ofPackage(purl)),
      ]);
    }
    case 'package.published':
      return {
        kind: 'package',
        what: event.data.purl,
        ingredients: ofPackage(event.data.purl, undefined, event.data.digest),
        makes: [],
      };
    // The other types use nothing.
    default:
      return undefined;
  }
}

function useOfPush(data: EventData<'artifact.pushed'>): Use {
  return {
    kind: 'image',
    what: data.repository,
    ingredients: [
      ...ofDigest(data.baseImage?.digest),
      ...(data.children ?? []).flatMap(({ digest }) => ofDigest(digest)),
    ],
    makes: [digestKey(data.digest)],
  };
}

/** A build runs what it resolves, unless it was told not to run what packages bring along. */
function useOfBuild(data: EventData<'build.finished'>): Use | undefined {
  if (data.outcome === 'skipped') return undefined;
  const outputs = data.outcome === 'success' ? (data.outputs ?? []) : [];
  const ingredients = [
    ...ofDigest(data.baseImage?.digest),
    ...(data.dependencies?.resolved ?? []).flatMap(({ name, version, digest }) =>
      ofPackage(name, version, digest),
    ),
  ];
  if (ingredients.length === 0 && outputs.length === 0) return undefined;
  const publishes =
    outputs.length > 0 || data.environment?.some(({ name }) => CREDENTIAL_NAME.test(name)) === true;
  return {
    kind: runsNoScripts(data) ? 'image' : publishes ? 'publishing-build' : 'build',
    what: outputs[0]?.repository ?? data.sourceRepository ?? data.runId,
    ingredients,
    makes: outputs.map(({ digest }) => digestKey(digest)),
  };
}

function runsNoScripts({ flags, parameters }: EventData<'build.finished'>): boolean {
  return (
    flags?.some((flag) => NO_SCRIPTS.test(flag)) === true ||
    (parameters !== undefined &&
      Object.entries(parameters).some(([name, value]) => NO_SCRIPTS.test(`${name} ${value}`)))
  );
}

function useOfRun(data: EventData<'workflow-run.finished'>): Use | undefined {
  const ingredients = (data.steps ?? []).flatMap(({ digest }) => ofDigest(digest));
  if (ingredients.length === 0) return undefined;
  return {
    kind: data.citation === undefined || data.citation === '' ? 'run' : 'cited-run',
    what: `run ${data.runId}`,
    ingredients,
    makes: [],
  };
}

function contained(
  what: string,
  digest: string,
  ingredients: readonly Ingredient[],
): Use | undefined {
  return ingredients.length === 0
    ? undefined
    : { kind: 'image', what, ingredients, makes: [digestKey(digest)] };
}

function ofDigest(digest: string | undefined): readonly Ingredient[] {
  return digest === undefined ? [] : [{ key: digestKey(digest) }];
}

function ofPackage(name: string, version?: string, digest?: string): readonly Ingredient[] {
  const pinned = digest !== undefined && digest !== '';
  const ingredients: Ingredient[] = pinned ? [{ key: digestKey(digest) }] : [];
  const named = readPackage(name, version);
  if (named !== undefined && named.version !== '') {
    const key = versionKey(named.id, named.version);
    ingredients.push({
      key: pinned ? key : -key,
      package: named,
      packageKey: hashText(named.id),
    });
  }
  return ingredients;
}
