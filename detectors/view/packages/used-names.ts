import type { ProvostEvent } from '../../../services/core/events/event.ts';
import { rememberLast } from '../remember-last.ts';
import { hostOf, packageName } from './package-name.ts';

/** A name that an event uses: the repository of an image, or a package as package-name.ts makes it. */
export type UsedName = {
  readonly key: string;
  readonly origin: string;
  /** The origin is what the ecosystem means when nobody names one. */
  readonly implied: boolean;
  readonly role: 'pushed' | 'pulled' | 'run' | 'base' | 'dependency' | 'package';
};

/** Dependencies of one build that are looked at: a lock file of thousands says no more than its first hundreds. */
const MAX_DEPENDENCIES = 512;
/** Images of one run that are looked at. */
const MAX_IMAGES = 64;
const NONE: readonly UsedName[] = [];

/** The names that the event uses. */
export const namesIn = rememberLast(listNames);

function listNames(event: ProvostEvent): readonly UsedName[] {
  switch (event.type) {
    case 'artifact.pushed':
      return [{ key: event.data.repository, origin: '', implied: true, role: 'pushed' }];
    case 'artifact.pulled':
      return [{ key: event.data.repository, origin: '', implied: true, role: 'pulled' }];
    case 'package.published': {
      const { key, origin, implied } = packageName(event.data.purl);
      const { registry } = event.data;
      return registry === undefined
        ? [{ key, origin, implied, role: 'package' }]
        : [{ key, origin: hostOf(registry), implied: false, role: 'package' }];
    }
    case 'build.finished': {
      const { baseImage, dependencies } = event.data;
      const named = dependencies?.resolved ?? dependencies?.declared;
      if (named === undefined && baseImage?.name === undefined) return NONE;
      const used: UsedName[] = [];
      const count = Math.min(named?.length ?? 0, MAX_DEPENDENCIES);
      for (let index = 0; index < count; index += 1) {
        const dependency = named?.[index];
        if (dependency === undefined) continue;
        const { key, origin, implied } = packageName(dependency.name);
        used.push(
          dependency.origin === undefined
            ? { key, origin, implied, role: 'dependency' }
            : { key, origin: hostOf(dependency.origin), implied: false, role: 'dependency' },
        );
      }
      if (baseImage?.name !== undefined) used.push(baseName(baseImage.name));
      return used;
    }
    case 'workflow-run.finished': {
      const images = new Set<string>();
      for (const { repository } of event.data.steps ?? []) {
        if (repository !== undefined) images.add(repository);
        if (images.size === MAX_IMAGES) break;
      }
      return [...images].map((key) => ({ key, origin: '', implied: true, role: 'run' }));
    }
    // No other type uses a name.
    default:
      return NONE;
  }
}

/** The registry host that the event names, or empty. */
export function hostIn(event: ProvostEvent): string {
  switch (event.type) {
    case 'artifact.pushed':
    case 'artifact.pulled':
      return event.data.registry ?? '';
    case 'build.finished': {
      if (event.data.baseImage?.name === undefined) return '';
      // The base image is the last name of a build.
      return namesIn(event).at(-1)?.origin ?? '';
    }
    // No other type names one that images come from.
    default:
      return '';
  }
}

/** `host/namespace/name:tag@digest`; without a host it is the client's default registry. */
function baseName(reference: string): UsedName {
  const digest = reference.indexOf('@');
  const path = digest === -1 ? reference : reference.slice(0, digest);
  const slash = path.indexOf('/');
  const first = slash === -1 ? '' : path.slice(0, slash).toLowerCase();
  const isHost = first.includes('.') || first.includes(':') || first === 'localhost';
  const rest = isHost ? path.slice(slash + 1) : path;
  const colon = rest.lastIndexOf(':');
  const name = (colon === -1 ? rest : rest.slice(0, colon)).toLowerCase();
  return { key: name, origin: isHost ? first : '', implied: !isHost, role: 'base' };
}
