import { matchesGlob } from '../text/match-glob.ts';

/**
 * The repository from which a promotion into `name` comes, by a rule of the policy; undefined when the rule is about
 * others. What the one `*` of `to` stands for is put into the one of `from`: `stage/*` → `prod/*`.
 */
export function promotionSource(
  rule: { readonly from: string; readonly to: string },
  name: string,
): string | undefined {
  if (!matchesGlob(rule.to, name)) return undefined;
  if (!rule.from.includes('*')) return rule.from === name ? undefined : rule.from;
  const [head = '', tail, more] = rule.to.split('*');
  if (tail === undefined || more !== undefined) return undefined;
  if (rule.from.split('*').length !== 2) return undefined;
  const part = name.slice(head.length, name.length - tail.length);
  const source = rule.from.replace('*', () => part);
  return source === name ? undefined : source;
}
