import type { EventData } from '../../services/core/events/catalogue.ts';
import { commitKey } from '../view/sources/commits.ts';
import type { RefPoint, RefsView, TagRefView } from '../view/sources/sources-view.ts';

/** A git tag that goes to another commit, and what the view says of both. */
export type RefMove = {
  readonly refs: RefsView;
  readonly repository: string;
  readonly name: string;
  readonly data: EventData<'source.ref-updated'>;
  readonly known: TagRefView | undefined;
  /** As the producer says it; the view keeps only a short form. */
  readonly from: string | undefined;
  readonly to: string;
  readonly at: number;
  readonly by: string;
  /** The policy forbids every move. */
  readonly forbidden: boolean;
};

/** The tag was at this commit before: when, and who had pointed it away. */
export function excursionOf({ known, to }: RefMove): RefPoint | undefined {
  const commit = commitKey(to);
  return known?.before?.findLast((point) => point.commit === commit);
}
