/** Things to do at their times; what is done may plan more, never for earlier. */
export type Agenda = {
  readonly plan: (at: number, action: () => void) => void;
  /** Does everything in order of time, and of planning where times are equal. */
  readonly run: () => void;
};

type Plan = { readonly at: number; readonly action: () => void };

export function createAgenda(): Agenda {
  let planned: Plan[] = [];
  return {
    plan: (at, action) => {
      planned.push({ at, action });
    },
    run: () => {
      while (planned.length > 0) {
        const queue = planned.sort((one, other) => one.at - other.at);
        planned = [];
        let done = 0;
        for (const { at, action } of queue) {
          // Something new may come before the rest of the queue: then sort again.
          if (planned.some((plan) => plan.at < at)) break;
          action();
          done += 1;
        }
        planned = [...queue.slice(done), ...planned];
      }
    },
  };
}
