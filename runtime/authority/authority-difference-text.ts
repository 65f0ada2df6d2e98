/** What two states differ in, in terms of authority, as sentences. */
import type { AuthorityChange, AuthorityDifference } from './authority-difference.js';

export function authorityDifferenceText({ added, removed, changes }: AuthorityDifference): string {
  if (added.length + removed.length + changes.length === 0)
    return 'Nobody can do more or less to anybody than before.\n';
  return [
    ...added.map((name) => `${name} is new.\n`),
    ...removed.map((name) => `${name} is gone.\n`),
    ...changes.map(changeText),
  ].join('');
}

function changeText({ from, to, gained, lost, path }: AuthorityChange): string {
  const more = gained.length === 0 ? '' : `can now act on ${to} by ${gained.join(', ')}`;
  const less = lost.length === 0 ? '' : `can no longer act on ${to} by ${lost.join(', ')}`;
  const steps = path.map(({ capability, why }, index) => {
    const by = capability === undefined ? '' : `\n       by ${capability}`;
    return `    ${index + 1}. ${why}${by}\n`;
  });
  return `${from} ${[more, less].filter(Boolean).join(', and ')}.\n${steps.join('')}`;
}
