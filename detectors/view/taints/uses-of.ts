import type { EventData } from '../../../services/core/events/catalogue.ts';
import type { ProvostEvent } from '../../../services/core/events/event.ts';
import { rememberLast } from '../remember-last.ts';
import { digestKey, type KnownPackage, knownPackage } from './use-keys.ts';

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
  readonly package?: KnownPackage;
};

const NONE: readonly never[] = [];
const CREDENTIAL_NAME = /token|passw|secret|credential|api_?key|private_?key|signing/i;
const NO_SCRIPTS = /ignore[-_]?scripts|enablescripts\W+false/i;
const SCRIPTS = /scripts/i;

/** What the event used, or undefined for one that used nothing that could be tainted. */
export const useOf: (event: ProvostEvent) => Use | undefined = rememberLast(readUse);

function readUse(event: ProvostEvent): Use | undefined {
  switch (event.type) {
    case 'artifact.pulled': {
      const { digest, repository } = event.data;
      return digest === undefined
        ? undefined
        : {
            kind: 'pull',
            what: repository,
            ingredients: [{ key: digestKey(digest) }],
            makes: NONE,
          };
    }
    case 'artifact.pushed':
      return useOfPush(event.data);
    case 'tag.moved': {
      const { to, repository } = event.data;
      return { kind: 'image', what: repository, ingredients: NONE, makes: [digestKey(to)] };
    }
    case 'build.finished':
      return useOfBuild(event.data);
    case 'workflow-run.finished':
      return useOfRun(event.data);
    case 'sbom.attached': {
      const { components, digest, repository } = event.data;
      const ingredients: Ingredient[] = [];
      for (const component of components) {
        addPackage(ingredients, component.purl, undefined, component.digest);
      }
      return contained(repository ?? digest, digest, ingredients);
    }
    case 'artifact.inspected': {
      const { packages, baseImage, digest, repository } = event.data;
      const ingredients: Ingredient[] = [];
      addDigest(ingredients, baseImage?.digest);
      for (const { purl } of packages ?? NONE) addPackage(ingredients, purl);
      return contained(repository, digest, ingredients);
    }
    case 'package.published': {
      const { purl, digest } = event.data;
      const ingredients: Ingredient[] = [];
      addPackage(ingredients, purl, undefined, digest);
      return { kind: 'package', what: purl, ingredients, makes: NONE };
    }
    // The other types use nothing.
    default:
      return undefined;
  }
}

function useOfPush(data: EventData<'artifact.pushed'>): Use {
  const ingredients: Ingredient[] = [];
  addDigest(ingredients, data.baseImage?.digest);
  for (const { digest } of data.children ?? NONE) addDigest(ingredients, digest);
  return { kind: 'image', what: data.repository, ingredients, makes: [digestKey(data.digest)] };
}

/** A build runs what it resolves, unless it was told not to run what packages bring along. */
function useOfBuild(data: EventData<'build.finished'>): Use | undefined {
  if (data.outcome === 'skipped') return undefined;
  const outputs = data.outcome === 'success' ? (data.outputs ?? NONE) : NONE;
  const ingredients: Ingredient[] = [];
  addDigest(ingredients, data.baseImage?.digest);
  for (const { name, version, digest } of data.dependencies?.resolved ?? NONE) {
    addPackage(ingredients, name, version, digest);
  }
  if (ingredients.length === 0 && outputs.length === 0) return undefined;
  const publishes =
    outputs.length > 0 || data.environment?.some(({ name }) => namesCredential(name)) === true;
  return {
    kind: runsNoScripts(data) ? 'image' : publishes ? 'publishing-build' : 'build',
    what: outputs[0]?.repository ?? data.sourceRepository ?? data.runId,
    ingredients,
    makes: outputs.map(({ digest }) => digestKey(digest)),
  };
}

function runsNoScripts({ flags, parameters }: EventData<'build.finished'>): boolean {
  if (flags?.some((flag) => NO_SCRIPTS.test(flag)) === true) return true;
  for (const name in parameters) {
    const value = parameters[name] ?? '';
    if (!SCRIPTS.test(name) && !SCRIPTS.test(value)) continue;
    if (NO_SCRIPTS.test(`${name} ${value}`)) return true;
  }
  return false;
}

/** Names of variables that were looked at: builds have the same ones again and again. It only saves the looking. */
const SEEN_NAMES = new Map<string, boolean>();
const MAX_SEEN_NAMES = 2048;

function namesCredential(name: string): boolean {
  const seen = SEEN_NAMES.get(name);
  if (seen !== undefined) return seen;
  if (SEEN_NAMES.size >= MAX_SEEN_NAMES) SEEN_NAMES.clear();
  const found = CREDENTIAL_NAME.test(name);
  SEEN_NAMES.set(name, found);
  return found;
}

function useOfRun(data: EventData<'workflow-run.finished'>): Use | undefined {
  const ingredients: Ingredient[] = [];
  for (const { digest } of data.steps ?? NONE) addDigest(ingredients, digest);
  if (ingredients.length === 0) return undefined;
  return {
    kind: data.citation === undefined || data.citation === '' ? 'run' : 'cited-run',
    what: `run ${data.runId}`,
    ingredients,
    makes: NONE,
  };
}

function contained(what: string, digest: string, ingredients: readonly Ingredient[]): Use {
  return { kind: 'image', what, ingredients, makes: [digestKey(digest)] };
}

function addDigest(ingredients: Ingredient[], digest: string | undefined): void {
  if (digest !== undefined) ingredients.push({ key: digestKey(digest) });
}

function addPackage(
  ingredients: Ingredient[],
  name: string,
  version?: string,
  digest?: string,
): void {
  const pinned = digest !== undefined && digest !== '';
  if (pinned) ingredients.push({ key: digestKey(digest) });
  const known = knownPackage(name, version);
  if (known !== undefined) {
    ingredients.push({ key: pinned ? known.versionKey : -known.versionKey, package: known });
  }
}
