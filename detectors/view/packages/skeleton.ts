/** Letters of other scripts and digits that a reader takes for a Latin letter (Unicode TR 39, the common ones). */
const LOOKS: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'l',
  '3': 'e',
  '5': 's',
  '8': 'b',
  '|': 'l',
  i: 'l',
  а: 'a',
  е: 'e',
  о: 'o',
  р: 'p',
  с: 'c',
  у: 'y',
  х: 'x',
  і: 'l',
  ј: 'j',
  ѕ: 's',
  ԁ: 'd',
  ո: 'n',
  ɡ: 'g',
  α: 'a',
  ο: 'o',
  ν: 'v',
  ı: 'l',
};
const SEPARATORS = new Set(['-', '_', '.', '/', '@', ':', '+', '~', ' ']);

/**
 * What is left of a name when look-alike signs are one and separators are none: two names with one skeleton look the
 * same, or differ only in how they are put together (`lab/tool`, `lab-tool`, `1ab/t00l`). Bounded by the name's length.
 */
export function skeletonOf(name: string): string {
  let skeleton = '';
  for (const sign of name.toLowerCase().normalize('NFKC')) {
    if (!SEPARATORS.has(sign)) skeleton += LOOKS[sign] ?? sign;
  }
  return skeleton.replaceAll('rn', 'm').replaceAll('vv', 'w');
}

/** The name without separators, in small letters: names that agree in it differ only in how they are put together. */
export function withoutSeparators(name: string): string {
  let letters = '';
  for (const sign of name.toLowerCase()) if (!SEPARATORS.has(sign)) letters += sign;
  return letters;
}
