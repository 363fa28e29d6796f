import type { Aspect } from '../../services/core/baseline/baseline.ts';
import type { ProvostEvent } from '../../services/core/events/event.ts';
import { clientFamilyOf } from '../view/access/network-of.ts';
import { tagChangesOf } from '../view/entry-facts.ts';
import { HOUR } from '../view/limits.ts';
import type { RepositoryView } from '../view/project-view.ts';

const NOTHING: readonly string[] = [];

/** What an event says of an aspect, in the words of baselines; nothing where it does not say. */
export function observeAspect(
  aspect: Aspect,
  event: ProvostEvent,
  facts: {
    readonly repository: RepositoryView | undefined;
    readonly at: number;
    readonly actor: string;
    /** Of the tags that the event sets only these; all of them when absent. */
    readonly tags?: readonly string[];
    /** Changes of the day, this one included; absent where nobody counts them. */
    readonly changes?: number;
  },
): readonly string[] {
  switch (event.type) {
    case 'artifact.pushed':
    case 'tag.moved':
      return observeChange(aspect, event, facts);
    case 'artifact.inspected':
      return observeContent(aspect, event.data);
    case 'build.finished':
      return observeBuild(aspect, event.data);
    case 'attestation.attached':
    case 'signature.attached':
      return aspect === 'signer' && event.data.verified
        ? some(event.data.signer?.identity)
        : NOTHING;
    // The other types are not held against baselines.
    default:
      return NOTHING;
  }
}

type Change = Extract<ProvostEvent, { readonly type: 'artifact.pushed' | 'tag.moved' }>;
type Data<T extends ProvostEvent['type']> = Extract<ProvostEvent, { readonly type: T }>['data'];

function observeChange(
  aspect: Aspect,
  event: Change,
  facts: Parameters<typeof observeAspect>[2],
): readonly string[] {
  const { client, registry } = event.data;
  switch (aspect) {
    case 'digests':
      return tagChangesOf(event)
        .slice(0, 1)
        .map(({ to }) => to);
    case 'tag-behaviour':
      return movesOf(event, facts) ? ['moving'] : NOTHING;
    case 'publishers':
      return some(facts.actor);
    case 'clients':
      return some(
        [client?.tokenId ?? '', clientFamilyOf(client?.userAgent ?? '')]
          .filter((name) => name !== '')
          .join('\t'),
      );
    case 'networks':
      return some(client?.address);
    case 'registries':
      return some(registry);
    case 'hours':
      return [String(Math.floor(facts.at / HOUR) % 24)];
    case 'rate':
      return facts.changes === undefined ? NOTHING : [String(facts.changes)];
    default:
      return event.type === 'artifact.pushed' ? observeManifest(aspect, event.data) : NOTHING;
  }
}

function observeManifest(aspect: Aspect, data: Data<'artifact.pushed'>): readonly string[] {
  switch (aspect) {
    case 'size':
      return data.size === undefined ? NOTHING : [String(data.size)];
    case 'layers':
      return (data.layers ?? []).map(({ digest }) => digest);
    case 'labels':
      return pairs(data.labels);
    case 'base-image':
      return baseOf(data.baseImage);
    default:
      return NOTHING;
  }
}

function observeContent(aspect: Aspect, data: Data<'artifact.inspected'>): readonly string[] {
  switch (aspect) {
    case 'entrypoint':
      return data.entrypoint === undefined ? NOTHING : [data.entrypoint.join(' ')];
    case 'user':
      return data.user === undefined ? NOTHING : [data.user === '' ? 'root' : data.user];
    case 'environment':
      return named(data.environment);
    case 'labels':
      return pairs(data.labels);
    case 'packages':
      return (data.packages ?? []).map(({ purl }) => purl);
    case 'base-image':
      return baseOf(data.baseImage);
    default:
      return NOTHING;
  }
}

function observeBuild(aspect: Aspect, data: Data<'build.finished'>): readonly string[] {
  switch (aspect) {
    case 'builder':
      return some(data.builderId);
    case 'build-type':
      return some(data.buildType);
    case 'source-repository':
      return some(data.sourceRepository);
    case 'trigger':
      return some(data.trigger);
    case 'workflow':
      return data.workflow === undefined
        ? NOTHING
        : [withRest(data.workflow.path, '@', data.workflow.digest)];
    case 'environment':
      return named(data.environment);
    case 'parameters':
      return pairs(data.parameters);
    case 'flags':
      return data.flags ?? NOTHING;
    case 'dependencies':
      return (data.dependencies?.resolved ?? []).map(({ name, version }) =>
        withRest(name, '@', version),
      );
    case 'base-image':
      return baseOf(data.baseImage);
    default:
      return NOTHING;
  }
}

/** Whether a tag leaves a digest that it had. */
function movesOf(
  event: Change,
  { repository, tags }: Parameters<typeof observeAspect>[2],
): boolean {
  return tagChangesOf(event).some(({ tag, from, to }) => {
    if (tags?.includes(tag) === false) return false;
    const before = repository?.tags.get(tag)?.digest ?? from;
    return before !== undefined && before !== to;
  });
}

function baseOf(
  base: { readonly name?: string; readonly digest?: string } | undefined,
): readonly string[] {
  if (base?.name === undefined) return some(base?.digest);
  return [withRest(base.name, '@', base.digest)];
}

function named(
  variables: readonly { readonly name: string; readonly valueDigest?: string }[] | undefined,
): readonly string[] {
  return (variables ?? []).map(({ name, valueDigest }) => withRest(name, '=', valueDigest));
}

function pairs(map: Readonly<Record<string, string>> | undefined): readonly string[] {
  return Object.entries(map ?? {}).map(([name, value]) => `${name}=${value}`);
}

function withRest(name: string, separator: string, rest: string | undefined): string {
  return rest === undefined ? name : `${name}${separator}${rest}`;
}

function some(value: string | undefined): readonly string[] {
  return value === undefined || value === '' ? NOTHING : [value];
}
