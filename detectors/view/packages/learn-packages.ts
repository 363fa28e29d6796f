import type { Entry, EventOf } from '../../../services/core/events/event.ts';
import { observe } from '../../windows/bit-window.ts';
import { setNewest } from '../bounded-map.ts';
import { refOf } from '../entry-facts.ts';
import type { Learner } from '../learner.ts';
import { GAP_SPACING } from '../limits.ts';
import type { ProjectView } from '../project-view.ts';
import { ownText } from '../shared-text.ts';
import { sourceName } from '../sources/source-name.ts';
import { learnNames } from './learn-names.ts';
import { EVIDENCE_KINDS, evidenceOf, isUsual } from './package-evidence.ts';
import { packageName } from './package-name.ts';
import {
  createPackageView,
  MAX_PACKAGE_PUBLISHERS,
  MAX_PACKAGE_TOKENS,
  MAX_PACKAGES,
  MAX_VERSIONS,
  MAX_WITHDRAWN,
  type PackageView,
} from './packages-view.ts';

type Publication = Entry & { readonly event: EventOf<'package.published'> };
type Withdrawal = Entry & { readonly event: EventOf<'package.removed'> };

/** Publications, and the names of everything that the project uses. */
export const packagesLearner: Learner = {
  listensTo: [
    'package.published',
    'package.removed',
    'artifact.pushed',
    'artifact.pulled',
    'build.finished',
    'workflow-run.finished',
  ],
  learn: (view, entry, at) => {
    const { event } = entry;
    if (event.type === 'package.published') learnPublication(view, { ...entry, event }, at);
    if (event.type === 'package.removed') learnWithdrawal(view, { ...entry, event }, at);
    else learnNames(view, event, at);
  },
};

function learnPublication(view: ProjectView, entry: Publication, at: number): void {
  const { data } = entry.event;
  const name = packageName(data.purl);
  const { packages } = view.packages;
  const known = packages.get(name.key) ?? createPackageView(at);
  learnEvidence(view, known, entry, at);
  known.count += 1;
  if (data.installScript !== undefined) observe(known.scripted, data.installScript);
  if (data.registry !== undefined) known.registry = data.registry;
  if (data.sourceRepository !== undefined && (known.source === '' || known.count < 3)) {
    known.source = sourceName(data.sourceRepository);
  }
  const by = data.publisher?.name ?? '';
  const token = data.client?.tokenId ?? '';
  if (by !== '') {
    const publisher = known.publishers.get(by) ?? { first: at, last: at, count: 0 };
    publisher.last = Math.max(publisher.last, at);
    publisher.count += 1;
    setNewest(known.publishers, by, publisher, MAX_PACKAGE_PUBLISHERS);
  }
  if (token !== '') {
    setNewest(known.tokens, token, (known.tokens.get(token) ?? 0) + 1, MAX_PACKAGE_TOKENS);
  }
  known.versions.push({ version: name.version, at, by, token, ref: refOf(entry) });
  if (known.versions.length > MAX_VERSIONS) known.versions.shift();
  setNewest(packages, ownText(name.key), known, MAX_PACKAGES);
}

/** Publications without their usual evidence count once a week: an attack must not become the habit. */
function learnEvidence(
  view: ProjectView,
  known: PackageView,
  { event: { data } }: Publication,
  at: number,
): void {
  const evidence = evidenceOf(view, known, data, packageName(data.purl), at);
  const gap = EVIDENCE_KINDS.some((kind) => evidence[kind] === false && isUsual(known[kind]));
  const again = gap && known.lastGap !== 0 && at - known.lastGap < GAP_SPACING;
  if (gap && !again) known.lastGap = at;
  if (data.digest !== undefined && !again) observe(known.outputs, view.builds.has(data.digest));
  for (const kind of EVIDENCE_KINDS) {
    const had = evidence[kind];
    if (had === undefined || (!had && again)) continue;
    observe(known[kind], had);
  }
}

/** A credential whose only versions were withdrawn is as new as it was before. */
function learnWithdrawal(view: ProjectView, entry: Withdrawal, at: number): void {
  const { key, version } = packageName(entry.event.data.purl);
  const known = view.packages.packages.get(key);
  const removed = known?.versions.find((published) => published.version === version);
  if (known === undefined || removed === undefined || at < removed.at) return;
  const { by, token } = removed;
  const uses = known.tokens.get(token) ?? 0;
  const publisher = known.publishers.get(by);
  const isNew = token === '' ? (publisher?.count ?? 0) <= 2 : uses <= 2;
  if (!isNew) return;
  known.withdrawn.push(`${by}\n${token}`);
  if (known.withdrawn.length > MAX_WITHDRAWN) known.withdrawn.shift();
  if (uses > 0) known.tokens.delete(token);
  if (publisher !== undefined && publisher.count <= 2) known.publishers.delete(by);
}
