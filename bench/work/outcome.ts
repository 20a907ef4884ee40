/** Work of several requests: the first of them that has no answer ends it, with the reason. */
import type { Outcome } from '../host/running-system.js';

/** There is no figure, for the reason of the message. */
export class Missing extends Error {}

/** The answer; throws Missing when there is none. */
export function answerOf<Answer>(outcome: Outcome<Answer>): Answer {
  if ('missing' in outcome) throw new Missing(outcome.missing);
  return outcome.answer;
}
