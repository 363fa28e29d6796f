/** Markup that is safe to send: everything that was put into it is escaped. */
export type Html = { readonly markup: string };

type Part = Html | readonly Html[] | string | number | undefined;

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Builds markup from a template; texts are escaped, undefined is nothing, markup is taken as it is. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  let markup = strings[0] ?? '';
  for (const [index, part] of parts.entries()) markup += write(part) + (strings[index + 1] ?? '');
  return { markup };
}

/** A text of our own schemas: `code` between backticks, everything else as it is. */
export function prose(text: string | undefined): Html {
  const pieces = (text ?? '').split('`');
  const closed = pieces.length % 2 === 1;
  return {
    markup: pieces
      .map((piece, index) => {
        if (index % 2 === 0) return escapeText(piece);
        return closed || index < pieces.length - 1
          ? `<code>${escapeText(piece)}</code>`
          : `\`${escapeText(piece)}`;
      })
      .join(''),
  };
}

/** A word that can be an id and the end of a link. */
export function anchor(...words: readonly string[]): string {
  return words
    .join('-')
    .replace(/[^A-Za-z0-9.]+/g, '-')
    .replace(/^-+|-+$/g, '');
}

function write(part: Part): string {
  if (part === undefined) return '';
  if (typeof part === 'string' || typeof part === 'number') return escapeText(String(part));
  return 'markup' in part ? part.markup : part.map(({ markup }) => markup).join('');
}

function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? '');
}
