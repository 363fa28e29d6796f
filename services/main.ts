#!/usr/bin/env node
import { createCommandIo } from './cli/command-io.ts';
import { runCommandLine } from './cli/program.ts';
import { createConnect } from './runtime/connect.ts';
import { createDiagnose } from './runtime/diagnose.ts';
import { readVersion } from './runtime/read-version.ts';
import { createRunDemo } from './runtime/run-demo.ts';
import { createServe } from './runtime/serve.ts';

/** The composition root: gives the command line what reaches outside of it, and the process its exit code. */
const environment = process.env;
// A reader that has seen enough (head, less) is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});
// Words for people that nobody reads change no result and no exit code.
process.stderr.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});
await runCommandLine(process.argv.slice(2), {
  environment,
  connect: createConnect(environment),
  createIo: createCommandIo,
  setExitCode: (code) => {
    process.exitCode = code;
  },
  serve: createServe(environment),
  diagnose: createDiagnose(environment),
  runDemo: createRunDemo(),
  version: readVersion(),
});
