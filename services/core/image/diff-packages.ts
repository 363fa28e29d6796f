import { compareVersions } from './compare-versions.ts';
import type { PackageChange, PackagesDiff } from './diff-images.ts';

/**
 * Compares two sets of package URLs by name. One version for another is an upgrade or a downgrade; where a name has
 * several versions on a side, those that only one side has are added or removed.
 */
export function diffPackages(from: readonly string[], to: readonly string[]): PackagesDiff {
  const [before, after] = [byName(from), byName(to)];
  const added: string[] = [];
  const removed: string[] = [];
  const upgraded: PackageChange[] = [];
  const downgraded: PackageChange[] = [];
  for (const name of [...new Set([...before.keys(), ...after.keys()])].sort()) {
    const gone = without(before.get(name), after.get(name));
    const come = without(after.get(name), before.get(name));
    const [old, fresh] = [gone[0], come[0]];
    if (gone.length === 1 && come.length === 1 && old !== undefined && fresh !== undefined) {
      const isUp = compareVersions(old, fresh) < 0;
      (isUp ? upgraded : downgraded).push({ name, from: old, to: fresh });
      continue;
    }
    removed.push(...gone.map((version) => join(name, version)));
    added.push(...come.map((version) => join(name, version)));
  }
  return { added, removed, upgraded, downgraded };
}

/**
 * Splits a package URL at its version: `pkg:deb/debian/curl@7.88.1?arch=amd64` gives `pkg:deb/debian/curl` and
 * `7.88.1`. Qualifiers and subpath are left out; a scope's `@` (`pkg:npm/@lab/tool@1.0`) is part of the name.
 */
export function splitPurl(purl: string): { readonly name: string; readonly version: string } {
  const end = purl.search(/[?#]/);
  const head = end < 0 ? purl : purl.slice(0, end);
  const at = head.lastIndexOf('@');
  return at <= head.lastIndexOf('/') + 1
    ? { name: head, version: '' }
    : { name: head.slice(0, at), version: head.slice(at + 1) };
}

function byName(purls: readonly string[]): ReadonlyMap<string, ReadonlySet<string>> {
  const names = new Map<string, Set<string>>();
  for (const purl of purls) {
    const { name, version } = splitPurl(purl);
    const versions = names.get(name);
    if (versions === undefined) names.set(name, new Set([version]));
    else versions.add(version);
  }
  return names;
}

function without(
  versions: ReadonlySet<string> | undefined,
  others: ReadonlySet<string> | undefined,
): readonly string[] {
  return [...(versions ?? [])].filter((version) => others?.has(version) !== true).sort();
}

function join(name: string, version: string): string {
  return version === '' ? name : `${name}@${version}`;
}
