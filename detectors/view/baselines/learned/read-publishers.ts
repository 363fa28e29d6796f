import type { PublisherView } from '../../project-view.ts';
import type { AspectReader, Observed } from './learned-aspect.ts';
import { recentChanges } from './recent-changes.ts';

/** Who publishes here, and with which credentials and clients; whoever did so once is no habit yet. */
export const readPublishers: AspectReader = (_view, repository) => {
  const all = [...repository.publishers];
  const usual = all.filter(([, { count }]) => count > 1);
  if (usual.length === 0) return [];
  const span = spanOf(all.map(([, publisher]) => publisher));
  const names = new Set(usual.map(([name]) => name));
  const publishers: Observed = {
    aspect: 'publishers',
    expectation: [...names],
    observations: sum(all),
    consistent: sum(usual),
    ...span,
    evidence: recentChanges(repository, ({ by }) => names.has(by)),
  };
  const clients = [
    ...new Set(usual.flatMap(([, publisher]) => publisher.clients.flatMap(namesOf))),
  ];
  if (clients.length === 0) return [publishers];
  return [publishers, { ...publishers, aspect: 'clients', expectation: clients.slice(0, 64) }];
};

/** A client is kept as credential and program; each is a name by which it can be known. */
function namesOf(client: string): readonly string[] {
  return client.split('\t').filter((name) => name !== '');
}

function sum(publishers: readonly (readonly [string, PublisherView])[]): number {
  return publishers.reduce((total, [, { count }]) => total + count, 0);
}

function spanOf(publishers: readonly PublisherView[]): {
  readonly since: number;
  readonly until: number;
} {
  return {
    since: Math.min(...publishers.map(({ first }) => first)),
    until: Math.max(...publishers.map(({ last }) => last)),
  };
}
