import type { Reporter, TestModule } from 'vitest/node';

/** Prints `N passed, N failed, N skipped` as the very last line; a file that could not run counts as a failure. */
class CountReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    let passed = 0;
    let failed = errors.length + Number(process.env['CHECKS_FAILED'] ?? 0);
    let skipped = 0;
    for (const module of modules) {
      const before = failed;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === 'passed') passed += 1;
        else if (state === 'failed') failed += 1;
        else skipped += 1;
      }
      // A file that does not load or a hook that throws fails no test: the file counts.
      if (module.state() === 'failed' && failed === before) failed += 1;
    }
    process.on('exit', () => {
      process.stdout.write(`\n${passed} passed, ${failed} failed, ${skipped} skipped\n`);
    });
  }
}

// biome-ignore lint/style/noDefaultExport: a reporter is loaded by its file's default export
export default CountReporter;
