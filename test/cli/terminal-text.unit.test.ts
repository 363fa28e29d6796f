import { afterEach, describe, expect, it, vi } from 'vitest';
import { createCommandIo } from '../../services/cli/command-io.ts';
import { toTerminal, toTerminalJson } from '../../services/cli/terminal-text.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

describe('text for a terminal', () => {
  it('spells out what a terminal would obey or not show, and keeps lines and tabs', () => {
    expect(toTerminal('a\u001b[2J\u009b31mb\rc\u202ed\u200be\n\tf')).toBe(
      'a⟨U+001B⟩[2J⟨U+009B⟩31mb⟨U+000D⟩c⟨U+202E⟩d⟨U+200B⟩e\n\tf',
    );
    expect(toTerminal('Grüße, 東京 🚀')).toBe('Grüße, 東京 🚀');
  });

  it('as JSON is the same value without any control character', () => {
    const value = { name: 'a\u001b\u007f\u009b\u0085b' };
    const json = toTerminalJson(value);
    expect(json).not.toMatch(/\p{Cc}/u);
    expect(JSON.parse(json)).toEqual(value);
  });

  it.each([true, false])('is all that a command prints (as JSON: %s)', (json) => {
    const written: string[] = [];
    for (const stream of [process.stdout, process.stderr])
      vi.spyOn(stream, 'write').mockImplementation((text) => {
        written.push(String(text));
        return true;
      });
    const io = createCommandIo(json);
    io.result({ actor: '\u009b2J' }, '\u001b[2J');
    io.note('\u001b]0;title\u0007');
    vi.restoreAllMocks();
    expect(written).toHaveLength(2);
    for (const text of written) expect(text.trimEnd()).not.toMatch(/\p{Cc}/u);
  });
});
