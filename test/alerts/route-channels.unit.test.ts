import { describe, expect, it } from 'vitest';
import { routeChannels } from '../../services/alerts/route-channels.ts';
import type { ChannelConfig, RouteConfig } from '../../services/config/governance.ts';

const channels: ChannelConfig[] = ['mail', 'duty', 'archive'].map((name) => ({
  name,
  kind: 'email',
  to: ['a@example.org'],
}));
const page = { project: 'lab', rule: 'tag-mutation', disposition: 'page' } as const;
const told = (
  routes: RouteConfig[] | undefined,
  alert: Parameters<typeof routeChannels>[1] = page,
) => routeChannels({ channels, ...(routes === undefined ? {} : { routes }) }, alert);

describe('routing', () => {
  it('tells every channel of pages and tickets when there are no routes', () => {
    for (const routes of [undefined, []]) {
      expect(told(routes)).toEqual(['mail', 'duty', 'archive']);
      expect(told(routes, { ...page, disposition: 'ticket' })).toHaveLength(3);
      expect(told(routes, { ...page, disposition: 'log' })).toEqual([]);
    }
  });

  it('tells nobody without a channel', () => {
    expect(routeChannels({}, page)).toEqual([]);
  });

  it('tells from the minimum on', () => {
    const routes: RouteConfig[] = [{ minimum: 'ticket', channels: ['mail'] }];
    expect(told(routes)).toEqual(['mail']);
    expect(told(routes, { ...page, disposition: 'ticket' })).toEqual(['mail']);
    expect(told(routes, { ...page, disposition: 'log' })).toEqual([]);
  });

  it('unites the routes that fit, each channel once, in the order of the channels', () => {
    const routes: RouteConfig[] = [
      { minimum: 'page', channels: ['archive', 'mail'] },
      { minimum: 'log', channels: ['mail'] },
      { minimum: 'log', projects: ['other'], channels: ['duty'] },
    ];
    expect(told(routes)).toEqual(['mail', 'archive']);
  });

  it.each([
    [{ projects: ['lab'] }, true],
    [{ projects: ['la*'] }, true],
    [{ projects: ['la'] }, false],
    [{ projects: ['hub', '*'] }, true],
    [{ rules: ['tag-mutation'] }, true],
    [{ rules: ['tag'] }, false],
    [{ projects: ['lab'], rules: ['other'] }, false],
    // An empty condition must never silence.
    [{ projects: [], rules: [] }, true],
  ])('takes the conditions %o as %s', (conditions, fits) => {
    const routes: RouteConfig[] = [{ minimum: 'log', channels: ['mail'], ...conditions }];
    expect(told(routes)).toEqual(fits ? ['mail'] : []);
  });
});
