import type { Governance } from '../../services/config/governance.ts';
import type { ErrorCode } from '../../services/core/errors.ts';
import type { UserRule } from '../../services/core/rules/user-rule.ts';
import type { Judging } from './judging.ts';

/** What the judging thread is started with: plain data that has been checked. */
export type JudgeSetup = {
  readonly governance: Pick<Governance, 'projects' | 'rules'>;
  readonly rules: readonly UserRule[];
};

export type JudgeMethod = Exclude<keyof Judging, 'stop'>;

/** The id of the thread's first answer, before any call: it has loaded. */
export const LOADED = 0;

export type JudgeCall = {
  readonly id: number;
  readonly method: JudgeMethod;
  readonly args: readonly unknown[];
};

export type JudgeAnswer = {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: { readonly code: ErrorCode; readonly message: string };
};
