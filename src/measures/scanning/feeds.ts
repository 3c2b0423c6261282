/** Whether the feeds that answered for an ecosystem are still fresh: verdicts age without anybody touching them. */
import { ecosystemBase } from '../../advisories/ecosystem.ts';
import { feedProblem, type Feed } from '../../advisories/model.ts';

/** Feeds of no package ecosystem that answer for something the estate holds. */
const ANSWERS_FOR: Readonly<Record<string, string>> = { windows: 'Windows' };

export function answers(feed: Feed, ecosystem: string): boolean {
  if (feed.ecosystem === '') return ANSWERS_FOR[feed.source] === ecosystem;
  return ecosystemBase(feed.ecosystem) === ecosystemBase(ecosystem);
}

/** True where every feed of the ecosystem is too old at `now`, so that its silence proves nothing any more. */
export function isStale(feeds: readonly Feed[], ecosystem: string, now: Date): boolean {
  const answering = feeds.filter((feed) => answers(feed, ecosystem));
  return answering.every((feed) => feedProblem(feed, now) !== undefined);
}
