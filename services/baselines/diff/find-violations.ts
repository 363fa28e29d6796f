import { observeAspect } from '../../../detectors/baseline-violation/observe-aspect.ts';
import { strangersOf } from '../../../detectors/view/baselines/allows.ts';
import { actorOf, timeOf } from '../../../detectors/view/entry-facts.ts';
import { type Aspect, aspectsOf, type Expectations } from '../../core/baseline/baseline.ts';
import type { Entry } from '../../core/events/event.ts';
import type { BaselineDiff } from '../baseline-view.ts';
import { isAttestation } from '../is-attestation.ts';

/** What the entries of an image say that an expectation does not know, by aspect. */
export function findViolations(
  entries: readonly Entry[],
  expectations: Expectations,
): BaselineDiff['violations'] {
  return aspectsOf(expectations).flatMap((aspect) => {
    const expected = expectations[aspect];
    // How a tag behaves is no property of an image.
    if (expected === undefined || aspect === 'tag-behaviour') return [];
    // What comes after the push can only be missed of the image as a whole.
    const isAttested = entries.some(({ event }) => isAttestation(event));
    const observed =
      aspect === 'attestation'
        ? strangersOf(aspect, expected, isAttested ? [] : ['none'])
        : entries.flatMap((entry) => [...strange(aspect, expected, entry)]);
    return observed.length === 0 ? [] : [{ aspect, observed: [...new Set(observed)], expected }];
  });
}

function strange(
  aspect: Aspect,
  expected: NonNullable<Expectations[Aspect]>,
  { event }: Entry,
): readonly string[] {
  const facts = { repository: undefined, at: timeOf(event), actor: actorOf(event) };
  const observed = observeAspect(aspect, event, facts);
  return observed.length === 0 ? [] : strangersOf(aspect, expected, observed);
}
