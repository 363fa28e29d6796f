/**
 * Text that a terminal shows and never obeys: what a sender wrote may hold escape sequences, or characters that cannot
 * be seen or turn the reading direction. They are spelled out; line breaks and tabs stay.
 */
export function toTerminal(text: string): string {
  return text.replace(/(?![\n\t])[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu, spell);
}

/** JSON of the same value, in which no control character stands as itself: the standard lets some of them. */
export function toTerminalJson(value: unknown): string {
  return JSON.stringify(value).replace(/\p{Cc}/gu, (character) => `\\u${hex(character)}`);
}

function spell(character: string): string {
  return `⟨U+${hex(character).toUpperCase()}⟩`;
}

function hex(character: string): string {
  return (character.codePointAt(0) ?? 0).toString(16).padStart(4, '0');
}
