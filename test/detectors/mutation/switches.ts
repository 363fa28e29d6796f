/** Questions after which a mutant counts as one that does not end; no example comes near. */
const ENDLESS = 20_000_000;

/** Installs the global function that planted conditions call, and says what they do with it. */
export function installSwitches() {
  let inverted: number | undefined;
  let asked = new Set<number>();
  let questions = 0;
  Object.assign(globalThis, {
    planted: (condition: number, answer: unknown): unknown => {
      asked.add(condition);
      questions += 1;
      if (questions > ENDLESS) throw new Error('does not end');
      return condition === inverted ? !answer : answer;
    },
  });
  return {
    /** The conditions that come up while it runs: only their mutants can change what it does. */
    askedBy(run: () => void): ReadonlySet<number> {
      asked = new Set();
      questions = 0;
      run();
      return asked;
    },
    /** What it returns with one condition inverted. */
    inverting<T>(condition: number, run: () => T): T {
      inverted = condition;
      questions = 0;
      try {
        return run();
      } finally {
        inverted = undefined;
      }
    },
  };
}
