import type { Entry, EventOf } from '../../../services/core/events/event.ts';
import { refOf, timeOf } from '../entry-facts.ts';
import type { RangeTaint, TaintStatement } from './taints-view.ts';
import { bareIdOf, digestKey, hashText, readPackage, readVersion } from './use-keys.ts';

/** A `digest.tainted` event as the join reads it. */
export type Statement = {
  readonly statement: TaintStatement;
  /** Key of the digest that it names. */
  readonly digest: number | undefined;
  /** Packages whose versions it names: the package itself, and the same name without its ecosystem. */
  readonly ranges: readonly (readonly [packageKey: number, range: RangeTaint, packageId: string])[];
};

export function readStatement(
  entry: Entry & { readonly event: EventOf<'digest.tainted'> },
): Statement {
  const { event } = entry;
  const { digest, purl, versions = [], ranges = [], reason, advisory } = event.data;
  const named = purl === undefined ? undefined : readPackage(purl);
  const statement: TaintStatement = {
    label: digest ?? purl ?? '',
    project: event.project,
    reason: reason.slice(0, 512),
    advisory: advisory ?? '',
    at: timeOf(event),
    ref: refOf(entry),
  };
  if (named === undefined) {
    return { statement, digest: digest === undefined ? undefined : digestKey(digest), ranges: [] };
  }
  const range = {
    statement,
    versions: [...(named.version === '' ? [] : [named.version]), ...versions.map(readVersion)],
    // An empty statement about a package calls all of it bad; one with a digest means that digest.
    ranges: ranges.map(({ introduced, fixed, lastAffected }) => ({
      introduced: readVersion(introduced),
      ...(fixed === undefined ? {} : { fixed: readVersion(fixed) }),
      ...(lastAffected === undefined ? {} : { lastAffected: readVersion(lastAffected) }),
    })),
    unpinnedOnly: digest !== undefined,
  };
  const saysVersions = range.versions.length > 0 || range.ranges.length > 0;
  const ids = [named.id, bareIdOf(named.id)];
  return {
    statement,
    digest: digest === undefined ? undefined : digestKey(digest),
    ranges:
      digest !== undefined && !saysVersions
        ? []
        : ids.map((id, position) => [hashText(id), { ...range, weak: position > 0 }, id]),
  };
}
