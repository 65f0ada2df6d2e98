/** An element that is there because of how the list was made. */
import { invariant } from '../../../base/invariant.js';

export function at<T>(list: readonly T[], index: number): T {
  const element = list[index];
  invariant(element !== undefined, 'GUEST-1', () => `element ${index} of ${list.length}`);
  return element;
}
